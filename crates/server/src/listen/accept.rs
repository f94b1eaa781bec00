//! The accept loops.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::time::{Instant, sleep, timeout};

use super::Limits;
use super::connection::{self, Serving};
use super::connection_slots::{ConnectionSlots, party};
use super::connections::{Connections, Registered};
use super::descriptors;
use super::handshake::{self, begins_tls};
use super::passage::Passage;
use super::turn::PATIENCE;
use crate::{Peer, TlsReloader, TrustedProxies};

/// How long to wait after the system refused to accept: it has run out of something.
const RESPITE: Duration = Duration::from_millis(50);

/// So many connections are closed then.
const RELIEF: usize = 16;

/// A complaint is written once in so long, however often there is reason.
const COMPLAIN_EVERY: Duration = Duration::from_secs(10);

/// What the connections of one listener have in common.
pub(super) struct Listener {
    pub(super) serving: Serving,
    tls: Option<Tls>,
    /// What is served without TLS where TLS is on.
    plain: Option<Serving>,
    connections: Arc<Connections>,
    trusted: TrustedProxies,
    /// Its number among the listeners.
    number: usize,
    places: Arc<ConnectionSlots>,
    complaints: Complaints,
}

/// What one listener serves.
pub(super) struct Routers {
    pub(super) main: Router,
    /// Without TLS, where TLS is on.
    pub(super) plain: Option<Router>,
}

/// How one listener speaks TLS.
pub(super) struct Tls {
    pub(super) files: Arc<TlsReloader>,
    /// Whether the cause of each failed handshake is logged.
    pub(super) explains: bool,
}

/// What all listeners of a server have in common.
#[derive(Clone)]
pub(super) struct Common {
    pub(super) connections: Arc<Connections>,
    pub(super) passage: Option<Arc<dyn Passage>>,
    /// Who may have any number of connections.
    pub(super) trusted: TrustedProxies,
}

impl Listener {
    pub(super) fn new(
        number: usize,
        routers: Routers,
        mut limits: Limits,
        tls: Option<Tls>,
        common: &Common,
    ) -> Arc<Self> {
        let most = descriptors::affordable(limits.max_connections);
        if most < limits.max_connections {
            tracing::warn!(
                asked = limits.max_connections,
                served = most,
                "fewer connections are served than configured: the limit on open files is too low"
            );
            limits.max_connections = most;
        }
        let Common { connections, passage, trusted } = common.clone();
        let places = Arc::new(ConnectionSlots::new(number, most));
        let serving = |router| Serving { router, limits, protocol: connection::protocol(), passage: passage.clone() };
        Arc::new(Self {
            serving: serving(routers.main),
            tls,
            plain: routers.plain.map(serving),
            connections,
            trusted,
            number,
            places,
            complaints: Complaints::default(),
        })
    }

    /// Gives a connection its place, at once or when one is free, and has it served there; none when there are too many.
    fn admit<F>(
        self: &Arc<Self>,
        address: Option<SocketAddr>,
        serve: impl FnOnce(Arc<Self>, Registered) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send,
    {
        let trusted = address.is_none_or(|address| self.trusted.trusts(address.ip()));
        let party = address.filter(|_| !trusted).map(|address| party(address.ip()));
        let place = self.places.free(trusted);
        let Some(registered) = self.connections.register(self.number, self.serving.limits, party, place.is_some())
        else {
            self.complaints.log("connections turned away: their address has too many that are at work");
            return;
        };
        let waiting = if place.is_none() { self.places.wait() } else { None };
        if place.is_none() && waiting.is_none() {
            self.complaints.log("connections turned away: all places are taken, and too many wait for one");
            return;
        }
        let listener = Arc::clone(self);
        tokio::spawn(async move {
            let _place = match (place, waiting) {
                (Some(place), _) => place,
                (None, Some(waiting)) => {
                    let place = waiting.place(&listener.connections);
                    let Some(Some(place)) = connection::unless_signalled(&registered.connection, place).await else {
                        return;
                    };
                    registered.begin();
                    place
                }
                (None, None) => return,
            };
            serve(listener, registered).await;
        });
    }

    async fn serve<S>(&self, stream: S, peer: Peer, registered: &Registered)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        connection::serve(stream, peer, &self.serving, &registered.connection).await;
    }

    async fn serve_tls(&self, tls: &Tls, stream: TcpStream, mut peer: Peer, registered: &Registered) {
        let patience = self.serving.limits.header_timeout;
        if let Some(plain) = &self.plain {
            let first = timeout(patience, begins_tls(&stream));
            match connection::unless_signalled(&registered.connection, first).await {
                Some(Ok(Some(true))) => {}
                Some(Ok(Some(false))) => {
                    registered.begin();
                    return connection::serve(stream, peer, plain, &registered.connection).await;
                }
                _ => return,
            }
        }
        let files = tls.files.current();
        let handshake = timeout(patience, files.acceptor().accept(stream));
        let stream = match connection::unless_signalled(&registered.connection, handshake).await {
            Some(Ok(Ok(stream))) => stream,
            // A handshake that fails or dawdles is the client's affair.
            failed => {
                if tls.explains
                    && let Some(failed) = failed
                {
                    handshake::explain(peer.addr, failed.map(|failed| failed.err()).ok().flatten().as_ref());
                }
                return;
            }
        };
        registered.begin();
        peer.tls = true;
        peer.certificate = files.peer_certificate(stream.get_ref().1.peer_certificates());
        self.serve(stream, peer, registered).await;
    }

    /// The system refused to accept. It may have run out of descriptors: idle connections are closed to free some.
    async fn refused(&self, error: &io::Error) {
        let gone = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
        if !gone.contains(&error.kind()) {
            self.complaints.log(format_args!("cannot accept a connection: {error}"));
            self.connections.make_room(self.number, RELIEF, PATIENCE);
            sleep(RESPITE).await;
        }
    }
}

/// Accepts TCP connections until it is aborted.
pub(super) async fn tcp(listener: Arc<Listener>, socket: TcpListener) {
    loop {
        match socket.accept().await {
            Ok((stream, address)) => {
                // An answer is one small write: waiting to fill a packet would only delay it.
                let _ = stream.set_nodelay(true);
                let peer = Peer { addr: Some(address), ..Peer::default() };
                listener.admit(Some(address), async move |listener: Arc<Listener>, registered| match &listener.tls {
                    None => listener.serve(stream, peer, &registered).await,
                    Some(tls) => listener.serve_tls(tls, stream, peer, &registered).await,
                });
            }
            Err(error) => listener.refused(&error).await,
        }
    }
}

/// Accepts connections on a Unix socket until it is aborted.
pub(super) async fn unix(listener: Arc<Listener>, socket: UnixListener) {
    loop {
        match socket.accept().await {
            Ok((stream, _)) => {
                let peer = Peer { local_socket: true, ..Peer::default() };
                listener.admit(None, async move |listener: Arc<Listener>, registered| {
                    listener.serve(stream, peer, &registered).await;
                });
            }
            Err(error) => listener.refused(&error).await,
        }
    }
}

/// What a listener complains of in the log, once in a while.
#[derive(Default)]
struct Complaints {
    last: Mutex<Option<Instant>>,
    /// How often since.
    unsaid: AtomicU64,
}

impl Complaints {
    fn log(&self, what: impl std::fmt::Display) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() < COMPLAIN_EVERY) {
            self.unsaid.fetch_add(1, Ordering::Relaxed);
            return;
        }
        *last = Some(Instant::now());
        let more = self.unsaid.swap(0, Ordering::Relaxed);
        tracing::warn!(unsaid = more, "{what}");
    }
}
