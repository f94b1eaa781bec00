//! A server with a home for robots, as `jeton vector init` makes it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jeton_testkit::free_port;
use jeton_testkit::postgres::PostgresServer;
use tempfile::TempDir;

/// A session of nobody in particular.
pub(crate) const SESSION: &str = "a-session-token-of-the-house";
/// May list and revoke tokens.
pub(crate) const SERVICE_KEY: &str = "the-key-of-services-0123456789";
/// May bar certificates.
pub(crate) const ADMIN_KEY: &str = "the-key-of-administrators-0123456789";

/// The binary in a folder, with none of our own variables.
fn jeton(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jeton"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("JETON_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// A running server.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    /// The port of the other faces.
    pub(crate) http: u16,
    child: Option<Child>,
    log: Arc<Mutex<String>>,
}

impl Home {
    /// On an embedded store.
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// On PostgreSQL.
    pub(crate) async fn on_postgresql() -> Self {
        let url = PostgresServer::shared().database();
        Self::with(&format!("[store]\nurl = {url:?}\n")).await
    }

    /// With further tables; lines of `[vector]` come after them.
    pub(crate) async fn with(tables: &str) -> Self {
        let (folder, port, http) = (tempfile::tempdir().unwrap(), free_port(), free_port());
        let made = run(folder.path(), &["vector", "init", "--name", "localhost", "--address", "127.0.0.1"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let config = format!(
            "issuer = \"http://127.0.0.1:{http}\"\ndata_dir = \"./jeton-data\"\n[http]\nlisten = \"127.0.0.1:{http}\"\n{tables}\n\
             [vector]\nlisten = [\"127.0.0.1:{port}\", \"127.0.0.1:0\"]\ntls_cert = \"vector/server.pem\"\n\
             tls_key = \"vector/server.key\"\nsession_tokens = [\"{SESSION}\"]\napp_keys = [\
             {{ key = \"{SERVICE_KEY}\", scopes = [\"service\"] }}, {{ key = \"{ADMIN_KEY}\", scopes = [\"admin\"] }}]\n"
        );
        std::fs::write(folder.path().join("jeton.toml"), config).unwrap();
        let mut home = Self { folder, port, http, child: None, log: Arc::default() };
        home.start().await;
        home
    }

    /// Starts the server.
    pub(crate) async fn start(&mut self) {
        self.log.lock().unwrap().clear();
        let mut child =
            jeton(self.folder.path()).arg("serve").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::clone(&self.log);
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| log.lock().unwrap().push_str(&(line + "\n")));
        });
        self.child = Some(child);
        self.wait_for("listening on http").await;
    }

    /// Ends its process as a power cut would.
    pub(crate) fn kill9(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits for a line in the log.
    pub(crate) async fn wait_for(&mut self, part: &str) {
        for _ in 0..15_000 {
            let ended = self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_some());
            if self.log().contains(part) {
                return;
            }
            assert!(!ended, "it ended: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no `{part}` in {}", self.log());
    }

    /// The authority that robots trust.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("vector/ca.pem")
    }

    /// Runs a command of an administrator.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        run(self.folder.path(), args)
    }

    /// The same; the document that it prints.
    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// Runs the binary to its end.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    jeton(folder).args(args).output().unwrap()
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
