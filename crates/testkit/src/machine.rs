//! The programs that tests need in addition to Rust and a C compiler.
//!
//! `./test` at the root installs all of them on Debian. A test that runs one of these programs calls [`need`] first, so
//! that a machine without it reports what is missing, one line per program. No test is skipped.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// A program that tests run, or a part of one.
#[derive(Debug)]
pub struct Tool {
    /// What it is.
    pub name: &'static str,
    /// The Debian package that brings it.
    pub package: &'static str,
    is_here: fn() -> bool,
}

/// Runs the flows of the documentation.
pub static BASH: Tool = tool("bash", "bash", || program("bash").is_some());
/// Sends the requests that the documentation shows.
pub static CURL: Tool = tool("curl", "curl", || program("curl").is_some());
/// Signs in the flows of the documentation.
pub static OPENSSL: Tool = tool("the command openssl", "openssl", || program("openssl").is_some());
/// The second store, as a private server of each test process: [`crate::postgres`].
pub static POSTGRESQL: Tool =
    tool("PostgreSQL's server programs (initdb, postgres, psql, pg_isready)", "postgresql", || postgresql().is_some());
/// A pooler between Jeton and PostgreSQL.
pub static PGBOUNCER: Tool = tool("pgbouncer", "pgbouncer", || program("pgbouncer").is_some());
/// Runs the clients from npm.
pub static NODE: Tool = tool("Node 20 or later", "nodejs", || node().is_some());
/// Installs the clients from npm.
pub static NPM: Tool = tool("npm", "npm", || npm().is_some());
/// Runs the clients from PyPI.
pub static PYTHON: Tool = tool("Python 3", "python3", || program("python3").is_some());
/// Installs the clients from PyPI.
pub static VENV: Tool = tool("Python's modules venv and ensurepip", "python3-venv", || {
    program("python3").is_some_and(|python| succeeds(Command::new(python).args(["-c", "import ensurepip, venv"])))
});
/// Compiles and runs the clients from Maven Central.
pub static JAVA: Tool = tool("Java 17 or later, with its compiler", "default-jdk-headless", || {
    program("java").is_some() && program("javac").is_some()
});
/// Installs the clients from Maven Central.
pub static MAVEN: Tool = tool("Maven", "maven", || program("mvn").is_some());
/// Builds the clients written in Go.
pub static GO: Tool = tool("Go 1.19 or later", "golang-go", || go().is_some());
/// A relying party written in Ruby.
pub static RUBY_OPENID_CONNECT: Tool = tool("Ruby with its openid_connect", "ruby-openid-connect", || {
    program("ruby").is_some_and(|ruby| succeeds(Command::new(ruby).args(["-e", "require 'openid_connect'"])))
});
/// A mail server whose passwords are access tokens.
pub static DOVECOT: Tool = tool("Dovecot's IMAP server", "dovecot-imapd", || {
    program("dovecot").is_some() && Path::new("/usr/lib/dovecot/imap-login").is_file()
});
/// The browser.
pub static CHROMIUM: Tool = tool("Chromium (or JETON_CHROMIUM)", "chromium", || chromium().is_some());
/// Apache's HTTP server.
pub static APACHE: Tool = tool("Apache's HTTP server", "apache2", || apache().is_some());
/// A relying party.
pub static MOD_AUTH_OPENIDC: Tool =
    tool("Apache's mod_auth_openidc", "libapache2-mod-auth-openidc", || apache_module("auth_openidc").is_some());
/// A resource server.
pub static MOD_OAUTH2: Tool =
    tool("Apache's mod_oauth2", "libapache2-mod-oauth2", || apache_module("oauth2").is_some());
/// A client of people at a shell.
pub static OIDC_AGENT: Tool = tool("oidc-agent", "oidc-agent-cli", || program("oidc-agent").is_some());
/// The resource servers' library of the grid, by its own tools.
pub static SCITOKENS: Tool = tool("scitokens-cpp's tools", "scitokens-cpp", || program("scitokens-verify").is_some());
/// Reads units and makes users of a system that is only a folder.
pub static SYSTEMD: Tool = tool("systemd's tools (systemd-analyze, systemd-sysusers)", "systemd", || {
    program("systemd-analyze").is_some() && program("systemd-sysusers").is_some()
});
/// Makes packages and installs them into a folder.
pub static DPKG: Tool = tool("dpkg", "dpkg", || program("dpkg").is_some() && program("dpkg-deb").is_some());
/// Where these look for the system's certificate authorities, and the tests add their own.
pub static AUTHORITIES: Tool = tool("/etc/ssl/certs/ca-certificates.crt", "ca-certificates", || {
    Path::new("/etc/ssl/certs/ca-certificates.crt").is_file()
});

