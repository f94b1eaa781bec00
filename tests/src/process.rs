//! Child processes: started, signalled, ended.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::binary;

/// Starts `jeton serve` in `folder`; all its output goes to `log`.
pub(crate) fn spawn(folder: &Path, log: File) -> Result<Child> {
    let mut command = serve(folder)?;
    command.stdout(log.try_clone()?).stderr(log);
    started(command)
}

/// The same; every line of its log, traces too, goes to `log`.
pub(crate) fn spawn_talkative(folder: &Path, log: Stdio) -> Result<Child> {
    let mut command = serve(folder)?;
    command.stdout(Stdio::null()).stderr(log).env("JETON_LOG", "trace");
    started(command)
}

fn serve(folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary::path()?);
    command.args(["serve", "--config", "jeton.toml"]).current_dir(folder).stdin(Stdio::null());
    Ok(command)
}

fn started(mut command: Command) -> Result<Child> {
    command.spawn().with_context(|| format!("starting {command:?}"))
}

/// Starts `jeton dev` in `folder`, with its data in `jeton-data`; its output goes to `out`.
pub(crate) fn spawn_dev(folder: &Path, address: &str, out: Stdio) -> Result<Child> {
    let binary = binary::path()?;
    Command::new(&binary)
        .args(["dev", "--listen", address])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("starting {}", binary.display()))
}

/// Kills and reaps the process; does nothing if it is already gone.
pub(crate) fn end(child: &mut Child) {
    if child.kill().is_ok() {
        let _gone = child.wait();
    }
}

/// Sends a signal through the shell's own `kill`: the standard library can only send the fatal one.
pub(crate) fn signal(name: &str, process: u32) -> Result<()> {
    let status = Command::new("sh").arg("-c").arg(format!("kill -{name} {process}")).status()?;
    if !status.success() {
        bail!("kill -{name} {process}: {status}");
    }
    Ok(())
}
