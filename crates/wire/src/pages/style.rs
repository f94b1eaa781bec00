//! The one stylesheet, inlined in every page and allowed by its hash.

use std::sync::LazyLock;

use super::source_hash::source_hash;

/// The text between `<style>` and `</style>`, byte for byte.
pub const STYLE: &str = include_str!("../../assets/pages.css");

/// [`STYLE`] as a policy source.
pub static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| source_hash(STYLE));
