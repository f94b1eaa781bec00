//! The accept loops and the limits of connections.

mod accept;
mod account;
mod body;
mod connection;
mod connection_slots;
mod connections;
mod descriptors;
mod error;
mod handshake;
mod host;
mod limits;
mod meter;
mod passage;
mod request;
mod server;
mod socket_file;
mod state;
mod too_long;
mod turn;

pub use descriptors::{raise_open_files, survive_file_size_limit};
pub use error::ListenError;
pub use limits::{LargerBodies, Limits};
pub use passage::{Leave, Passage};
pub use server::{BoundServer, Drained, Server, Tcp};
