//! One connection from its first byte to its last.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use http::Request;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};

use super::Limits;
use super::meter::Meter;
use super::passage::Passage;
use super::request::{Running, answer};
use super::state::{CLOSED, Connection, DRAINING, QUIET};
use super::too_long::MAX_HEAD;
use crate::Peer;

/// Requests at once on one HTTP/2 connection.
const MAX_STREAMS: u32 = 100;

/// Bytes of a request's body that may arrive before the handler reads them.
const STREAM_WINDOW: u32 = 64 * 1024;

/// Bytes of an answer that are taken from it before the client has room for them.
const SEND_BUFFER: usize = 64 * 1024;

/// Streams that the client, or we for a mistake of its, have reset and that are not yet forgotten; more end the connection.
const MAX_RESET: usize = 64;

/// How the connections of one listener are served.
pub(super) struct Serving {
    pub(super) router: Router,
    pub(super) limits: Limits,
    pub(super) protocol: Builder<TokioExecutor>,
    pub(super) passage: Option<Arc<dyn Passage>>,
}

/// The settings that all connections share.
pub(super) fn protocol() -> Builder<TokioExecutor> {
    let mut protocol = Builder::new(TokioExecutor::new());
    protocol
        .http1()
        // `pipeline_flush` stays off: it delays an answer while part of a next request has arrived, and never sends the
        // answer to a malformed one.
        .max_buf_size(MAX_HEAD)
        // The sweep over all connections does this, without a timer for each request.
        .header_read_timeout(None);
    protocol
        .http2()
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD as u32)
        .initial_stream_window_size(STREAM_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(MAX_RESET)
        .max_local_error_reset_streams(MAX_RESET);
    protocol
}

/// The result of the future, unless the connection is told to finish before: no request has arrived yet.
pub(super) async fn unless_signalled<F: Future>(state: &Connection, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        state.woken_by(cx.waker());
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if state.signals() != 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Serves one connection until either end closes it.
pub(super) async fn serve<S>(stream: S, peer: Peer, serving: &Serving, state: &Arc<Connection>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(|request| {
        let running = Running::begin(state, &request);
        let (mut head, body) = request.into_parts();
        head.extensions.insert(peer.clone());
        let leave = serving.passage.as_ref().and_then(|passage| passage.enter(&peer, &mut head));
        let request = Request::from_parts(head, body);
        answer(serving.router.clone(), request, serving.limits, running, leave)
    });
    let stream = TokioIo::new(Meter::new(stream, state.clone()));
    let mut connection = pin!(serving.protocol.serve_connection(stream, service));
    let mut finishing = false;
    poll_fn(|cx| {
        state.woken_by(cx.waker());
        loop {
            // Connections end in many ways because of clients: a reset or a broken frame is not logged.
            if connection.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let signals = state.signals();
            if signals & CLOSED != 0 || signals & QUIET != 0 && !state.is_running() {
                return Poll::Ready(());
            }
            if signals & QUIET != 0 {
                // A request arrived at the last moment; the poll above has started it.
                state.not_quiet();
            }
            if signals & DRAINING == 0 || finishing {
                return Poll::Pending;
            }
            finishing = true;
            connection.as_mut().graceful_shutdown();
        }
    })
    .await;
}
