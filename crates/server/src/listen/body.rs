//! Bodies that report to their connection which side waits: for the rest of a request, or for an answer to be read.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::{Buf, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::state::Connection;

/// The body of a request. The client is waited for from the time the handler first needs more of it until it has
/// arrived.
pub(super) struct Expected {
    body: Incoming,
    connection: Option<Arc<Connection>>,
    transfer: Option<u64>,
}

impl Expected {
    pub(super) fn new(body: Incoming, connection: Option<Arc<Connection>>) -> Self {
        Self { body, connection, transfer: None }
    }

    fn note(&mut self, polled: &Poll<Option<Result<Frame<Bytes>, hyper::Error>>>) {
        let Some(connection) = &self.connection else {
            return;
        };
        match (polled, self.transfer) {
            (Poll::Pending, None) => self.transfer = Some(connection.begin_body()),
            (Poll::Ready(Some(Ok(frame))), Some(transfer)) => {
                connection.moved(transfer, frame.data_ref().map_or(0, Bytes::len));
            }
            (Poll::Ready(None), Some(_)) => self.end(true),
            _ => {}
        }
    }

    fn end(&mut self, whole: bool) {
        if let (Some(connection), Some(transfer)) = (&self.connection, self.transfer.take()) {
            connection.end_body(transfer, whole);
        }
    }
}

impl HttpBody for Expected {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.note(&polled);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        let whole = self.body.is_end_stream();
        self.end(whole);
    }
}

/// The body of an answer. It counts as a running request until the client has taken all of it: the protocol drops a
/// [`Chunk`] when it is written to the connection, which in HTTP/2 waits for the client's window.
pub(super) struct CountedBody {
    body: Body,
    answer: Option<Arc<AnswerInTransfer>>,
    /// Whether the body was polled to its end.
    ended: bool,
}

/// An answer in transfer: until its body and the last of its chunks are dropped.
struct AnswerInTransfer {
    connection: Arc<Connection>,
    /// Its entry in the account; none when it has no body.
    transfer: Option<u64>,
    /// Whether all of it was given to the protocol.
    given: AtomicBool,
    /// Whether the protocol has thrown a part of it away.
    cut: AtomicBool,
}

impl Drop for AnswerInTransfer {
    fn drop(&mut self) {
        let whole = self.given.load(Ordering::Relaxed) && !self.cut.load(Ordering::Relaxed);
        self.connection.end_answer(self.transfer, whole);
    }
}

impl CountedBody {
    /// An answer whose body is sent, or not: that of a HEAD request is not.
    pub(super) fn new(body: Body, sent: bool, connection: Option<Arc<Connection>>) -> Self {
        let answer = connection.map(|connection| {
            let transfer = connection.begin_answer(sent && !body.is_end_stream());
            Arc::new(AnswerInTransfer {
                connection,
                transfer,
                given: AtomicBool::new(false),
                cut: AtomicBool::new(false),
            })
        });
        Self { body, answer, ended: false }
    }
}

impl HttpBody for CountedBody {
    type Data = Chunk;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Chunk>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.ended |= frame.is_none();
        let chunk = |bytes| Chunk { bytes, answer: self.answer.clone() };
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for CountedBody {
    fn drop(&mut self) {
        if let Some(answer) = &self.answer {
            answer.given.store(self.ended || self.body.is_end_stream(), Ordering::Relaxed);
            answer.connection.gave_answer();
        }
    }
}

/// Bytes of an answer, which report when they are read, and when they are dropped.
pub(super) struct Chunk {
    bytes: Bytes,
    answer: Option<Arc<AnswerInTransfer>>,
}

impl Chunk {
    fn taken(&self, bytes: usize) {
        if let Some(answer) = &self.answer
            && let Some(transfer) = answer.transfer
        {
            answer.connection.moved(transfer, bytes);
        }
    }
}

impl Buf for Chunk {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        self.taken(count);
    }

    fn copy_to_bytes(&mut self, len: usize) -> Bytes {
        let bytes = self.bytes.copy_to_bytes(len);
        self.taken(len);
        bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        if let Some(answer) = self.answer.as_ref().filter(|_| self.bytes.has_remaining()) {
            answer.cut.store(true, Ordering::Relaxed);
        }
    }
}
