//! A second server that follows the first.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;

use super::{PASSWORD, PostgresServer, USER, as_owner, succeed};
use crate::free_port;

impl PostgresServer {
    /// A standby of this server; from now on no commit of it is acknowledged that the standby does not have.
    #[must_use]
    pub fn synchronous_standby(&self) -> Self {
        let lines = format!("host replication {USER} 127.0.0.1/32 password");
        let hba = std::fs::read_to_string(self.folder.join("data/pg_hba.conf")).unwrap();
        self.configure("", Some(&format!("{hba}\n{lines}")));
        let temporary = tempfile::Builder::new().prefix("jeton-postgres-").tempdir().unwrap();
        let folder = temporary.path().to_owned();
        self.give(&folder);
        let from =
            format!("host=127.0.0.1 port={} user={USER} password={PASSWORD} application_name=standby", self.port);
        let mut copy = as_owner(Command::new(self.binaries.join("pg_basebackup")), self.owner, &folder);
        // -R: it is a standby, and how it finds this one.
        succeed(copy.args(["-R", "-X", "stream", "-c", "fast", "-N", "-d", &from, "-D"]).arg(folder.join("data")));
        let standby = Self {
            binaries: self.binaries.clone(),
            folder,
            port: free_port(),
            owner: self.owner,
            databases: AtomicU32::new(0),
            guard: Mutex::new(None),
            temporary: Some(temporary),
        };
        standby.run();
        self.configure("synchronous_standby_names = 'standby'", None);
        let follows = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        for _ in 0..6_000 {
            if self.sql("postgres", follows).trim() == "1" {
                return standby;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the standby does not follow:\n{}", log(&standby.folder));
    }

    /// Makes a standby the one that takes writes.
    pub fn promote(&self) {
        self.sql("postgres", "SELECT pg_promote(true, 300)");
    }
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}
