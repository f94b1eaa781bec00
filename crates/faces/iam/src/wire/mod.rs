//! What the handlers share: who calls, query strings, answers, errors, other origins.

mod call;
mod failure;
mod origins;
mod query;

pub(crate) use call::Call;
pub(crate) use failure::{Answer, Failure, say};
pub(crate) use jeton_wire::private::{created, done, nothing, ok};
pub(crate) use origins::cross_origin;
pub(crate) use query::Query;
