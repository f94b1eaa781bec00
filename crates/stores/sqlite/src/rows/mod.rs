//! The rows, a file for each noun: all SQL that concerns it, and how it is written and read.

pub(crate) mod block;
pub(crate) mod client;
mod column;
pub(crate) mod counter;
pub(crate) mod device;
pub(crate) mod document;
pub(crate) mod ended;
pub(crate) mod event;
pub(crate) mod grant;
pub(crate) mod key;
mod life;
pub(crate) mod live;
pub(crate) mod meta;
pub(crate) mod owner;
mod record;
pub(crate) mod service;
pub(crate) mod single_use;
pub(crate) mod token;
pub(crate) mod token_list;
pub(crate) mod token_query;
pub(crate) mod token_use;
pub(crate) mod user;

/// Rows of a list that one statement writes: the engine then finds its way to the next one without beginning at the root.
const AT_ONCE: usize = 32;
