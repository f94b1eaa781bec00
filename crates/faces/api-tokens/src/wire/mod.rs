//! The formats that the handlers share.

pub(crate) mod accept;
pub(crate) mod fields;
pub(crate) mod headers;
pub(crate) mod json;
mod moment;
pub(crate) mod query;
pub(crate) mod refuse;
