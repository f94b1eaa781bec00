//! The bare server as a child process of the load run.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, bail};

use super::Sizes;
use crate::{http::Endpoint, secret};

/// Paths of the bare server's answers.
pub(crate) mod paths {
    pub(crate) const TOKEN: &str = "/token";
    pub(crate) const INTROSPECT: &str = "/introspect";
    pub(crate) const REVOKE: &str = "/token/revoke";
    pub(crate) const LIST: &str = "/access-tokens";
    pub(crate) const BACKEND_CREATE: &str = "/auth/token/create";
    pub(crate) const BACKEND_INTROSPECT: &str = "/auth/introspection";
}

/// A bare server that runs together with the target: a child that ends with this value, or one that was started
/// separately.
#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) place: Endpoint,
    child: Option<Child>,
}

impl Beside {
    /// One that runs already.
    pub(crate) fn running(url: &str) -> anyhow::Result<Self> {
        Ok(Self { place: Endpoint::parse(url)?, child: None })
    }

    /// Starts this program again as a bare server: a process of its own, as the target is, but of the same build.
    pub(crate) fn start(sizes: Sizes) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("cannot find this program to start the bare server")?;
        let mut command = Command::new(program);
        command.args(["bench", "bare", "--with-parent", "--listen", "127.0.0.1:0"]);
        let Sizes { token, introspect, revoke, list, backend_create, backend_introspect } = sizes;
        for (name, size) in [
            ("token", token),
            ("introspect", introspect),
            ("revoke", revoke),
            ("list", list),
            ("backend-create", backend_create),
            ("backend-introspect", backend_introspect),
        ] {
            command.arg(format!("--{name}={size}"));
        }
        for variable in secret::VARIABLES {
            command.env_remove(variable);
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start the bare server")?;
        let mut said = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut said).context("cannot hear the bare server")?;
        }
        let Some(url) = said.trim_end().strip_prefix("listening on ") else {
            let _ = child.kill();
            let _ = child.wait();
            bail!("the bare server did not start");
        };
        Ok(Self { place: Endpoint::parse(url)?, child: Some(child) })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
