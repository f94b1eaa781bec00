//! What requests pass on their way to a router, and answers on their way back.

use axum::response::Response;
use http::request::Parts;

use crate::Peer;

/// What is done with an answer on its way back.
pub type Leave = fn(&mut Response);

/// The way of every request of a listener to its router.
pub trait Passage: Send + Sync {
    /// Reads and changes the head of a request before it is routed: the extensions that its faces read, and its path. Returns what
    /// is done with its answer.
    fn enter(&self, peer: &Peer, head: &mut Parts) -> Option<Leave>;
}
