//! The head of an answer.

use std::io;

/// How the end of the body is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// It has this many bytes.
    Length(usize),
    /// It is chunked.
    Chunked,
    /// It ends with the connection.
    UntilClose,
}

/// What matters of an answer's status line and headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) framing: Framing,
    /// The server ends the connection after this answer.
    pub(crate) last: bool,
    /// Bytes of the head, its empty line included.
    pub(crate) bytes: usize,
}

impl Head {
    /// Reads the head at the start of `text`; `None` while its end has not arrived.
    pub(crate) fn parse(text: &[u8]) -> io::Result<Option<Self>> {
        let mut lines = text.split_inclusive(|b| *b == b'\n');
        let Some(first) = lines.next().filter(|l| l.ends_with(b"\n")) else {
            return Ok(None);
        };
        let (status, mut last) = status_line(first).ok_or_else(|| malformed("the status line"))?;
        let (mut length, mut chunked, mut bytes) = (None, false, first.len());
        for line in lines {
            if !line.ends_with(b"\n") {
                break;
            }
            bytes += line.len();
            let line = line.trim_ascii_end();
            if line.is_empty() {
                let framing = match (chunked, length) {
                    (true, _) => Framing::Chunked,
                    _ if status == 204 || status == 304 => Framing::Length(0),
                    (_, Some(n)) => Framing::Length(n),
                    _ => Framing::UntilClose,
                };
                last |= framing == Framing::UntilClose;
                return Ok(Some(Self { status, framing, last, bytes }));
            }
            // Most headers are none of these three: the first byte is enough to tell.
            match line.first() {
                Some(b'c' | b'C') => {
                    if let Some(value) = value_of(line, b"content-length:") {
                        length = Some(number(value).ok_or_else(|| malformed("Content-Length"))?);
                    } else if let Some(value) = value_of(line, b"connection:") {
                        last = (last || value.eq_ignore_ascii_case(b"close"))
                            && !value.eq_ignore_ascii_case(b"keep-alive");
                    }
                }
                Some(b't' | b'T') => {
                    chunked |=
                        value_of(line, b"transfer-encoding:").is_some_and(|v| v.eq_ignore_ascii_case(b"chunked"));
                }
                _ => {}
            }
        }
        Ok(None)
    }
}

/// The status, and whether this protocol version ends connections by default.
fn status_line(line: &[u8]) -> Option<(u16, bool)> {
    let (version, rest) = line.split_at_checked(9)?;
    let status = number(rest.get(..3)?)?;
    // A 1xx is answered only to what this client never sends.
    let status = u16::try_from(status).ok().filter(|s| *s >= 200)?;
    match version {
        b"HTTP/1.1 " => Some((status, false)),
        b"HTTP/1.0 " => Some((status, true)),
        _ => None,
    }
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

fn number(digits: &[u8]) -> Option<usize> {
    // `parse` alone would take a leading sign.
    digits.first().filter(|d| d.is_ascii_digit())?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The error of an answer that is not HTTP/1.
pub(crate) fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed answer: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::parse(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn length_chunks_and_close_are_told_apart() {
        let known = head("HTTP/1.1 200 OK\r\ncontent-type: a/b\r\nConTent-Length:  17 \r\n\r\nrest");
        assert_eq!(known, Head { status: 200, framing: Framing::Length(17), last: false, bytes: 60 });
        let chunked = head("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n");
        assert_eq!((chunked.status, chunked.framing), (400, Framing::Chunked));
        let open = head("HTTP/1.1 200 OK\r\n\r\n");
        assert_eq!((open.framing, open.last), (Framing::UntilClose, true));
    }

    #[test]
    fn the_end_of_the_connection_is_announced() {
        assert!(head("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").last);
        assert!(head("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").last);
        assert!(!head("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n").last);
        assert_eq!(head("HTTP/1.1 204 No Content\r\n\r\n").framing, Framing::Length(0));
    }

    #[test]
    fn every_cut_is_unfinished_and_never_an_error() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\n";
        for end in 0..whole.len() {
            assert_eq!(Head::parse(&whole[..end]).unwrap(), None, "{end}");
        }
    }

    #[test]
    fn nonsense_is_an_error() {
        for text in ["SSH-2.0-x\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/2.0 200 \r\n"] {
            assert!(Head::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n").is_err());
    }
}
