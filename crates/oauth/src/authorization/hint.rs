//! `id_token_hint`: an ID token of this issuer that names the user of a request (OIDC Core 3.1.2.1, RP-Initiated Logout 2).

use jeton_jose::{VerifyingKey, jws};
use serde::Deserialize;

use crate::OAuth;
use jeton_model::Refusal;
use jeton_model::records::Service;

/// The content of a hint.
#[derive(Deserialize)]
pub(super) struct Hint {
    iss: String,
    /// The subject.
    pub(super) sub: String,
    /// The client.
    pub(super) aud: String,
    /// Whether only this server can have made it. One with a MAC may be the client's own work.
    #[serde(skip)]
    pub(super) is_servers: bool,
}

/// Reads a hint; an expired ID token is accepted. None: not an ID token of this issuer. Other types of JWT, such as access
/// tokens and logout tokens, are rejected (RFC 8725 section 3.12).
pub(super) async fn id_token_hint(oauth: &OAuth, service: &Service, text: &str) -> Result<Option<Hint>, Refusal> {
    let Ok(token) = jws::parse_compact(text) else { return Ok(None) };
    let alg = token.header().alg();
    if token.header().typ().is_some() && !token.header().is_typ("JWT") {
        return Ok(None);
    }
    let Ok(hint) = serde_json::from_slice::<Hint>(token.payload()) else { return Ok(None) };
    let signed = match alg.is_symmetric() {
        // OIDC Core section 10.1: keyed by the secret of the client that it is for.
        true => {
            let client = oauth.ledger.entities().client_by_id(service.id, &hint.aud).await?;
            client.is_some_and(|client| oauth.ledger.secrets().is_mac_of(&client, &token))
        }
        false => {
            let keys = oauth.ledger.keys().ring(service.id).await?.published(oauth.ledger.now());
            keys.candidates(token.header().kid(), alg)
                .any(|jwk| VerifyingKey::from_jwk(jwk, alg).is_ok_and(|key| jws::verify(&token, &key).is_ok()))
        }
    };
    let hint = Hint { is_servers: !alg.is_symmetric(), ..hint };
    Ok(Some(hint).filter(|hint| signed && hint.iss == *service.issuer))
}
