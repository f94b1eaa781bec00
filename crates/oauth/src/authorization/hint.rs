//! `id_token_hint`: an ID token of this issuer that names the user of a request (OIDC Core 3.1.2.1, RP-Initiated Logout 2).

use std::sync::Arc;

use jeton_jose::{VerifyingKey, json, jws};
use serde_json::Value;

use crate::OAuth;
use crate::assertion::Claims;
use crate::client_alias;
use crate::own_id_token::is_id_token;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};

/// The content of a hint.
pub(super) struct Hint {
    /// The subject.
    pub(super) sub: String,
    /// The client's name, as the hint has it.
    pub(super) aud: String,
    /// The client, if it still exists.
    pub(super) client: Option<Arc<Client>>,
    /// The session in which it was issued, if that was one.
    pub(super) sid: Option<String>,
    /// Whether only this server can have made it. One with a MAC may be the client's own work, about anybody.
    pub(super) is_servers: bool,
}

impl Hint {
    /// Whether it proves to a client that this server named the subject: a MAC proves that to the client only that has its key.
    pub(super) fn counts_for(&self, client: &Client) -> bool {
        self.is_servers || self.client.as_ref().is_some_and(|own| own.key == client.key)
    }
}

/// Reads a hint; an expired ID token is accepted. None: not an ID token of this issuer.
pub(super) async fn id_token_hint(oauth: &OAuth, service: &Service, text: &str) -> Result<Option<Hint>, Refusal> {
    let Ok(token) = jws::parse_compact(text) else { return Ok(None) };
    let Ok(members) = json::parse_object(token.payload()) else { return Ok(None) };
    let claims = Claims::new(members);
    if !is_id_token(token.header(), &claims, service) {
        return Ok(None);
    }
    let (Ok(Some(sub)), Ok(Some(aud))) = (claims.sub(), claims.aud().map(|aud| aud.first().copied())) else {
        return Ok(None);
    };
    let alg = token.header().alg();
    let client = client_alias::named(&oauth.ledger, service.id, aud).await?;
    let signed = match alg.is_symmetric() {
        // OIDC Core section 10.1: keyed by the secret of the client that it is for.
        true => client.as_ref().is_some_and(|client| oauth.ledger.secrets().is_mac_of(client, &token)),
        false => {
            let keys = oauth.ledger.keys().ring(service.id).await?.published(oauth.ledger.now());
            keys.candidates(token.header().kid(), alg)
                .any(|jwk| VerifyingKey::from_jwk(jwk, alg).is_ok_and(|key| jws::verify(&token, &key).is_ok()))
        }
    };
    let sid = claims.get("sid").and_then(Value::as_str).map(str::to_owned);
    let hint = Hint { sub: sub.to_owned(), aud: aud.to_owned(), client, sid, is_servers: !alg.is_symmetric() };
    Ok(Some(hint).filter(|_| signed))
}
