//! What the handlers share: the caller, query strings, answers, errors.

mod failure;
mod query;
mod request;

pub(crate) use failure::{Failure, HandlerResult, other_method, say, unknown};
pub(crate) use jeton_wire::private::{created, done, nothing, ok};
pub(crate) use query::Query;
pub(crate) use request::IamRequest;
