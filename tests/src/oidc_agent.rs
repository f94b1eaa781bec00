//! oidc-agent with its own home folder and socket.

use std::path::Path;
use std::process::{Child, Command as Blocking, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use jeton_testkit::machine::{OIDC_AGENT, need};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::{sleep, timeout};
use url::Url;

use crate::person::Person;
use crate::process::end;

/// How long one command may take, waiting for a person and polling included.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two looks at something awaited.
const LOOK: Duration = Duration::from_millis(20);
/// The options that keep `oidc-gen` from asking a person at a terminal.
const UNATTENDED: [&str; 3] = ["--pw-cmd=echo of-this-test", "--confirm-yes", "--prompt=none"];

/// A running agent, killed and removed with its accounts when dropped.
#[derive(Debug)]
pub struct OidcAgent {
    child: Child,
    home: TempDir,
}

impl OidcAgent {
    /// Starts an agent and waits for its socket.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start() -> Result<Self> {
        need(&[&OIDC_AGENT])?;
        let home = tempfile::Builder::new().prefix("jeton-agent-").tempdir()?;
        std::fs::create_dir(home.path().join("config"))?;
        let log = std::fs::File::create(home.path().join("agent.log"))?;
        let socket = home.path().join("socket");
        let mut command = Blocking::new("oidc-agent");
        command.arg("-d").arg(format!("--socket-path={}", socket.display()));
        let child = command
            .env_clear()
            .envs(environment(home.path()))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting oidc-agent")?;
        let agent = Self { child, home };
        let up = timeout(PATIENCE, async {
            while !socket.exists() {
                sleep(LOOK).await;
            }
        });
        up.await.context("oidc-agent does not open its socket")?;
        Ok(agent)
    }

    /// Runs one of its programs, and returns the output.
    ///
    /// # Errors
    /// It fails; the error contains all output.
    pub async fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let output =
            timeout(PATIENCE, self.command(program, arguments).output()).await.context("it does not end")??;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let printed = text(&output.stdout);
        ensure!(
            output.status.success(),
            "{program} {arguments:?}: {}\n{printed}{}",
            output.status,
            text(&output.stderr)
        );
        Ok(printed.trim().to_owned())
    }

    /// Runs `oidc-gen` without anybody at a terminal.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn generate(&self, arguments: &[&str]) -> Result<String> {
        self.run("oidc-gen", &[&UNATTENDED, arguments].concat()).await
    }

    /// Runs `oidc-gen` for the device flow; `person` answers on the page that it names.
    ///
    /// # Errors
    /// It names no page and no code, the page refuses, or it fails.
    pub async fn generate_by_device(&self, arguments: &[&str], person: &Person) -> Result<()> {
        let arguments = [&["--flow=device"][..], &UNATTENDED, arguments].concat();
        let mut command = self.command("oidc-gen", &arguments);
        // Its messages to people are on stderr.
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("its output")?).lines();
        let (mut page, mut printed) = (None, String::new());
        let asked = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                printed += &format!("{line}\n");
                if let Ok(address) = Url::parse(line.trim()) {
                    page = Some(address);
                }
                if let (Some((_, code)), Some(page)) = (line.split_once("code: "), &page) {
                    let mut page = page.clone();
                    page.query_pairs_mut().append_pair("user_code", code.trim());
                    return person.answer_device(&page, "approve").await;
                }
            }
            bail!("oidc-gen shows no code")
        });
        let asked = asked.await.context("oidc-gen shows nothing");
        asked.and_then(|asked| asked).with_context(|| format!("oidc-gen {arguments:?}:\n{printed}"))?;
        let ended = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                printed += &format!("{line}\n");
            }
            child.wait().await
        });
        let status = ended.await.context("oidc-gen does not end")??;
        ensure!(status.success(), "oidc-gen {arguments:?}: {status}\n{printed}");
        Ok(())
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(environment(self.home.path()))
            .env("OIDC_SOCK", self.home.path().join("socket"))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// Nothing of the machine's: no proxy, no display, no accounts.
fn environment(home: &Path) -> [(&'static str, std::ffi::OsString); 5] {
    [
        ("PATH", std::env::var_os("PATH").unwrap_or_default()),
        ("HOME", home.into()),
        ("TMPDIR", home.into()),
        ("OIDC_CONFIG_DIR", home.join("config").into()),
        ("LC_ALL", "C.UTF-8".into()),
    ]
}

impl Drop for OidcAgent {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
