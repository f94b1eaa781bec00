//! Code that the handlers share.

mod body;
mod failure;
mod query;
mod request;
mod token;

pub(crate) use body::{Document, Large};
pub(crate) use failure::{Failure, HandlerResult, other_method, say, unknown};
pub(crate) use jeton_wire::private::{created, nothing, ok};
pub(crate) use query::{Query, next};
pub(crate) use request::AdminRequest;
pub(crate) use token::{lifetime, ranges};
