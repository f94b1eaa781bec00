//! The file that `jeton init` writes.

/// A short commented configuration: what `jeton init` writes.
#[must_use]
pub fn sample() -> &'static str {
    include_str!("sample.toml")
}
