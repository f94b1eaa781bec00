//! A router on its listeners, from binding to drain.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::accept::{self, Common, Listener, Routers, Tls};
use super::connections::Connections;
use super::passage::Passage;
use super::socket_file::SocketFile;
use super::state::{CLOSED, DRAINING};
use super::{Limits, ListenError};
use crate::{Network, TlsReloader, TrustedProxies};

/// How long running requests may take to finish once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// A router, and the listeners it is to be served on.
pub struct Server {
    router: Router,
    limits: Limits,
    drain: Duration,
    tcp: Vec<Tcp>,
    unix: Vec<(PathBuf, Router)>,
    passage: Option<Arc<dyn Passage>>,
    trusted: TrustedProxies,
}

/// A TCP listener to be.
pub struct Tcp {
    addr: SocketAddr,
    tls: Option<Arc<TlsReloader>>,
    router: Option<Router>,
    passage: Option<Arc<dyn Passage>>,
    limits: Option<Limits>,
    plain: Option<Router>,
    explains: bool,
}

impl Tcp {
    /// Listens on this address; port 0 lets the system choose one.
    #[must_use]
    pub fn new(addr: SocketAddr) -> Self {
        Self { addr, tls: None, router: None, passage: None, limits: None, plain: None, explains: false }
    }

    /// Speaks TLS only, HTTP/2 preferred.
    #[must_use]
    pub fn tls(self, tls: Arc<TlsReloader>) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Serves another router than the server's.
    #[must_use]
    pub fn router(self, router: Router) -> Self {
        Self { router: Some(router), ..self }
    }

    /// Has another passage than the server's.
    #[must_use]
    pub fn passage(self, passage: Arc<dyn Passage>) -> Self {
        Self { passage: Some(passage), ..self }
    }

    /// Has other limits than the server's.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits: Some(limits), ..self }
    }

    /// Beside TLS, serves this router without it: to connections that do not begin with a TLS handshake.
    #[must_use]
    pub fn also_plain(self, router: Router) -> Self {
        Self { plain: Some(router), ..self }
    }

    /// Writes the cause of each TLS handshake that fails into the log: for clients that show none to their owners.
    #[must_use]
    pub fn explain_handshakes(self) -> Self {
        Self { explains: true, ..self }
    }
}

