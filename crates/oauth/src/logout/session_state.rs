//! `session_state` (OpenID Connect Session Management 1.0 section 3.2): lets a page of the client detect, through an iframe
//! of this server, that the session in the browser has changed.

use jeton_jose::{base64url, digest};

use jeton_ledger::Ledger;
use jeton_model::Refusal;
use jeton_model::ids::TokenId;
use jeton_model::records::Client;

/// The browser state that the iframe's script can read: changes with the session, and grants no access.
#[must_use]
pub fn browser_state(ledger: &Ledger, session: TokenId) -> String {
    ledger.secrets().name_of("browser state", session.get())
}

/// The value that the client's page compares: a hash of client, origin and browser state, and its salt.
///
/// # Errors
/// When the random source fails.
pub fn session_state(
    ledger: &Ledger,
    client: &Client,
    redirect_uri: &str,
    session: TokenId,
) -> Result<Option<String>, Refusal> {
    let origin = match url::Url::parse(redirect_uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.origin().ascii_serialization(),
        // A page of such a client cannot ask.
        _ => return Ok(None),
    };
    let mut salt = [0; 16];
    ledger.entropy().fill(&mut salt)?;
    let salt = base64url::encode(salt);
    let state = browser_state(ledger, session);
    let hash = digest::sha256(format!("{} {origin} {state} {salt}", client.client_id).as_bytes());
    Ok(Some(format!("{}.{salt}", base64url::encode(hash))))
}
