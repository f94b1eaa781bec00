//! What several tests need.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use jeton_server::config::{Config, ConfigError, Problem};
use jeton_server::{Drained, Limits, Server};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Writes `toml` as the file of a fresh folder and loads it without an environment.
pub(crate) fn load(toml: &str) -> Result<Config, ConfigError> {
    load_with(toml, &[])
}

/// The same with variables.
pub(crate) fn load_with(toml: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    load_in(folder.path(), toml, env)
}

/// The same in a folder of this test.
pub(crate) fn load_in(folder: &Path, toml: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let path = folder.join("jeton.toml");
    std::fs::write(&path, toml).unwrap();
    let env: Vec<_> = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::load(Some(&path), env.into_iter())
}

/// The problems as the operator sees them.
pub(crate) fn lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// How soon [`quick`] limits close a connection.
pub(crate) const SOON: Duration = Duration::from_millis(200);

/// Limits that close a connection soon which does not send the head of a request. All others are far away, so a close proves
/// that this one did it, however late a busy machine gets to it.
pub(crate) fn quick() -> Limits {
    Limits { header_timeout: SOON, ..far() }
}

/// Limits that no test reaches.
pub(crate) fn far() -> Limits {
    let far = Duration::from_secs(3600);
    Limits { header_timeout: far, idle_timeout: far, ..Limits::default() }
}

/// The end of a wait: at least `least` after its beginning. Timers count whole milliseconds.
pub(crate) fn assert_not_before(began: Instant, least: Duration) {
    assert!(began.elapsed() + Duration::from_millis(2) >= least, "{:?}", began.elapsed());
}

/// A server that runs in the background.
pub(crate) struct Running {
    pub(crate) addresses: Vec<SocketAddr>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

impl Running {
    /// Binds and serves.
    pub(crate) async fn start(server: Server) -> Self {
        let bound = server.bind().await.unwrap();
        let addresses = bound.addresses().to_vec();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(bound.serve(async {
            let _ = stopped.await;
        }));
        Self { addresses, stop, task }
    }

    /// Connects to the first address.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addresses[0]).await.unwrap()
    }

    /// Tells it to stop, without waiting.
    pub(crate) fn tell_to_stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        self.task
    }

    /// Stops it and waits.
    pub(crate) async fn stop(self) -> Drained {
        self.tell_to_stop().await.unwrap()
    }
}

/// Connects from an address of this machine, of which there are many.
pub(crate) async fn connect_from(last: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, last], 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Sends bytes.
pub(crate) async fn send(stream: &mut (impl AsyncWrite + Unpin), text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
}

/// Reads until the text ends with `end`, or the other side closes.
pub(crate) async fn read_to(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        match stream.read_u8().await {
            Ok(byte) => text.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(text).unwrap()
}

/// Waits until the other side closes; returns what arrived before.
pub(crate) async fn read_all(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    // A reset is a close, too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

/// One request on a fresh or kept connection; the answer's end is known by its body.
pub(crate) async fn get(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), path: &str, end: &str) -> String {
    send(stream, &format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")).await;
    read_to(stream, end).await
}

/// An HTTP/2 client with these settings, on a new connection that is driven in the background.
pub(crate) async fn h2_client(
    server: &Running,
    settings: &h2::client::Builder,
) -> h2::client::SendRequest<bytes::Bytes> {
    let (client, connection) = settings.handshake(server.connect().await).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}

/// Waits for what must happen, with patience for a busy machine.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect(what)
}
