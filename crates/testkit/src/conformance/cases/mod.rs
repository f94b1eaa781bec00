//! The cases, a file per subject. `super::list` names each; one that is not named there is dead code, and the
//! compiler says so.

pub(super) mod atomic;
pub(super) mod close;
pub(super) mod documents;
pub(super) mod durable;
pub(super) mod ends;
pub(super) mod events;
pub(super) mod expiry;
pub(super) mod flood;
pub(super) mod ids;
pub(super) mod lists;
pub(super) mod live;
pub(super) mod meta;
pub(super) mod names;
pub(super) mod nodes;
pub(super) mod nouns;
pub(super) mod nul;
pub(super) mod pages;
pub(super) mod races;
pub(super) mod rotation;
pub(super) mod single_use;
pub(super) mod sweep;
pub(super) mod text;
pub(super) mod tokens;
pub(super) mod unchanged;
pub(super) mod uses;
