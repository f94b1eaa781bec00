//! The one filter in words: for lists, bulk revocations and the command line's `--filter`.
//!
//! A word is a name and a value (`client_id=app`, `kind=api`, `unused_since=-90d`); words combine with AND. [`FilterWords`] reads
//! them and resolves the names in them to a [`TokenFilter`]. The meaning of that is defined by its [`Term`]s, for memory and for
//! every store.
//!
//! [`Term`]: jeton_model::terms::Term
//! [`TokenFilter`]: jeton_model::store::TokenFilter

mod moment;
mod nearest;
mod parsed;
mod read;
mod resolve;
mod words;

pub use parsed::StateWord;
pub use read::FilterWords;
pub use words::{WORDS, Word};
