//! Finding tokens in a stream of any length, in bounded memory.

use std::io::{self, Read};

use jeton_core::formats::scan::{FoundKind, LONGEST, Scanner};
use memchr::{memchr_iter, memrchr};

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

/// A token in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Line, from 1.
    pub(super) line: u64,
    /// Byte in the line, from 1.
    pub(super) column: u64,
    pub(super) kind: FoundKind,
    pub(super) number: u64,
    pub(super) redacted: String,
    /// The token itself; for a report, never for people.
    pub(super) text: String,
}

/// Where in the stream the scanner is.
struct Position {
    /// Bytes before the buffer.
    offset: u64,
    line: u64,
    /// Where the current line began.
    line_start: u64,
}

impl Position {
    /// Goes from `from` to `to` in the buffer.
    fn advance(&mut self, buffer: &[u8], from: usize, to: usize) {
        let passed = buffer.get(from..to).unwrap_or_default();
        if let Some(last) = memrchr(b'\n', passed) {
            self.line += memchr_iter(b'\n', passed).count() as u64;
            self.line_start = self.offset + (from + last + 1) as u64;
        }
    }
}

/// Finds every token of a stream, also those that two reads split; returns how many bytes it had.
pub(super) fn scan(scanner: &Scanner, mut from: impl Read, mut found: impl FnMut(Hit)) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK + LONGEST];
    let mut place = Position { offset: 0, line: 1, line_start: 0 };
    let mut filled = 0;
    loop {
        let read = match from.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        filled += read;
        let is_end = read == 0;
        let bytes = buffer.get(..filled).unwrap_or_default();
        // A token that begins later may go on in what is still to be read.
        let settled = if is_end { filled } else { filled.saturating_sub(LONGEST - 1) };
        let mut at = 0;
        for token in scanner.find(bytes).take_while(|token| token.at < settled) {
            place.advance(bytes, at, token.at);
            at = token.at;
            found(Hit {
                line: place.line,
                column: place.offset + token.at as u64 - place.line_start + 1,
                kind: token.kind,
                number: token.number,
                redacted: token.redacted(),
                text: token.text.to_owned(),
            });
        }
        place.advance(bytes, at, settled);
        if is_end {
            return Ok(place.offset + filled as u64);
        }
        buffer.copy_within(settled..filled, 0);
        place.offset += settled as u64;
        filled -= settled;
    }
}

#[cfg(test)]
mod tests {
    use jeton_core::SystemEntropy;
    use jeton_core::formats::reference::mint;
    use jeton_core::ids::TokenId;
    use jeton_core::model::TokenKind;
    use proptest::prelude::*;

    use super::*;

    fn token(id: u64) -> String {
        mint(TokenKind::Api, TokenId::new(id), &SystemEntropy).unwrap().expose().to_owned()
    }

    /// Returns at most this many bytes at once.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(out.len());
            self.0.read(&mut out[..most])
        }
    }

    fn hits(bytes: &[u8], at_once: usize) -> Vec<(u64, u64, u64)> {
        let mut hits = Vec::new();
        let length =
            scan(&Scanner::default(), Slow(bytes, at_once), |hit| hits.push((hit.line, hit.column, hit.number)));
        assert_eq!(length.unwrap(), bytes.len() as u64);
        hits
    }

    #[test]
    fn a_token_is_named_by_line_and_column() {
        let text = format!("a\n\nkey={} {}\r\n{}", token(1), token(2), token(3));
        assert_eq!(hits(text.as_bytes(), 7), [(3, 5, 1), (3, 73, 2), (4, 1, 3)]);
    }

    #[test]
    fn a_token_across_the_border_of_two_chunks_is_found_once() {
        for before in (CHUNK - 80..CHUNK + 160).step_by(3) {
            let mut bytes = vec![b'x'; before];
            bytes.extend_from_slice(token(5).as_bytes());
            bytes.extend_from_slice(&vec![0xff; CHUNK]);
            assert_eq!(hits(&bytes, usize::MAX), [(1, before as u64 + 1, 5)], "{before}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_split_finds_the_same(parts in prop::collection::vec("[a-z\\n_]{0,90}", 1..8), at_once in 1_usize..200) {
            let mut text = String::new();
            for (number, part) in parts.iter().enumerate() {
                text.push_str(part);
                text.push_str(&token(number as u64 + 1));
            }
            let expected: Vec<_> = (1..=parts.len() as u64).collect();
            let found = hits(text.as_bytes(), at_once);
            prop_assert_eq!(found.iter().map(|hit| hit.2).collect::<Vec<_>>(), expected);
            for (line, column, number) in found {
                let row = text.split('\n').nth(line as usize - 1).unwrap();
                let there = &row[column as usize - 1..];
                prop_assert!(there.starts_with("jtn_api_"), "{} at {}:{}", number, line, column);
            }
        }
    }
}