impl Server {
    /// Serves this router, once listeners are added.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self {
            router,
            limits: Limits::default(),
            drain: DRAIN,
            tcp: Vec::new(),
            unix: Vec::new(),
            passage: None,
            trusted: TrustedProxies::new(vec![Network::LOOPBACK_V4, Network::LOOPBACK_V6]),
        }
    }

    /// Networks whose hosts may have any number of connections, since they forward many people's requests. By default
    /// the local machine.
    #[must_use]
    pub fn unlimited(self, networks: Vec<Network>) -> Self {
        Self { trusted: TrustedProxies::new(networks), ..self }
    }

    /// What every request passes, on every listener.
    #[must_use]
    pub fn passage(self, passage: Arc<dyn Passage>) -> Self {
        Self { passage: Some(passage), ..self }
    }

    /// The limits of every listener without its own.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How long running requests may take to finish after the server was told to stop; 10 s by default.
    #[must_use]
    pub fn drain(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// Adds a TCP listener.
    #[must_use]
    pub fn tcp(mut self, tcp: Tcp) -> Self {
        self.tcp.push(tcp);
        self
    }

    /// Adds a Unix socket of mode 0600 that serves `router`, with `local_socket` set in its requests' `Peer`.
    #[must_use]
    pub fn unix(mut self, path: impl Into<PathBuf>, router: Router) -> Self {
        self.unix.push((path.into(), router));
        self
    }

    /// Binds all addresses, without accepting yet.
    ///
    /// # Errors
    ///
    /// When an address is in use or not local, or when another process answers on a Unix socket. Then none is bound.
    pub async fn bind(self) -> Result<BoundServer, ListenError> {
        let common = Common { connections: Arc::default(), passage: self.passage, trusted: self.trusted };
        let mut bound = BoundServer {
            connections: Arc::clone(&common.connections),
            drain: self.drain,
            addresses: Vec::new(),
            tcp: Vec::new(),
            unix: Vec::new(),
        };
        for tcp in self.tcp {
            let failed = |source| ListenError::Tcp { addr: tcp.addr, source };
            let socket = TcpListener::bind(tcp.addr).await.map_err(failed)?;
            bound.addresses.push(socket.local_addr().map_err(failed)?);
            let routers = Routers { main: tcp.router.unwrap_or_else(|| self.router.clone()), plain: tcp.plain };
            let limits = tcp.limits.unwrap_or(self.limits);
            let tls = tcp.tls.map(|files| Tls { files, explains: tcp.explains });
            let passage = tcp.passage.or_else(|| common.passage.clone());
            let common = Common { passage, ..common.clone() };
            bound.tcp.push((Listener::new(bound.tcp.len(), routers, limits, tls, &common), socket));
        }
        for (path, router) in self.unix {
            let (socket, file) = SocketFile::bind(&path).await?;
            let number = bound.tcp.len() + bound.unix.len();
            let routers = Routers { main: router, plain: None };
            let listener = Listener::new(number, routers, self.limits, None, &common);
            bound.unix.push((listener, socket, file));
        }
        Ok(bound)
    }

    /// Binds, serves until `shutdown` is ready, and drains.
    ///
    /// # Errors
    ///
    /// As [`Server::bind`].
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<Drained, ListenError> {
        Ok(self.bind().await?.serve(shutdown).await)
    }
}

/// A server that has bound its addresses and does not accept yet; the system already queues connections.
pub struct BoundServer {
    connections: Arc<Connections>,
    drain: Duration,
    addresses: Vec<SocketAddr>,
    tcp: Vec<(Arc<Listener>, TcpListener)>,
    unix: Vec<(Arc<Listener>, UnixListener, SocketFile)>,
}

/// How a server stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that had not finished in time and were cut.
    pub cut: usize,
}

impl BoundServer {
    /// The actual TCP addresses, in the order in which the listeners were added.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `shutdown` is ready; then accepts no more, lets every running request finish, and returns.
    ///
    /// Dropping the future cuts all connections at once.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Drained {
        let connections = self.connections;
        let _cut = CutWhenDropped(Arc::clone(&connections));
        let listeners = self.tcp.iter().map(|(listener, _)| listener).chain(self.unix.iter().map(|(unix, _, _)| unix));
        let sweep_every = listeners.map(|listener| sweep_interval(listener.serving.limits)).min().unwrap_or(DRAIN);

        let mut accepting = JoinSet::new();
        let mut files = Vec::new();
        for (listener, socket) in self.tcp {
            accepting.spawn(accept::tcp(listener, socket));
        }
        for (listener, socket, file) in self.unix {
            accepting.spawn(accept::unix(listener, socket));
            files.push(file);
        }
        let mut sweeping = JoinSet::new();
        sweeping.spawn(sweep(Arc::clone(&connections), sweep_every));

        shutdown.await;
        drop(files);
        accepting.shutdown().await;
        connections.tell(DRAINING);
        let _ = timeout(self.drain, connections.none_left()).await;
        Drained { cut: connections.count() }
    }
}

/// A timeout is noticed late by this at most.
fn sweep_interval(limits: Limits) -> Duration {
    let shortest = limits.header_timeout.min(limits.idle_timeout).min(limits.answer_timeout);
    (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
}

async fn sweep(connections: Arc<Connections>, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        connections.sweep(Instant::now());
    }
}

struct CutWhenDropped(Arc<Connections>);

impl Drop for CutWhenDropped {
    fn drop(&mut self) {
        self.0.tell(CLOSED);
    }
}
