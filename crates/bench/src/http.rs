//! A minimal HTTP/1.1 client: enough to load a server, at the least cost in CPU time.
//!
//! One request at a time on a connection, written whole from prepared bytes; of an answer only the status, the body's
//! framing and whether the connection ends are looked at.

mod chunked;
mod connection;
mod endpoint;
mod head;
mod request;

pub(crate) use self::{
    connection::Connection,
    endpoint::{Endpoint, loopback_only},
    request::{Form, get},
};
