//! Reads a document, once.

use std::time::Duration;

use super::document::ClientDocument;
use super::identifier::Identifier;
use super::refusals::{CLIENT_DOCUMENT_INVALID, CLIENT_DOCUMENT_UNAVAILABLE};
use crate::OAuth;
use jeton_model::Refusal;
use jeton_model::outbound::{OutboundError, OutboundReply, OutboundRequest};

/// The largest document, in bytes: what the draft recommends.
pub(super) const LIMIT: usize = 5 * 1024;
/// The time limit of all of it, name lookup included: so long a person waits for the page.
const BUDGET: Duration = Duration::from_secs(3);
/// How long a document is remembered when its server does not say.
const USUAL: Duration = Duration::from_secs(600);
/// The shortest and the longest time that it is, whatever its server says.
const BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(86_400));

/// Reads the document of a client id, and how long it may be remembered.
///
/// # Errors
/// [`CLIENT_DOCUMENT_INVALID`], or [`CLIENT_DOCUMENT_UNAVAILABLE`] when its server does not answer, or not now.
pub(super) async fn fetch(
    oauth: &OAuth,
    client_id: &str,
    identifier: &Identifier,
) -> Result<(ClientDocument, Duration), Refusal> {
    let request = OutboundRequest::get(client_id, identifier.trust, "application/json", (LIMIT, BUDGET));
    let reply = match oauth.outbound.send(request).await {
        Ok(reply) => reply,
        Err(error) => {
            tracing::info!(client_id, %error, "cannot read the document of a client");
            return Err(match error {
                OutboundError::TooLarge => invalid("it is larger than 5 kilobytes"),
                // The same for a host that is private and one that does not exist: a stranger learns nothing about a network.
                OutboundError::Refused(_) | OutboundError::Unreachable(_) | OutboundError::Timeout => {
                    CLIENT_DOCUMENT_UNAVAILABLE
                }
            });
        }
    };
    match reply.status {
        200 if is_json(&reply) => {}
        200 => return Err(invalid("its Content-Type is not application/json")),
        300..=399 => return Err(invalid("its address redirects")),
        429 | 500..=599 => return Err(CLIENT_DOCUMENT_UNAVAILABLE),
        _ => return Err(invalid("nothing is found there")),
    }
    let kept = reply.max_age.unwrap_or(USUAL).clamp(BOUNDS.0, BOUNDS.1);
    let document = ClientDocument::read(client_id, reply.body).map_err(invalid)?;
    Ok((document, kept))
}

/// The refusal that says what is wrong.
pub(super) fn invalid(why: &str) -> Refusal {
    CLIENT_DOCUMENT_INVALID.with(why.to_owned())
}

/// `application/json` or `application/…+json`: a page or a file that somebody left on a server is not the server's word.
fn is_json(reply: &OutboundReply) -> bool {
    let named = reply.content_type.as_deref().unwrap_or_default();
    let kind = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}
