//! From a URL to a session: each of its servers in turn, as safe as it demands.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::fault::Fault;
use crate::open::{Database, Target, Way};
use crate::security::SslMode;
use crate::tls::{Line, Tls, TlsDone, TlsFault};

/// The request to go on with TLS (PostgreSQL, "Message Formats", SSLRequest).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// A peer that disappears must not delay a commit for the kernel's default of 15 minutes.
const VANISHED: Duration = Duration::from_secs(10);

/// A new connection, and what is known about it.
pub(super) struct Connected {
    pub(super) client: Client,
    /// Ends the connection at once.
    pub(super) task: AbortHandle,
    /// Whether the process that answers is the one that greeted: no pooler lends it to others in between.
    pub(super) ours: bool,
    /// `synchronous_commit` as the server has it for this user and database.
    pub(super) synchronous_commit: String,
}

/// Whether TLS is spoken over a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TlsUse {
    Plain,
    TlsIfOffered,
    Tls,
}

/// Asks one server after the other; the last one's reason counts.
pub(super) async fn connect(place: &Database) -> Result<Connected, Fault> {
    let mut last = None;
    for n in place.order() {
        let Some(target) = place.targets.get(n) else { continue };
        let limit = place.connect_timeout;
        match timeout(limit, with_target(place, target)).await {
            Ok(Ok(connected)) => {
                place.latest.store(n, std::sync::atomic::Ordering::Relaxed);
                place.pulse.heard();
                return Ok(connected);
            }
            Ok(Err(fault)) => last = Some(fault),
            Err(_) => {
                let source =
                    io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {:.1} s", limit.as_secs_f32()));
                last = Some(Fault::Unreachable { place: target.name(), source });
            }
        }
    }
    Err(last.unwrap_or(Fault::Silent(Duration::ZERO)))
}

/// Each address of a server.
async fn with_target(place: &Database, target: &Target) -> Result<Connected, Fault> {
    let addresses: Vec<SocketAddr> = match &target.way {
        Way::Socket(path) => {
            let stream = UnixStream::connect(path).await.map_err(|source| unreachable(target, source))?;
            return greet(place, target, Line::plain(stream)).await;
        }
        Way::Address(ip, port) => vec![SocketAddr::new(*ip, *port)],
        Way::Name(host, port) => {
            let found = lookup_host((host.as_str(), *port)).await.map_err(|source| unreachable(target, source))?;
            found.collect()
        }
    };
    let mut last = None;
    for address in addresses {
        match with_address(place, target, address).await {
            Ok(connected) => return Ok(connected),
            Err(fault) => last = Some(fault),
        }
    }
    let nowhere = || unreachable(target, io::Error::other("its name has no address"));
    Err(last.unwrap_or_else(nowhere))
}

/// Each way of speaking that `sslmode` allows.
async fn with_address(place: &Database, target: &Target, address: SocketAddr) -> Result<Connected, Fault> {
    let attempts: &[TlsUse] = match place.security.mode {
        SslMode::Disable => &[TlsUse::Plain],
        SslMode::Allow => &[TlsUse::Plain, TlsUse::Tls],
        SslMode::Prefer => &[TlsUse::TlsIfOffered, TlsUse::Plain],
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[TlsUse::Tls],
    };
    let (first, second) = (attempts.first().copied().unwrap_or(TlsUse::Tls), attempts.get(1).copied());
    let fault = match speaking(place, target, address, first).await {
        Ok(connected) => return Ok(connected),
        Err(fault) => fault,
    };
    // The server refuses this way of connecting (pg_hba.conf), or its TLS is not acceptable.
    let other_way =
        matches!(fault, Fault::Tls { .. }) || fault.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION);
    match second.filter(|_| other_way) {
        Some(way) => speaking(place, target, address, way).await,
        None => Err(fault),
    }
}

