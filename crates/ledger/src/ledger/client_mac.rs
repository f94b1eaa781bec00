//! JWTs for one client: signed with a key of the service, or with a MAC that is keyed by the client's secret (OIDC Core section
//! 10.1).

use jeton_jose::jws::{self, CompactJws, Header};
use jeton_jose::{Algorithm, Secret, SigningKey, VerifyingKey};

use super::{Ledger, Secrets};
use crate::keys::{Typ, no_key};
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::Client;

/// Signs a JWT for a client. `name`: the key of this name, if the algorithm has one.
pub(super) async fn sign_for(
    ledger: &Ledger,
    client: Option<&Client>,
    (service, name): (ServiceId, Option<&str>),
    alg: Algorithm,
    payload: Vec<u8>,
    typ: Typ,
) -> Result<Secret, Refusal> {
    if !alg.is_symmetric() {
        return ledger.sign((service, name), alg, payload, typ).await;
    }
    let secret = client.and_then(|client| ledger.secrets().of_client(client)).ok_or_else(|| no_key(alg))?;
    let header = Header::new(alg);
    let header = match typ {
        Typ::Other(typ) => header.typ(typ),
        Typ::With(members) => header.typ("JWT").with(members),
        Typ::Access | Typ::AccessAsJwt | Typ::Plain | Typ::Bare => header.typ("JWT"),
    };
    // The header does not show the name: the client knows its only key.
    let key = SigningKey::from_private_bytes(alg, Some("secret"), secret.expose().as_bytes())?;
    Ok(Secret::new(jws::sign_compact(&header.prepare(), &payload, &key)?))
}

/// Signs a JWT for a client that is not a token of the ledger, such as user info or a logout token.
///
/// # Errors
/// A fault when there is no such key and none can be made.
pub async fn sign_jwt_for(
    ledger: &Ledger,
    (service, client): (ServiceId, &Client),
    alg: Algorithm,
    typ: &'static str,
    claims: &serde_json::Map<String, serde_json::Value>,
) -> Result<Secret, Refusal> {
    let payload = serde_json::to_vec(claims)?;
    sign_for(ledger, Some(client), (service, None), alg, payload, Typ::Other(typ)).await
}

impl Secrets {
    /// Whether a JWT has the MAC of a client's secret. It proves that this server or the client made it, no more.
    #[must_use]
    pub fn is_mac_of(&self, client: &Client, token: &CompactJws<'_>) -> bool {
        let key = self
            .of_client(client)
            .map(|secret| VerifyingKey::from_secret(token.header().alg(), secret.expose().as_bytes()));
        matches!(key, Some(Ok(key)) if jws::verify(token, &key).is_ok())
    }
}
