//! A private pgbouncer in transaction mode in front of a server.

use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{PASSWORD, PostgresServer, USER, as_owner};
use crate::free_port;
use crate::machine::{PGBOUNCER, need, program};

/// Waits for the end of its input, which happens when the test process ends, however it ends.
const GUARD: &str = r#"
"$1" "$2/pgbouncer.ini" >>"$2/log" 2>&1 </dev/null &
pooler=$!
cat >/dev/null
kill -INT "$pooler" 2>/dev/null
wait "$pooler"
rm -rf "$2"
"#;

/// A running pooler. It ends when it is dropped, or with the process.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    guard: Child,
}

impl PostgresServer {
    /// Starts a pooler that gives each transaction another session, if it can. `settings`: more lines of its file.
    ///
    /// # Panics
    /// When pgbouncer is not installed.
    #[must_use]
    pub fn pooler(&self, settings: &str) -> Pooler {
        need(&[&PGBOUNCER]).unwrap_or_else(|missing| panic!("{missing}"));
        let program = program("pgbouncer").unwrap();
        // The guard removes it.
        let folder = tempfile::Builder::new().prefix("jeton-pgbouncer-").tempdir().unwrap().keep();
        let port = free_port();
        let (users, ini) = (folder.join("users.txt"), folder.join("pgbouncer.ini"));
        std::fs::write(&users, format!("\"{USER}\" \"{PASSWORD}\"\n")).unwrap();
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = plain\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 4\n\
             server_idle_timeout = 1\nmax_client_conn = 500\nserver_round_robin = 1\nlog_connections = 0\nlog_disconnections = 0\n{settings}\n",
            self.port,
            users.display()
        );
        std::fs::write(&ini, text).unwrap();
        for path in [&folder, &users, &ini] {
            self.give(path);
        }
        let mut guard = as_owner(Command::new("sh"), self.owner, &folder);
        guard.args(["-c", GUARD, "sh"]).arg(program).arg(&folder).process_group(0);
        let mut guard = guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..6_000 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Pooler { port, guard };
            }
            if guard.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("pgbouncer does not start:\n{}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
    }
}

impl Pooler {
    /// The URL of a database that the server's URL names, by way of the pooler.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        let database = url.rsplit('/').next().unwrap();
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
