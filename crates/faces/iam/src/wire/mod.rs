//! What the handlers share: who calls, query strings, answers, errors, other origins.

mod failure;
mod origins;
mod query;
mod request;

pub(crate) use failure::{Failure, HandlerResult, say};
pub(crate) use jeton_wire::private::{created, done, nothing, ok};
pub(crate) use origins::cross_origin;
pub(crate) use query::Query;
pub(crate) use request::IamRequest;
