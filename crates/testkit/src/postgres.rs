//! A private PostgreSQL server for tests: real binaries, its own folder, `fsync` on, removed when the test process
//! ends.
//!
//! `initdb` and `postgres` refuse to run as root; then they run as the user `postgres`.

mod control;
mod pooler;
mod standby;

use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use tempfile::TempDir;

pub use control::Stopped;
pub use pooler::Pooler;

use crate::free_port;
use crate::machine::{POSTGRESQL, need, postgresql};

/// The name and the password of the superuser.
const USER: &str = "jeton";
const PASSWORD: &str = "a-password-for-tests";

/// How long a start may take, recovery included, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two looks at something awaited.
const LOOK: Duration = Duration::from_millis(50);

/// Waits for the end of its input, which happens when the test process ends, however it ends. Then it stops the server
/// and, if requested, removes the folder.
const GUARD: &str = r#"
"$1" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c max_connections=200 >>"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
[ "$4" = keep ] || rm -rf "$2"
"#;

/// A running server.
#[derive(Debug)]
pub struct PostgresServer {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
    owner: Option<(u32, u32)>,
    databases: AtomicU32,
    guard: Mutex<Option<Child>>,
    /// None for the shared one, whose folder the guard removes: statics are never dropped.
    temporary: Option<TempDir>,
}

impl PostgresServer {
    /// The server that all tests of a process share. The first test that needs it starts it.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<PostgresServer> = LazyLock::new(|| {
            let mut server = PostgresServer::make();
            server.folder = server.temporary.take().unwrap().keep();
            server.run();
            server
        });
        // Here, so that each test reports what is missing, not that another one failed.
        needs();
        &SHARED
    }

    /// A server of one's own, to be killed and started again. It ends when it is dropped.
    #[must_use]
    pub fn start() -> Self {
        let server = Self::make();
        server.run();
        server
    }

    /// The URL of a new, empty database.
    #[must_use]
    pub fn database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The URL of a database, whether it is there or not.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs SQL with `psql`; what it prints, without headings.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(self.binaries.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &self.url(database), "-c", sql]);
        succeed(&mut psql)
    }

    /// Ends the server at once, as a crash would: nothing is written that was not on disk.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        // The shell's own: `kill` as a program is not everywhere.
        succeed(Command::new("sh").args(["-c", &format!("kill -QUIT {pid}")]));
        self.wait_for_end();
    }

    /// Starts it again after [`kill`](Self::kill), on the same data and the same port. It recovers first.
    pub fn restart(&self) {
        self.run();
    }

    /// A folder with a new, stopped cluster.
    fn make() -> Self {
        needs();
        let binaries = postgresql().unwrap();
        let temporary = tempfile::Builder::new().prefix("jeton-postgres-").tempdir().unwrap();
        let folder = temporary.path().to_owned();
        let owner = owner();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        let password = folder.join("password");
        std::fs::File::create(&password).unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        if let Some((user, group)) = owner {
            chown(&folder, Some(user), Some(group)).unwrap();
            chown(&password, Some(user), Some(group)).unwrap();
        }
        // Only the making is not synced: what the server itself commits is.
        let mut initdb = as_owner(Command::new(binaries.join("initdb")), owner, &folder);
        // The password is sent in clear, over loopback: SCRAM costs unoptimized tests a tenth of a second per
        // connection.
        initdb.args(["-U", USER, "-A", "password", "-E", "UTF8", "--locale=C.UTF-8", "-N"]);
        succeed(initdb.arg("--pwfile").arg(&password).arg("-D").arg(folder.join("data")));
        Self {
            binaries,
            folder,
            port: free_port(),
            owner,
            databases: AtomicU32::new(0),
            guard: Mutex::new(None),
            temporary: Some(temporary),
        }
    }

    /// Starts the server and waits until it answers.
    fn run(&self) {
        let mut guard = as_owner(Command::new("sh"), self.owner, &self.folder);
        guard.args(["-c", GUARD, "sh"]).arg(self.binaries.join("postgres")).arg(&self.folder);
        guard.arg(self.port.to_string()).arg(if self.temporary.is_some() { "keep" } else { "remove" });
        // A separate process group: a Ctrl-C at the test run reaches the guard only by the end of its input.
        guard.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        *self.guard.lock().unwrap() = Some(guard.spawn().unwrap());
        for _ in 0..PATIENCE.as_millis() / LOOK.as_millis() {
            let mut ready = Command::new(self.binaries.join("pg_isready"));
            ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            if ready.status().unwrap().success() {
                return;
            }
            std::thread::sleep(LOOK);
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start:\n{log}");
    }

    fn wait_for_end(&self) {
        let Some(mut guard) = self.guard.lock().unwrap().take() else { return };
        drop(guard.stdin.take());
        guard.wait().unwrap();
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.wait_for_end();
    }
}

/// Fails if the programs are missing, and says so.
fn needs() {
    need(&[&POSTGRESQL]).unwrap_or_else(|missing| panic!("{missing}"));
}

/// User and group to run as instead of root.
fn owner() -> Option<(u32, u32)> {
    let ask = |arguments: &[&str]| succeed(Command::new("id").args(arguments)).trim().parse().unwrap();
    (ask(&["-u"]) == 0).then(|| (ask(&["-u", "postgres"]), ask(&["-g", "postgres"])))
}

fn as_owner(mut command: Command, owner: Option<(u32, u32)>, folder: &Path) -> Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command.current_dir(folder).env("LC_ALL", "C.UTF-8");
    command
}

fn succeed(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
