//! The stream of a session, as secure as the URL requires.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// Any stream of bytes.
trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Bytes for S {}

/// A connection: TCP, a Unix socket, or TLS.
pub(crate) struct Line {
    bytes: Box<dyn Bytes>,
    /// The hash of the server's certificate (RFC 5929, tls-server-end-point), where there is one.
    end_point: Option<Vec<u8>>,
}

impl Line {
    /// One without a certificate.
    pub(crate) fn plain(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self { bytes: Box::new(stream), end_point: None }
    }

    /// One whose server has shown a certificate.
    pub(super) fn secured(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        end_point: Option<Vec<u8>>,
    ) -> Self {
        Self { bytes: Box::new(stream), end_point }
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.bytes).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_shutdown(cx)
    }
}

impl TlsStream for Line {
    fn channel_binding(&self) -> ChannelBinding {
        self.end_point.clone().map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
    }
}

/// Gives the driver a line as it is: what had to be agreed with the server has been.
pub(crate) struct TlsDone;

impl TlsConnect<Line> for TlsDone {
    type Stream = Line;
    type Error = Infallible;
    type Future = Ready<Result<Line, Infallible>>;

    fn connect(self, line: Line) -> Self::Future {
        ready(Ok(line))
    }
}
