//! A running Jeton in its own folder.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::authority::Authority;
use crate::free_port;
use crate::process::{end, signal, spawn, spawn_talkative};

/// How long a start may take before the test gives up. Far above the goal, for a loaded test machine.
const START: Duration = Duration::from_secs(300);
/// How long a graceful stop may take: far above the contract's ten seconds, which its own tests measure.
const STOP: Duration = Duration::from_secs(300);
/// Between two looks at something awaited.
const LOOK: Duration = Duration::from_millis(20);

/// `jeton serve` as a child process, killed and removed with its data when dropped.
#[derive(Debug)]
pub struct Jeton {
    child: Option<Child>,
    folder: TempDir,
    issuer: String,
    /// Where this very server answers.
    base: String,
    /// The destination of its log at the next start, if not a file.
    log_to: Option<Stdio>,
}

impl Jeton {
    /// Starts a server on a free port and waits until it is ready.
    ///
    /// `config_toml` is the configuration without its first lines: `issuer`, `data_dir` and `[http]` are
    /// written here, since they name the port.
    ///
    /// # Errors
    /// The binary cannot be built, or the server does not become ready; the error contains its log.
    pub async fn start(config_toml: &str) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port());
        Self::start_at(&address, &format!("http://{address}"), config_toml).await
    }

    /// Starts a server with TLS that accepts client certificates, those of the authority and any others.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_tls(authority: &Authority, config_toml: &str) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port());
        let file = |name: &str| authority.path(name).display().to_string();
        let tls = format!(
            "tls_cert = {:?}\ntls_key = {:?}\nclient_ca = {:?}\nself_signed_client_certificates = true\n",
            file("server"),
            file("server.key"),
            file("ca")
        );
        Self::start_with(&address, &format!("https://{address}"), &tls, config_toml, None).await
    }

    /// Starts a server whose issuer ends in a slash.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_with_slash(config_toml: &str) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port());
        Self::start_at(&address, &format!("http://{address}/"), config_toml).await
    }

    /// Starts another node of an issuer, on a free port.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_as(issuer: &str, config_toml: &str) -> Result<Self> {
        Self::start_at(&format!("127.0.0.1:{}", free_port()), issuer, config_toml).await
    }

    /// Starts a server of this issuer, on a free port, after copying files to where its folder shall have them.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_on(issuer: &str, files: &[(PathBuf, &str)], config_toml: &str) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port());
        let mut jeton = Self::made(&address, issuer, "", config_toml, None)?;
        for (from, to) in files {
            let to = jeton.folder().join(to);
            DirBuilder::new().recursive(true).mode(0o700).create(to.parent().context("a folder")?)?;
            std::fs::copy(from, to)?;
        }
        jeton.run().await?;
        Ok(jeton)
    }

    /// Starts a server that writes a log of everything to `log`, once.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_logging_to(log: Stdio, config_toml: &str) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port());
        Self::start_with(&address, &format!("http://{address}"), "", config_toml, Some(log)).await
    }

    async fn start_at(address: &str, issuer: &str, config_toml: &str) -> Result<Self> {
        Self::start_with(address, issuer, "", config_toml, None).await
    }

    /// `http`: more lines of its table.
    async fn start_with(
        address: &str,
        issuer: &str,
        http: &str,
        config_toml: &str,
        log_to: Option<Stdio>,
    ) -> Result<Self> {
        let mut jeton = Self::made(address, issuer, http, config_toml, log_to)?;
        jeton.run().await?;
        Ok(jeton)
    }

    /// A server in a folder with its configuration, not started.
    fn made(address: &str, issuer: &str, http: &str, config_toml: &str, log_to: Option<Stdio>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("jeton-test-").tempdir()?;
        let head = format!("issuer = {issuer:?}\ndata_dir = \"./data\"\n\n[http]\nlisten = {address:?}\n{http}\n");
        std::fs::write(folder.path().join("jeton.toml"), head + config_toml)?;
        let scheme = if http.is_empty() { "http" } else { "https" };
        let base = format!("{scheme}://{address}");
        Ok(Self { child: None, folder, issuer: issuer.to_owned(), base, log_to })
    }

    /// The issuer as it is configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `path` at this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The folder that holds `jeton.toml` and `data`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the server has written to stderr so far, over all its starts.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Stops as an operator does, and returns how the process ended.
    ///
    /// # Errors
    /// It was not running, or did not end in time.
    pub async fn stop(&mut self) -> Result<ExitStatus> {
        let mut child = self.child.take().context("jeton is not running")?;
        signal("TERM", child.id())?;
        let ended = timeout(STOP, async {
            loop {
                if let Some(status) = child.try_wait()? {
                    return Ok(status);
                }
                sleep(LOOK).await;
            }
        });
        match ended.await {
            Ok(status) => status,
            Err(_) => {
                end(&mut child);
                bail!("jeton did not stop within {STOP:?}; its log:\n{}", self.log())
            }
        }
    }

    /// Ends the process as a power cut would: nothing runs after this, no buffer is flushed.
    ///
    /// # Errors
    /// It was not running.
    pub fn kill9(&mut self) -> Result<()> {
        let mut child = self.child.take().context("jeton is not running")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Starts again on the same port, configuration and data; a running server is stopped first.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn restart(&mut self) -> Result<()> {
        if self.child.is_some() {
            self.stop().await?;
        }
        self.run().await
    }

    /// Sends a signal by name, `HUP` for one.
    ///
    /// # Errors
    /// It is not running.
    pub fn signal(&self, name: &str) -> Result<()> {
        signal(name, self.child.as_ref().context("jeton is not running")?.id())
    }

    async fn run(&mut self) -> Result<()> {
        let folder = self.folder.path();
        self.child = Some(match self.log_to.take() {
            Some(log) => spawn_talkative(folder, log)?,
            None => spawn(folder, OpenOptions::new().create(true).append(true).open(self.log_path())?)?,
        });
        let client = reqwest::Client::builder().no_proxy().build()?;
        let ready = self.url("/health/ready");
        // The tests' own HTTP client has no TLS: in that case the server's log line is enough.
        let says = format!("listening on {}", self.base);
        let tls = self.base.starts_with("https:");
        let outcome = timeout(START, async {
            loop {
                let is_ready = match tls {
                    true => self.log().contains(&says),
                    false => client.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200),
                };
                if is_ready {
                    return Ok(());
                }
                if let Some(status) = self.child.as_mut().map(Child::try_wait).transpose()?.flatten() {
                    bail!("jeton ended with {status}");
                }
                sleep(LOOK).await;
            }
        });
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.context(self.log_text())),
            Err(_) => Err(anyhow::anyhow!("not ready within {START:?}").context(self.log_text())),
        }
    }

    fn log_text(&self) -> String {
        format!("jeton did not start; its log:\n{}", self.log())
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("stderr.log")
    }
}

impl Drop for Jeton {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            end(&mut child);
        }
    }
}
