//! What the handlers share.

mod answer;
mod body;
mod call;
mod failure;
mod private;
mod query;
mod token;

pub(crate) use answer::{Answer, created, nothing, ok};
pub(crate) use body::{Document, Large};
pub(crate) use call::Call;
pub(crate) use failure::{Failure, say, unknown};
pub(crate) use query::{Query, next};
pub(crate) use token::{lifetime, ranges};
