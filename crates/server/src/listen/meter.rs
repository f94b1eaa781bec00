//! A stream that notes on its connection that bytes came and went.

use std::io::{self, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::state::Connection;
use super::too_long;

/// A stream that records on its connection that bytes were read or written, at the cost of one or two relaxed atomics
/// each.
pub(super) struct Meter<S> {
    stream: S,
    connection: Arc<Connection>,
    /// Whether the request looks like a browser's for a page.
    page: bool,
    /// What is written instead of the answer to a head that is too long.
    instead: Option<Instead>,
}

/// An answer in place of the protocol's.
struct Instead {
    text: Vec<u8>,
    written: usize,
}

impl<S: AsyncRead + Unpin> AsyncRead for Meter<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let came = buf.filled().len().saturating_sub(before);
        if came > 0 && !self.connection.received(came) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if let Some(page) = buf.filled().get(before..).and_then(too_long::is_for_a_page) {
            self.page = page;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S> Meter<S> {
    pub(super) fn new(stream: S, connection: Arc<Connection>) -> Self {
        Self { stream, connection, page: false, instead: None }
    }

    fn wrote(&self, outcome: Poll<Result<usize>>) -> Poll<Result<usize>> {
        match outcome {
            Poll::Ready(Ok(_)) => self.connection.sent(),
            // The client does not read. It has caught up only when everything is written, which a flush shows.
            Poll::Pending => self.connection.block(true),
            Poll::Ready(Err(_)) => {}
        }
        outcome
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Meter<S> {
    /// Writes another answer to a head that is too long; none: `buf` is no such answer. It was written when all of the other is.
    fn write_instead(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Option<Poll<Result<usize>>> {
        if self.instead.is_none() {
            let text = too_long::instead(buf, self.page)?;
            self.instead = Some(Instead { text, written: 0 });
        }
        loop {
            let Instead { text, written } = self.instead.as_mut()?;
            let rest = text.get(*written..).filter(|rest| !rest.is_empty());
            let Some(rest) = rest else { return Some(Poll::Ready(Ok(buf.len()))) };
            match Pin::new(&mut self.stream).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Some(Poll::Ready(Err(io::ErrorKind::WriteZero.into()))),
                Poll::Ready(Ok(more)) => *written += more,
                other => return Some(other),
            }
        }
    }

    /// Reads what the client still sends: who closes a connection with unread bytes makes the client's system throw the answer away. The
    /// client has as much time, and may send as much, as for the head of a request.
    fn read_the_rest(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut room = [0; 4096];
        loop {
            let mut into = ReadBuf::new(&mut room);
            match ready!(Pin::new(&mut *self).poll_read(cx, &mut into)) {
                Ok(()) if !into.filled().is_empty() => {}
                _ => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Meter<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        if let Some(outcome) = self.write_instead(cx, buf) {
            return self.wrote(outcome);
        }
        let outcome = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        if let [only] = bufs
            && let Some(outcome) = self.write_instead(cx, only)
        {
            return self.wrote(outcome);
        }
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(cx);
        self.connection.block(outcome.is_pending());
        outcome
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.connection.block(outcome.is_pending());
        if self.instead.is_some() && matches!(outcome, Poll::Ready(Ok(()))) {
            return self.read_the_rest(cx);
        }
        outcome
    }
}
