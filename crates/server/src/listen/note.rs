//! What a request is given on its way to its face.

use std::sync::Arc;

use http::{Extensions, HeaderMap};

use crate::Peer;

/// Adds to each request the extensions that its faces read, from the peer and the headers.
pub type Note = Arc<dyn Fn(&Peer, &HeaderMap) -> Extensions + Send + Sync>;
