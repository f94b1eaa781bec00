//! A folder, a running server, and a small HTTP client.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jeton_testkit::coverage;
pub(crate) use jeton_testkit::free_port;
use serde_json::Value;
use tempfile::TempDir;

/// How long a start or a stop may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// The binary, with none of our own variables.
pub(crate) fn jeton(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jeton"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("JETON_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs the binary to its end.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    jeton(folder).args(args).output().unwrap()
}

/// The same with something on standard input.
pub(crate) fn run_with_input(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = jeton(folder);
    let mut child =
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What was printed for programs: exactly one JSON document.
pub(crate) fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("not one JSON document ({error}): {}", String::from_utf8_lossy(&output.stdout)))
}

/// What was printed for people.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with a configuration for a free port: `head` and then `rest`.
pub(crate) fn folder(rest: &str) -> (TempDir, u16) {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    std::fs::write(folder.path().join("jeton.toml"), configuration(port, rest)).unwrap();
    (folder, port)
}

/// A configuration for a port.
pub(crate) fn configuration(port: u16, rest: &str) -> String {
    format!(
        "issuer = \"http://127.0.0.1:{port}\"\ndata_dir = \"./jeton-data\"\n[http]\nlisten = \"127.0.0.1:{port}\"\n{rest}\n"
    )
}

/// A client that can get tokens for itself.
pub(crate) fn client(client_id: &str, secret: &str) -> String {
    format!(
        "[[client]]\nclient_id = \"{client_id}\"\nclient_secret = \"{secret}\"\n\
         grant_types = [\"client_credentials\"]\nscope = \"api1 jeton:admin\"\ndefault_scope = \"api1\"\n"
    )
}

/// A running server, killed when dropped.
pub(crate) struct Running {
    child: Option<Child>,
    lines: Receiver<String>,
    log: Vec<String>,
    pub(crate) port: u16,
}

impl Running {
    /// Starts a command that serves and waits until it is ready.
    pub(crate) fn start(folder: &Path, args: &[&str], port: u16) -> Self {
        let mut running = Self::command(jeton(folder).args(args), port);
        running.wait_for("listening on http");
        running
    }

    /// Starts a command, without waiting.
    pub(crate) fn command(command: &mut Command, port: u16) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child: Some(child), lines, log: Vec::new(), port }
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Whether its process has not ended.
    pub(crate) fn is_running(&self) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", self.process())).unwrap_or_default();
        state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    }

    /// `jeton serve` in a folder with its configuration.
    pub(crate) fn serve(folder: &Path, port: u16) -> Self {
        Self::start(folder, &["serve"], port)
    }

    /// Waits for a line on stderr, whatever other lines come before it.
    #[expect(clippy::disallowed_methods, reason = "a limit on the whole wait")]
    pub(crate) fn wait_for(&mut self, part: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("no `{part}` in {:#?}", self.log));
            self.log.push(line.clone());
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status().unwrap().success());
    }

    /// Stops it as an operator does.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        let mut child = self.child.take().unwrap();
        for _ in 0..PATIENCE.as_millis() / 20 {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        panic!("it did not stop: {:#?}", self.log());
    }

    /// What it has written to stderr.
    pub(crate) fn log(&mut self) -> &[String] {
        self.log.extend(self.lines.try_iter());
        &self.log
    }

    /// Sends a request to the main listener.
    pub(crate) fn http(&self, request: &Request<'_>) -> HttpAnswer {
        request.by_tcp(self.port)
    }

    /// A token by `client_credentials`; the whole answer.
    pub(crate) fn token(&self, client_id: &str, secret: &str, scope: &str) -> HttpAnswer {
        self.form("/token", (client_id, secret), &format!("grant_type=client_credentials&scope={scope}"))
    }

    /// Whether a token is active, according to introspection by its client.
    pub(crate) fn is_active(&self, client: (&str, &str), token: &str) -> bool {
        self.form("/introspect", client, &format!("token={token}")).json()["active"].as_bool().unwrap()
    }

    /// Sends a form as a client.
    pub(crate) fn form(&self, path: &str, (client_id, secret): (&str, &str), body: &str) -> HttpAnswer {
        let basic = format!("Basic {}", base64(&format!("{client_id}:{secret}")));
        let form = "application/x-www-form-urlencoded";
        self.http(&Request::post(path, body).header("content-type", form).header("authorization", &basic))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A request.
pub(crate) struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a str,
}

impl<'a> Request<'a> {
    pub(crate) fn new(method: &'a str, path: &'a str) -> Self {
        Self { method, path, headers: Vec::new(), body: "" }
    }

    pub(crate) fn get(path: &'a str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post(path: &'a str, body: &'a str) -> Self {
        Self { body, ..Self::new("POST", path) }
    }

    pub(crate) fn with_body(self, body: &'a str) -> Self {
        Self { body, ..self }
    }

    pub(crate) fn header(mut self, name: &'a str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Sends it to a port of this machine.
    pub(crate) fn by_tcp(&self, port: u16) -> HttpAnswer {
        self.send(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap())
    }

    /// Sends it to a Unix socket.
    pub(crate) fn by_socket(&self, socket: &Path) -> HttpAnswer {
        self.send(UnixStream::connect(socket).unwrap())
    }

    /// Sends it over any stream.
    pub(crate) fn send(&self, mut stream: impl std::io::Read + std::io::Write) -> HttpAnswer {
        let Self { method, path, headers, body } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push_str("host: 127.0.0.1\r\n");
        }
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        head.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        // A server may answer and close before it has read a body that is too large.
        let _ = stream.write_all(head.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = HttpAnswer::read(&text(&answer));
        let (path, _) = path.split_once('?').unwrap_or((path, ""));
        coverage::answered(method, path, answer.status, answer.refusal(path).as_deref());
        answer
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl HttpAnswer {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The id of the refusal. Only `/admin/v1` shows it.
    fn refusal(&self, path: &str) -> Option<String> {
        let shows = self.status >= 400 && path.starts_with("/admin/v1/");
        let body: Value = serde_json::from_str(shows.then_some(&self.body)?).ok()?;
        body["error"].as_str().map(str::to_owned)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// Base64 by RFC 4648 section 4, so that the tests share no code with what they test.
pub(crate) fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}
