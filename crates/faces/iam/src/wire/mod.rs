//! What the handlers share: who calls, query strings, answers, errors, other origins.

mod answer;
mod call;
mod failure;
mod origins;
mod private;
mod query;

pub(crate) use answer::{Answer, created, done, nothing, ok};
pub(crate) use call::Call;
pub(crate) use failure::{Failure, say};
pub(crate) use origins::cross_origin;
pub(crate) use query::Query;
