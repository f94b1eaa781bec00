//! The documents that a robot reads and writes (Jdocs): the tokens of its apps, and four settings.

mod app_tokens;
mod calls;
mod doc;
mod reader;
mod setting;

pub(crate) use app_tokens::{live_apps, make_room};
pub use doc::{Accepted, DeleteDoc, Doc, DocStatus, ReadDoc, ReadDocs, WriteDoc, Written};
pub(crate) use setting::removal;
