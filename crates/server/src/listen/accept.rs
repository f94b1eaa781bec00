//! The accept loops.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::connection;
use super::connections::Connections;
use super::{Limits, Note};
use crate::{Peer, TlsReloader};

/// How long to wait after the system refused to accept: it has run out of something.
const RESPITE: Duration = Duration::from_millis(50);

/// What the connections of one listener have in common.
pub(super) struct Listener {
    pub(super) router: Router,
    pub(super) limits: Limits,
    pub(super) tls: Option<Arc<TlsReloader>>,
    pub(super) connections: Arc<Connections>,
    pub(super) protocol: Builder<TokioExecutor>,
    pub(super) note: Option<Note>,
    permits: Arc<Semaphore>,
}

impl Listener {
    pub(super) fn new(
        router: Router,
        limits: Limits,
        tls: Option<Arc<TlsReloader>>,
        connections: Arc<Connections>,
        note: Option<Note>,
    ) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(limits.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
        Arc::new(Self { router, limits, tls, connections, protocol: connection::protocol(), note, permits })
    }

    /// Waits for a place among the connections. What comes meanwhile waits in the system's queue.
    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }
}

/// Accepts TCP connections until it is aborted.
pub(super) async fn tcp(listener: Arc<Listener>, socket: TcpListener) {
    while let Some(permit) = listener.permit().await {
        let (stream, addr) = match socket.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                refused(&error).await;
                continue;
            }
        };
        // An answer is one small write: waiting to fill a packet would only delay it.
        let _ = stream.set_nodelay(true);
        let peer = Peer { addr: Some(addr), ..Peer::default() };
        let listener = Arc::clone(&listener);
        tokio::spawn(async move {
            let _permit = permit;
            match &listener.tls {
                None => listener.serve(stream, peer).await,
                Some(tls) => listener.serve_tls(tls, stream, peer).await,
            }
        });
    }
}

/// Accepts connections on a Unix socket until it is aborted.
pub(super) async fn unix(listener: Arc<Listener>, socket: UnixListener) {
    while let Some(permit) = listener.permit().await {
        let stream = match socket.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                refused(&error).await;
                continue;
            }
        };
        let peer = Peer { local_socket: true, ..Peer::default() };
        let listener = Arc::clone(&listener);
        tokio::spawn(async move {
            let _permit = permit;
            listener.serve(stream, peer).await;
        });
    }
}

impl Listener {
    async fn serve<S>(&self, stream: S, peer: Peer)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let registered = self.connections.register(self.limits);
        connection::serve(stream, peer, self, &registered.connection).await;
    }

    async fn serve_tls(&self, tls: &TlsReloader, stream: TcpStream, mut peer: Peer) {
        let tls = tls.current();
        // A handshake that fails or dawdles is the client's affair.
        let Ok(Ok(stream)) = timeout(self.limits.header_timeout, tls.acceptor().accept(stream)).await else {
            return;
        };
        peer.tls = true;
        peer.certificate = tls.peer_certificate(stream.get_ref().1.peer_certificates());
        self.serve(stream, peer).await;
    }
}

async fn refused(error: &io::Error) {
    let gone = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
    if !gone.contains(&error.kind()) {
        tracing::warn!(%error, "cannot accept a connection");
        sleep(RESPITE).await;
    }
}
