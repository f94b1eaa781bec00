//! What a request is given on its way to its face.

use std::sync::Arc;

use http::{Extensions, HeaderMap};

use crate::Peer;

/// Says of each request what its faces shall find among its extensions, from who is at the other end and what the headers say.
pub type Note = Arc<dyn Fn(&Peer, &HeaderMap) -> Extensions + Send + Sync>;
