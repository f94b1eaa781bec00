//! Sign-out at a client's request, OpenID Connect RP-Initiated Logout 1.0.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::hint::{Hint, id_token_hint};
use crate::OAuth;
use crate::authorization::refusals::POST_LOGOUT_REDIRECT_URI_UNREGISTERED;
use crate::client_auth::refusals::CLIENT_AMBIGUOUS;
use crate::token_endpoint::Params;
use jeton_administration::redirect_uri;
use jeton_ledger::refusals::{CLIENT_UNKNOWN, INTERACTION_INVALID};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ServiceId, TokenId};
use jeton_model::records::{Client, Service};
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};
use jeton_people::{Session, participation};

const LIFETIME: Duration = Duration::from_secs(30 * 60);
const SEALED_FOR: &[u8] = b"sign-out page";

/// A checked sign-out request.
#[derive(Clone, Debug)]
pub struct SignOutRequest {
    /// The client, when it is known.
    pub client: Option<Arc<Client>>,
    /// The post-logout redirect URI, registered for that client.
    pub back: Option<String>,
    /// Whether an ID token proves that the request is of a client that takes part in the person's session; if not, they must be
    /// asked.
    pub proven: bool,
    /// Whether the browser may be redirected without a question when nobody is signed in. Without a valid ID token of the
    /// client, any link may have led here: such a link must neither start a program on the device nor lead to an address that
    /// anybody could register.
    pub back_at_once: bool,
}

/// Reads a request.
///
/// # Errors
/// [`POST_LOGOUT_REDIRECT_URI_UNREGISTERED`] for a URI that is not the client's; and where no client vouches for the URI, what is wrong
/// with its name: `PARAMETER_MISSING`, `PARAMETER_INVALID`, `CLIENT_UNKNOWN`. The browser is not redirected there.
pub async fn read(
    oauth: &OAuth,
    service: &Arc<Service>,
    params: &Params<'_>,
    session: Option<&Session>,
) -> Result<SignOutRequest, Refusal> {
    let hint = match params.get("id_token_hint") {
        Some(text) => id_token_hint(oauth, service, text).await?,
        None => None,
    };
    let client_id = match (params.get("client_id"), &hint) {
        (Some(id), Some(hint)) if hint.aud != id => return Err(CLIENT_AMBIGUOUS),
        (Some(id), _) => Some(id),
        (None, hint) => hint.as_ref().map(|h| h.aud.as_str()),
    };
    let client = match (client_id, &hint) {
        (_, Some(hint)) => hint.client.clone(),
        (Some(id), None) => oauth.ledger.entities().client_by_id(service.id, id).await?,
        (None, None) => None,
    };
    let back = match params.get("post_logout_redirect_uri") {
        None => None,
        Some(uri) => match &client {
            Some(client) if redirect_uri::may_return_after_logout(service, client, uri) => {
                Some(with_state(uri, params.get("state")))
            }
            Some(_) => return Err(POST_LOGOUT_REDIRECT_URI_UNREGISTERED),
            None if client_id.is_some() => return Err(CLIENT_UNKNOWN),
            None if params.get("id_token_hint").is_some() => return Err(PARAMETER_INVALID.with("id_token_hint")),
            None => return Err(PARAMETER_MISSING.with("client_id")),
        },
    };
    let proven = match (&hint, session) {
        (Some(hint), Some(session)) => proves(oauth, hint, session).await?,
        _ => false,
    };
    let operators = client.as_ref().is_some_and(|client| !client.self_registered);
    let by_hint = hint.as_ref().is_some_and(|hint| hint.is_servers);
    let back_at_once = by_hint || operators && back.as_deref().is_some_and(|uri| !redirect_uri::is_private(uri));
    Ok(SignOutRequest { client, back, proven, back_at_once })
}

/// Whether a hint proves that its client takes part in a session: this server issued it to the client in this session, or in one
/// that this session continues. RP-Initiated Logout 1.0 section 2 lets a server suspect a request whose `sid` names no session of
/// the client; then the person decides.
async fn proves(oauth: &OAuth, hint: &Hint, session: &Session) -> Result<bool, Refusal> {
    let (Some(sid), Some(client), true) = (&hint.sid, &hint.client, hint.is_servers) else { return Ok(false) };
    if hint.sub != session.user.sub {
        return Ok(false);
    }
    if *sid == oauth.ledger.secrets().sid(session.token.id) {
        return Ok(true);
    }
    let parts = participation::of(&oauth.ledger, &session.token).await?;
    Ok(parts.iter().any(|(participant, name)| *participant == client.key && name == sid))
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    match url::Url::parse(uri) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair("state", state);
            url.into()
        }
        Err(_) => uri.to_owned(),
    }
}

/// The content of the confirmation page: only the session it was shown in can answer it.
#[derive(Serialize, Deserialize)]
pub struct SignOutTicket {
    /// The issuer.
    pub service: ServiceId,
    /// The session that would end.
    pub session: TokenId,
    /// The post-logout redirect URI.
    pub back: Option<String>,
    /// The client's name, for the next page.
    pub client_name: Option<String>,
    expires: Timestamp,
}

impl SignOutTicket {
    /// A ticket for a page about to be shown.
    #[must_use]
    pub fn new(oauth: &OAuth, service: ServiceId, session: &Session, request: &SignOutRequest) -> Self {
        Self {
            service,
            session: session.token.id,
            back: request.back.clone(),
            client_name: request.client.as_ref().map(|c| c.display_name().to_owned()),
            expires: oauth.ledger.now() + LIFETIME,
        }
    }

    /// The text for the page.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal(&self, oauth: &OAuth) -> Result<String, Refusal> {
        oauth.ledger.secrets().seal_for_page(SEALED_FOR, self)
    }

    /// Opens the text that a page sent back. Whether it counts, [`Self::is_of`] says.
    ///
    /// # Errors
    /// [`INTERACTION_INVALID`] when it is forged or another issuer's.
    pub fn open(oauth: &OAuth, service: ServiceId, text: &str) -> Result<Self, Refusal> {
        let ticket: Self = oauth.ledger.secrets().open_from_page(SEALED_FOR, text)?;
        if ticket.service == service { Ok(ticket) } else { Err(INTERACTION_INVALID) }
    }

    /// Whether the page was shown in this session, and not too long ago.
    #[must_use]
    pub fn is_of(&self, session: &Session, oauth: &OAuth) -> bool {
        self.session == session.token.id && oauth.ledger.now() < self.expires
    }

    /// The ticket of the same page in another session.
    #[must_use]
    pub fn again(self, session: &Session, oauth: &OAuth) -> Self {
        Self { session: session.token.id, expires: oauth.ledger.now() + LIFETIME, ..self }
    }
}
