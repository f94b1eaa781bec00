//! Scope values with a path: capabilities and group requests of the WLCG profile (`docs/contracts/indigo-iam.md`
//! section 8.1).
//!
//! `storage.read:/atlas` allows itself and everything below `/atlas`, by whole segments: not `/atlas-old`.
//! `storage.read:/atlas/` means the directory alone, and so less: everything below it, but no file of the name `/atlas`.
//! `wlcg.groups` allows any single group, `wlcg.groups:/atlas`. All other values allow only themselves.

/// The prefixes, before a `.`, of the values that need a closer look.
const STORAGE: &str = "storage.";

/// What may be done with storage. The path is not optional.
const ACTIONS: &[&str] = &["read", "create", "modify", "stage", "poll", "write"];

/// The scope that asks for groups.
pub const GROUPS: &str = "wlcg.groups";

/// The kind of a scope value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word<'a> {
    /// A value that allows only itself.
    Plain,
    /// An action on storage, and its path.
    Storage(&'a str, &'a str),
    /// A request for the groups of the person.
    AllGroups,
    /// A request for one group.
    Group,
    /// It begins like one of these and is not well formed: nothing allows it.
    Malformed,
}

impl<'a> Word<'a> {
    fn read(word: &'a str) -> Self {
        if let Some(rest) = word.strip_prefix(STORAGE) {
            let (action, path) = match rest.split_once(':') {
                Some((action, path)) => (action, Some(path)),
                None => (rest, None),
            };
            return match path {
                _ if !ACTIONS.contains(&action) => Self::Plain,
                Some(path) if is_normal(path) => Self::Storage(action, path),
                _ => Self::Malformed,
            };
        }
        match word.strip_prefix(GROUPS) {
            Some("") => Self::AllGroups,
            Some(rest) => match rest.strip_prefix(':') {
                Some(path) if is_group(path) => Self::Group,
                Some(_) => Self::Malformed,
                None => Self::Plain,
            },
            None => Self::Plain,
        }
    }
}

/// Whether a scope may contain a value that allows more than itself, or nothing. Fast, and sometimes true without need.
pub(crate) fn is_in(list: &str) -> bool {
    list.contains(STORAGE) || list.contains(GROUPS)
}

/// Whether a value allows more than itself, or nothing.
pub(crate) fn is_one(word: &str) -> bool {
    Word::read(word) != Word::Plain
}

/// Whether `held` allows `asked`. A malformed value allows nothing and is allowed by nothing, not even itself.
#[must_use]
pub fn covers(held: &str, asked: &str) -> bool {
    match (Word::read(held), Word::read(asked)) {
        (Word::Malformed, _) | (_, Word::Malformed) => false,
        (Word::Storage(have, above), Word::Storage(want, below)) => have == want && is_below(below, above),
        (Word::AllGroups, Word::Group) => true,
        _ => held == asked,
    }
}

/// The path of the group that a value asks for.
#[must_use]
pub fn group_of(word: &str) -> Option<&str> {
    let path = word.strip_prefix(GROUPS)?.strip_prefix(':')?;
    is_group(path).then_some(path)
}

/// Whether a path is a group's: `/` and a name, repeated.
#[must_use]
pub fn is_group(path: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
    };
    path.strip_prefix('/').is_some_and(|names| names.split('/').all(is_name))
}

/// Whether one normalised path equals the other or is below it. A path with `/` at the end is a directory (WLCG token profile
/// section 2.2.1): the path without it, which may be a file, is not below it.
fn is_below(path: &str, above: &str) -> bool {
    let Some(rest) = path.strip_prefix(above) else { return false };
    above.ends_with('/') || rest.is_empty() || rest.starts_with('/')
}

/// Whether a path is absolute and in its one normal form (RFC 3986 section 6): then two paths are the same exactly when their
/// texts are. No empty segment but the last, no `.` and `..`, nothing percent-encoded that need not be or that hides a separator.
fn is_normal(path: &str) -> bool {
    match path.strip_prefix('/') {
        None => false,
        Some("") => true,
        Some(segments) => segments.strip_suffix('/').unwrap_or(segments).split('/').all(is_segment),
    }
}

fn is_segment(segment: &str) -> bool {
    if matches!(segment, "" | "." | "..") {
        return false;
    }
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => is_needed(bytes.next(), bytes.next()),
            // RFC 3986 section 3.3, `pchar`.
            _ => is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte),
        };
        if !good {
            return false;
        }
    }
    true
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether a percent-encoded byte is encoded as it must be: two upper-case digits, for a byte that cannot be written
/// literally and is not a separator, `%` or a control character.
fn is_needed(high: Option<u8>, low: Option<u8>) -> bool {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    };
    match (high.and_then(digit), low.and_then(digit)) {
        (Some(high), Some(low)) => {
            let byte = high << 4 | low;
            !is_unreserved(byte) && !byte.is_ascii_control() && !matches!(byte, b'/' | b'\\' | b'%')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
