//! What the handlers share.

mod body;
mod call;
mod failure;
mod query;
mod token;

pub(crate) use body::{Document, Large};
pub(crate) use call::Call;
pub(crate) use failure::{Answer, Failure, say, unknown};
pub(crate) use jeton_wire::private::{created, nothing, ok};
pub(crate) use query::{Query, next};
pub(crate) use token::{lifetime, ranges};
