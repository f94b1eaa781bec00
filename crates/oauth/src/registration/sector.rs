//! `sector_identifier_uri`: a list that must name every redirect URI (OIDC Registration section 5).

use std::time::Duration;

use crate::OAuth;
use crate::registration::refusals::CLIENT_METADATA_INVALID;
use jeton_model::Refusal;
use jeton_model::outbound::{OutboundRequest, UrlTrust};
use jeton_model::records::Client;

/// The largest list that is read, in bytes.
const LIMIT: usize = 64 * 1024;
/// The time limit of the fetch.
const BUDGET: Duration = Duration::from_secs(5);

/// Fetches the list, if there is one, and compares.
///
/// # Errors
/// [`CLIENT_METADATA_INVALID`].
pub(super) async fn check(oauth: &OAuth, client: &Client) -> Result<(), Refusal> {
    let Some(url) = &client.metadata.sector_identifier_uri else { return Ok(()) };
    let refused = |why: &str| CLIENT_METADATA_INVALID.with(format!("sector_identifier_uri: {why}"));
    let request = OutboundRequest::get(url, UrlTrust::Untrusted, "application/json", (LIMIT, BUDGET));
    let reply = oauth.outbound.send(request).await.map_err(|_| refused("the list cannot be read"))?;
    if reply.status != 200 {
        return Err(refused("the list cannot be read"));
    }
    let list: Vec<String> =
        serde_json::from_slice(&reply.body).map_err(|_| refused("what stands there is no list of addresses"))?;
    match client.redirect_uris.iter().find(|uri| !list.contains(uri)) {
        None => Ok(()),
        Some(missing) => Err(refused(&format!("the list lacks {missing}"))),
    }
}