/// All of them.
pub static TOOLS: [&Tool; 23] = [
    &BASH,
    &CURL,
    &OPENSSL,
    &POSTGRESQL,
    &PGBOUNCER,
    &NODE,
    &NPM,
    &PYTHON,
    &VENV,
    &JAVA,
    &MAVEN,
    &GO,
    &RUBY_OPENID_CONNECT,
    &DOVECOT,
    &CHROMIUM,
    &APACHE,
    &MOD_AUTH_OPENIDC,
    &MOD_OAUTH2,
    &OIDC_AGENT,
    &SCITOKENS,
    &SYSTEMD,
    &DPKG,
    &AUTHORITIES,
];

/// Some of these are not on the machine. Says which, one line a tool; the first of a process names all that are missing.
#[derive(Debug)]
pub struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// Whether the machine has these.
///
/// # Errors
/// It lacks one.
pub fn need(tools: &[&Tool]) -> Result<(), Missing> {
    static TOLD: AtomicBool = AtomicBool::new(false);
    let lacking = |tools: &[&Tool]| tools.iter().filter(|tool| !(tool.is_here)()).map(|tool| tool.line()).collect();
    let mut lines: Vec<String> = lacking(tools);
    if lines.is_empty() {
        return Ok(());
    }
    if !TOLD.swap(true, Ordering::SeqCst) {
        lines = lacking(&TOOLS);
    }
    lines.push("./test at the root installs what is missing on Debian; CONTRIBUTING.md says how elsewhere".to_owned());
    Err(Missing(lines.join("\n")))
}

impl Tool {
    fn line(&self) -> String {
        format!("missing on this machine: {} (Debian: {})", self.name, self.package)
    }
}

/// The newest Node that will do: the tests' own, which `./test` installs where the system's is too old, or the `PATH`'s.
#[must_use]
pub fn node() -> Option<PathBuf> {
    let found = [own_node().join("node")].into_iter().filter(|path| path.is_file()).chain(program("node"));
    found.into_iter().find(|node| major(node).is_some_and(|major| major >= 20))
}

/// The npm of that Node.
#[must_use]
pub fn npm() -> Option<PathBuf> {
    let beside = node()?.with_file_name("npm");
    if beside.is_file() { Some(beside) } else { program("npm") }
}

/// Go's command: the `PATH`'s, or where its own installation puts it.
#[must_use]
pub fn go() -> Option<PathBuf> {
    program("go").or_else(|| Some(PathBuf::from("/usr/local/go/bin/go")).filter(|go| go.is_file()))
}

/// The browser: `JETON_CHROMIUM`, or where distributions put it.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    let given = std::env::var_os("JETON_CHROMIUM").map(PathBuf::from);
    given.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program))
}

/// Apache's server program.
#[must_use]
pub fn apache() -> Option<PathBuf> {
    ["apache2", "httpd"].into_iter().find_map(program)
}

/// The file of one of Apache's modules, named without `mod_`.
#[must_use]
pub fn apache_module(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"];
    folders.iter().map(|folder| Path::new(folder).join(format!("mod_{name}.so"))).find(|path| path.is_file())
}

/// The folder with PostgreSQL's programs of the newest installed version: where Debian, Red Hat and Homebrew put them, or on
/// the `PATH`.
#[must_use]
pub fn postgresql() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    let parents = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local"];
    for entry in parents.iter().filter_map(|p| std::fs::read_dir(p).ok()).flatten().flatten() {
        let digits: String = entry.file_name().to_string_lossy().chars().filter(char::is_ascii_digit).collect();
        found.push((digits.parse().unwrap_or(0), entry.path().join("bin")));
    }
    found.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|p| (0, p));
    found.into_iter().rev().chain(on_path).map(|(_, bin)| bin).find(|bin| has_postgresql(bin))
}

fn has_postgresql(bin: &Path) -> bool {
    ["initdb", "postgres", "psql", "pg_isready"].iter().all(|name| bin.join(name).is_file())
}

/// A program on the `PATH`, or in the folders that are on root's `PATH` only.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/local/sbin", "/usr/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn own_node() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/.node/bin")
}

fn major(node: &Path) -> Option<u32> {
    let output = Command::new(node).arg("--version").stdin(Stdio::null()).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

const fn tool(name: &'static str, package: &'static str, is_here: fn() -> bool) -> Tool {
    Tool { name, package, is_here }
}
