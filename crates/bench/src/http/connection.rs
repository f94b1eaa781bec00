//! One connection: a request out, its answer in.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    Endpoint, chunked,
    head::{Framing, Head, malformed},
};

/// Bytes a connection reads at once; it grows where answers are larger.
const START: usize = 8 * 1024;
/// The largest answer taken, head and body, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// An answer, in the connection's own memory.
#[derive(Debug)]
pub(crate) struct HttpAnswer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
    /// The connection is at its end and takes no further request.
    pub(crate) last: bool,
}

/// A keep-alive connection. After warming up, an exchange allocates nothing.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    /// The body of a chunked answer.
    joined: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(place: &Endpoint) -> io::Result<Self> {
        let stream = TcpStream::connect(place.addresses.as_slice()).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: vec![0; START], joined: Vec::new() })
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// After an error the connection is good for nothing.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<HttpAnswer<'_>> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let mut head = None;
        loop {
            let ended = match self.read(filled).await? {
                0 => true,
                n => {
                    filled += n;
                    false
                }
            };
            let received = self.received.get(..filled).unwrap_or_default();
            if head.is_none() {
                head = Head::parse(received)?;
            }
            let Some(head) = head else {
                if ended {
                    return Err(cut_off());
                }
                continue;
            };
            let after = received.get(head.bytes..).unwrap_or_default();
            let whole = match head.framing {
                Framing::Length(n) => (after.len() >= n).then_some(n),
                Framing::Chunked => chunked::decode(after, &mut self.joined)?,
                Framing::UntilClose => ended.then_some(after.len()),
            };
            match whole {
                Some(taken) if taken == after.len() => return Ok(self.answer(head, filled)),
                // Nothing was asked that these bytes could answer.
                Some(_) => return Err(malformed("bytes after the body")),
                None if ended => return Err(cut_off()),
                None => {}
            }
        }
    }

    /// Reads once into the room after `filled` bytes.
    async fn read(&mut self, filled: usize) -> io::Result<usize> {
        if filled == self.received.len() {
            if filled >= LARGEST {
                return Err(malformed("an answer of more than 64 MiB"));
            }
            self.received.resize(filled * 2, 0);
        }
        // Not `try_read`: the polling read knows that a short read emptied the socket, and spares the next wait a
        // system call that would only learn this.
        self.stream.read(self.received.get_mut(filled..).unwrap_or_default()).await
    }

    fn answer(&self, head: Head, filled: usize) -> HttpAnswer<'_> {
        let body = match head.framing {
            Framing::Chunked => &self.joined,
            _ => self.received.get(head.bytes..filled).unwrap_or_default(),
        };
        HttpAnswer { status: head.status, body, last: head.last }
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection before its answer was whole")
}
