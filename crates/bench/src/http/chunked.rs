//! A chunked body (RFC 9112 section 7.1).

use std::io;

use super::head::malformed;

/// Decodes the chunked body at the start of `text` into `body` (emptied first).
/// Returns how many bytes of `text` it took; `None` while its end has not arrived.
///
/// It starts again with each piece that arrives: token answers arrive in one or two.
pub(crate) fn decode(text: &[u8], body: &mut Vec<u8>) -> io::Result<Option<usize>> {
    body.clear();
    let mut rest = text;
    loop {
        let Some((line, after)) = line(rest) else {
            return Ok(None);
        };
        let digits = line.split(|b| *b == b';').next().unwrap_or_default();
        let size = hexadecimal(digits.trim_ascii()).ok_or_else(|| malformed("the size of a chunk"))?;
        if size == 0 {
            return Ok(trailer(after).map(|left| text.len() - left.len()));
        }
        let Some((chunk, after)) = after.split_at_checked(size) else {
            return Ok(None);
        };
        let Some((end, after)) = after.split_at_checked(2) else {
            return Ok(None);
        };
        if end != b"\r\n" {
            return Err(malformed("the end of a chunk"));
        }
        body.extend_from_slice(chunk);
        rest = after;
    }
}

/// What follows the trailer section, of which nothing is kept.
fn trailer(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (line, after) = line(rest)?;
        if line.is_empty() {
            return Some(after);
        }
        rest = after;
    }
}

fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|b| *b == b'\n')?;
    let (line, rest) = text.split_at_checked(end + 1)?;
    Some((line.trim_ascii_end(), rest))
}

fn hexadecimal(digits: &[u8]) -> Option<usize> {
    // Eight digits are 4 GiB, far beyond what a connection keeps.
    digits.first().filter(|d| d.is_ascii_hexdigit() && digits.len() <= 8)?;
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] = b"5;x=y\r\nhello\r\n00a\r\n, chunks!!\r\n0\r\nX-Trailer: 1\r\n\r\n";

    #[test]
    fn chunks_are_joined_and_the_trailer_is_skipped() {
        let mut body = vec![1];
        assert_eq!(decode(WHOLE, &mut body).unwrap(), Some(WHOLE.len()));
        assert_eq!(body, b"hello, chunks!!");
        let more = [WHOLE, b"HTTP"].concat();
        assert_eq!(decode(&more, &mut body).unwrap(), Some(WHOLE.len()));
    }

    #[test]
    fn every_cut_is_unfinished_and_never_an_error() {
        for end in 0..WHOLE.len() {
            assert_eq!(decode(&WHOLE[..end], &mut Vec::new()).unwrap(), None, "{end}");
        }
    }

    #[test]
    fn nonsense_is_an_error() {
        for text in ["zz\r\n", "\r\n", "-1\r\n", "5\r\nhelloXX", "fffffffff\r\n"] {
            assert!(decode(text.as_bytes(), &mut Vec::new()).is_err(), "{text}");
        }
    }
}
