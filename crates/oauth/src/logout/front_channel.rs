//! Telling clients in the person's browser that a session ended: OpenID Connect Front-Channel Logout 1.0.

use url::Url;

use crate::OAuth;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};
use jeton_people::{Session, participation};

/// How many clients are told.
const MOST: usize = 50;

/// The URLs to load in the person's browser when they end their session, one for each client that took part in it and wants it.
/// To be read before the session ends.
///
/// # Errors
/// When the store fails.
pub async fn front_channel(oauth: &OAuth, service: &Service, session: &Session) -> Result<Vec<Url>, Refusal> {
    let mut urls = Vec::new();
    for (client, sid) in participation::of(&oauth.ledger, &session.token).await? {
        let client = oauth.ledger.entities().client(client).await?.filter(|client| client.enabled);
        let Some(mut url) = client.as_deref().and_then(address) else { continue };
        if client.is_some_and(|client| client.metadata.frontchannel_logout_session_required == Some(true)) {
            url.query_pairs_mut().append_pair("iss", &service.issuer).append_pair("sid", &sid);
        }
        if urls.len() < MOST && !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}

/// Where a client is told. An operator may have stored something else than an address of the web.
fn address(client: &Client) -> Option<Url> {
    let url = Url::parse(client.metadata.frontchannel_logout_uri.as_deref()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