async fn speaking(place: &Database, target: &Target, address: SocketAddr, tls_use: TlsUse) -> Result<Connected, Fault> {
    let failed = |source| unreachable(target, source);
    let mut stream = TcpStream::connect(address).await.map_err(failed)?;
    tune(place, &stream).map_err(failed)?;
    let line = match &place.tls {
        Some(tls) if tls_use != TlsUse::Plain => {
            if place.security.direct || offers_tls(&mut stream).await.map_err(failed)? {
                secure(tls, target, stream, address.ip()).await?
            } else if tls_use == TlsUse::TlsIfOffered {
                Line::plain(stream)
            } else {
                let fault = TlsFault::NotOffered { mode: place.security.mode };
                return Err(Fault::Tls { place: target.name(), fault });
            }
        }
        _ => Line::plain(stream),
    };
    greet(place, target, line).await
}

fn tune(place: &Database, stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(Some(place.config.get_tcp_user_timeout().copied().unwrap_or(VANISHED)))?;
    if !place.config.get_keepalives() {
        return Ok(());
    }
    // The driver's own default is two hours.
    let idle = place.config.get_keepalives_idle();
    let idle = if idle >= Duration::from_hours(2) { VANISHED } else { idle };
    let mut keepalive = TcpKeepalive::new().with_time(idle);
    keepalive = keepalive.with_interval(place.config.get_keepalives_interval().unwrap_or(VANISHED / 2));
    keepalive = keepalive.with_retries(place.config.get_keepalives_retries().unwrap_or(3));
    socket.set_tcp_keepalive(&keepalive)
}

/// Asks for TLS and reads the one byte of the answer: what follows belongs to TLS.
async fn offers_tls(stream: &mut TcpStream) -> io::Result<bool> {
    stream.write_all(&SSL_REQUEST).await?;
    Ok(stream.read_u8().await? == b'S')
}

async fn secure(tls: &Tls, target: &Target, stream: TcpStream, address: IpAddr) -> Result<Line, Fault> {
    let done = tls.handshake(stream, target.host.as_deref(), address).await;
    done.map_err(|fault| Fault::Tls { place: target.name(), fault })
}

/// Signs in, and checks which process answers.
async fn greet(place: &Database, target: &Target, line: Line) -> Result<Connected, Fault> {
    /// All of it in one round trip, and without a named statement.
    const WHO: &str = "SELECT pg_backend_pid(), current_setting('synchronous_commit', true), \
        current_setting('transaction_read_only')";
    let (client, connection) = place.config.connect_raw(line, TlsDone).await?;
    let task = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = %Fault::from(error), "a connection to PostgreSQL ended");
        }
    });
    let task = Attempt { task: task.abort_handle(), kept: false };
    let greeted = process(&client).await;
    let answer = client.simple_query(WHO).await?;
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let column = |n: usize| row.and_then(|row| row.try_get(n).ok().flatten()).unwrap_or_default();
    let read_only = column(2) == "on";
    match place.config.get_target_session_attrs() {
        TargetSessionAttrs::ReadWrite if read_only => Err(Fault::WrongRole { place: target.name(), read_only }),
        TargetSessionAttrs::ReadOnly if !read_only => Err(Fault::WrongRole { place: target.name(), read_only }),
        _ => {
            let ours = greeted.is_some_and(|pid| column(0) == pid.to_string());
            let synchronous_commit = column(1).to_owned();
            Ok(Connected { task: task.keep(), client, ours, synchronous_commit })
        }
    }
}

/// An attempt that is given up leaves no connection behind.
struct Attempt {
    task: AbortHandle,
    kept: bool,
}

impl Attempt {
    fn keep(mut self) -> AbortHandle {
        self.kept = true;
        self.task.clone()
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.kept {
            self.task.abort();
        }
    }
}

/// The process named in the handshake. The driver does not expose its number, but writes it into a cancel request:
/// length, code, process, secret (PostgreSQL, "Message Formats", CancelRequest).
async fn process(client: &Client) -> Option<i32> {
    let (near, mut far) = tokio::io::duplex(64);
    client.cancel_token().cancel_query_raw(Line::plain(near), TlsDone).await.ok()?;
    let (_length, _code) = (far.read_i32().await.ok()?, far.read_i32().await.ok()?);
    far.read_i32().await.ok()
}

fn unreachable(target: &Target, source: io::Error) -> Fault {
    Fault::Unreachable { place: target.name(), source }
}
