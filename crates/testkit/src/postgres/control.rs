//! What an administrator of the server does: settings, files, processes.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{PostgresServer, succeed};

/// A server whose processes are all stopped (SIGSTOP): it keeps its connections and answers nothing. It continues when
/// this is dropped.
#[derive(Debug)]
pub struct Stopped(Vec<u32>);

impl PostgresServer {
    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Writes a file into the server's folder that only the server may read, as it demands of keys; where it is.
    pub fn private_file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        self.give(&path);
        path
    }

    /// Adds lines to `postgresql.conf`, replaces `pg_hba.conf` where lines for it are given, and has both read. Some settings
    /// take effect at a start only: [`kill`](Self::kill) and [`restart`](Self::restart).
    pub fn configure(&self, settings: &str, hba: Option<&str>) {
        let data = self.folder.join("data");
        let file = data.join("postgresql.conf");
        let now = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{now}\n{settings}\n")).unwrap();
        if let Some(hba) = hba {
            std::fs::write(data.join("pg_hba.conf"), format!("{hba}\n")).unwrap();
        }
        self.signal("HUP", &[self.postmaster()]);
    }

    /// Stops all processes of the server.
    #[must_use]
    pub fn stop_answering(&self) -> Stopped {
        let postmaster = self.postmaster();
        self.signal("STOP", &[postmaster]);
        // It makes no new ones now.
        let processes: Vec<u32> = [postmaster].into_iter().chain(children(postmaster)).collect();
        self.signal("STOP", &processes);
        Stopped(processes)
    }

    pub(super) fn postmaster(&self) -> u32 {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        pid.lines().next().unwrap().trim().parse().unwrap()
    }

    /// Makes the server's user the owner of a file.
    pub(super) fn give(&self, path: &Path) {
        if let Some((user, group)) = self.owner {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }

    fn signal(&self, name: &str, processes: &[u32]) {
        send(name, processes);
    }
}

impl Stopped {
    /// Lets it go on.
    pub fn go_on(self) {
        drop(self);
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        send("CONT", &self.0);
    }
}

fn send(signal: &str, processes: &[u32]) {
    let list: Vec<String> = processes.iter().map(ToString::to_string).collect();
    // The shell's own `kill`. One that has ended meanwhile needs no signal.
    let script = format!("kill -{signal} {} 2>/dev/null || true", list.join(" "));
    succeed(Command::new("sh").args(["-c", &script]));
}

/// The processes that this one started.
fn children(parent: u32) -> Vec<u32> {
    let table = succeed(Command::new("sh").args(["-c", "cat /proc/[0-9]*/stat 2>/dev/null || true"]));
    let process = |line: &str| {
        let pid = line.split_whitespace().next()?.parse().ok()?;
        // The name is in parentheses and may contain anything.
        let (_, rest) = line.rsplit_once(')')?;
        let of: u32 = rest.split_whitespace().nth(1)?.parse().ok()?;
        (of == parent).then_some(pid)
    };
    table.lines().filter_map(process).collect()
}
