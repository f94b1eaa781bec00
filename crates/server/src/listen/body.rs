//! Bodies that tell their connection who waits for whom: for the rest of a request, or for an answer to be taken.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::{Buf, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::state::Connection;

/// The body of a request. While the handler waits for more of it, it is the client who keeps us waiting.
pub(super) struct Expected {
    body: Incoming,
    connection: Option<Arc<Connection>>,
    waits: bool,
}

impl Expected {
    pub(super) fn new(body: Incoming, connection: Option<Arc<Connection>>) -> Self {
        Self { body, connection, waits: false }
    }

    fn waits(&mut self, waits: bool) {
        if self.waits != waits {
            self.waits = waits;
            if let Some(connection) = &self.connection {
                connection.await_body(waits);
            }
        }
    }
}

impl HttpBody for Expected {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.waits(polled.is_pending());
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
        self.waits(false);
    }
}

/// The body of an answer. It counts as a running request until the client has taken all of it: the protocol drops a
/// [`Chunk`] when it is written to the connection, which in HTTP/2 waits for the client's window.
pub(super) struct HandedOver {
    body: Body,
    place: Option<Place>,
}

#[derive(Clone)]
struct Place {
    connection: Arc<Connection>,
    /// When the answer began, as its connection counts.
    part: u8,
}

impl HandedOver {
    pub(super) fn new(body: Body, connection: Option<Arc<Connection>>) -> Self {
        let place = connection.map(|connection| Place { part: connection.begin_answer(), connection });
        Self { body, place }
    }
}

impl HttpBody for HandedOver {
    type Data = Chunk;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Chunk>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(|bytes| Chunk::new(bytes, self.place.clone())))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for HandedOver {
    fn drop(&mut self) {
        if let Some(place) = &self.place {
            place.connection.end_answer(place.part);
        }
    }
}

/// Bytes of an answer, which say when they are gone.
pub(super) struct Chunk {
    bytes: Bytes,
    place: Option<Place>,
}

impl Chunk {
    fn new(bytes: Bytes, place: Option<Place>) -> Self {
        if let Some(place) = &place {
            place.connection.begin_chunk(place.part);
        }
        Self { bytes, place }
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
    }

    fn copy_to_bytes(&mut self, len: usize) -> Bytes {
        self.bytes.copy_to_bytes(len)
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        if let Some(place) = &self.place {
            place.connection.end_chunk(place.part);
        }
    }
}
