//! Apache's HTTP server as an ordinary process, with its own folder, port and configuration.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use jeton_testkit::machine;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::process::{end, signal};

/// How long a start, and a stop, may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two looks at something awaited.
const LOOK: Duration = Duration::from_millis(20);
/// What every configuration here uses.
const LOADED: [&str; 7] = ["mpm_event", "authn_core", "authz_core", "authz_user", "headers", "auth_openidc", "oauth2"];

/// A running server, stopped and removed with its folder when dropped.
#[derive(Debug)]
pub struct Apache {
    child: Child,
    folder: TempDir,
    base: String,
}

impl Apache {
    /// Starts a server on `port` of the loopback address and waits until it listens.
    ///
    /// `configuration` follows the lines that every server needs; `{folder}` in it is the server's folder, in which
    /// `files` (names and contents) are created before it starts.
    ///
    /// # Errors
    /// Apache or one of its modules is not installed, or the configuration is invalid; the error contains its log.
    pub async fn start(port: u16, configuration: &str, files: &[(&str, &str)]) -> Result<Self> {
        machine::need(&[&machine::APACHE, &machine::MOD_AUTH_OPENIDC, &machine::MOD_OAUTH2])?;
        let folder = tempfile::Builder::new().prefix("jeton-apache-").tempdir()?;
        // If started by root, it serves as a user who owns nothing here.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        std::fs::create_dir(folder.path().join("www"))?;
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content)?;
        }
        let text = head(folder.path(), port)? + configuration;
        let path = folder.path().join("httpd.conf");
        std::fs::write(&path, text.replace("{folder}", &folder.path().display().to_string()))?;
        let program = machine::apache().context("apache")?;
        let log = std::fs::File::create(folder.path().join("stderr.log"))?;
        let child = Command::new(&program)
            // One process with its threads, in the foreground.
            .args(["-X", "-f"])
            .arg(&path)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut apache = Self { child, folder, base: format!("http://127.0.0.1:{port}") };
        apache.wait(port).await?;
        Ok(apache)
    }

    /// `path` at this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What it has complained about so far.
    #[must_use]
    pub fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        read("stderr.log") + &read("error.log")
    }

    async fn wait(&mut self, port: u16) -> Result<()> {
        let listens = timeout(PATIENCE, async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                if let Some(status) = self.child.try_wait()? {
                    bail!("apache ended with {status}");
                }
                sleep(LOOK).await;
            }
            Ok(())
        });
        let outcome = match listens.await {
            Ok(outcome) => outcome,
            Err(_) => Err(anyhow!("apache does not listen after {PATIENCE:?}")),
        };
        outcome.with_context(|| format!("apache's log:\n{}", self.log()))
    }
}

impl Drop for Apache {
    /// Asks first: killed at once, it would leave its shared memory and semaphores behind.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && signal("TERM", self.child.id()).is_ok() {
            for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(LOOK);
            }
        }
        end(&mut self.child);
    }
}

/// What every server needs, in its own folder.
fn head(folder: &Path, port: u16) -> Result<String> {
    let mut text = format!(
        "ServerRoot \"{0}\"\nDefaultRuntimeDir \"{0}\"\nPidFile \"{0}/httpd.pid\"\nErrorLog \"{0}/error.log\"\n\
         DocumentRoot \"{0}/www\"\nListen 127.0.0.1:{port}\nServerName 127.0.0.1:{port}\nMutex pthread\n",
        folder.display()
    );
    for name in LOADED {
        // Some distributions build in what others load.
        if let Some(file) = machine::apache_module(name) {
            text += &format!("LoadModule {name}_module {}\n", file.display());
        }
    }
    text += "ServerLimit 1\nStartServers 1\nThreadsPerChild 8\nMaxRequestWorkers 8\n";
    // Apache does not serve as root. The numbers are those of `nobody` on every system.
    if std::fs::metadata(folder)?.uid() == 0 {
        text += "User \"#65534\"\nGroup \"#65534\"\n";
    }
    Ok(text)
}
