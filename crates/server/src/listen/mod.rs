//! The accept loops and what they hold connections to.

mod accept;
mod connection;
mod connections;
mod error;
mod limits;
mod meter;
mod request;
mod server;
mod socket_file;

pub use error::ListenError;
pub use limits::Limits;
pub use server::{BoundServer, Drained, Note, Server, Tcp};
