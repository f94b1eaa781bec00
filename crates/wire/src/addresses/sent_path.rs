//! The path of a request as the client sent it.

use http::{Extensions, Uri};

/// The path as it was before the base was taken off it; absent where nothing was.
#[derive(Clone, Debug)]
pub(super) struct SentPath(pub(super) Box<str>);

/// The path as the client sent it, for what it signed. `uri`: the request's target.
#[must_use]
pub fn sent_path<'r>(request: &'r Extensions, uri: &'r Uri) -> &'r str {
    request.get::<SentPath>().map_or_else(|| uri.path(), |SentPath(path)| path)
}
