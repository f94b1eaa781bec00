//! JWT responses of introspection, RFC 9701: the members of the JSON answer, signed for the resource server that asked, and
//! encrypted for it if it registered for that.

use jeton_jose::{Algorithm, Secret};
use serde_json::{Map, Value};

use crate::OAuth;
use crate::trusted_keys::Encrypted;
use jeton_administration::introspection_signing_alg;
use jeton_ledger::ledger::Recipient;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service};

/// `typ` of a JWT response (RFC 9701 section 5). Nothing that reads tokens, hints or assertions accepts it (section 8.1).
pub const INTROSPECTION_TYP: &str = "token-introspection+jwt";

/// How a response is made.
pub struct JwtForm<'a> {
    /// `aud`: the resource server.
    pub audience: &'a str,
    /// The algorithm of the signature.
    pub alg: Algorithm,
    /// The name of the key that signs, if it is of that algorithm; none: the newest.
    pub key: Option<&'a str>,
    /// Who alone can read the response; none: anyone who holds it.
    pub recipient: Option<Recipient>,
}

/// The response for a client, in the form that it registered. `members`: of the JSON answer.
///
/// # Errors
/// `CLIENT_KEY_UNUSABLE`, or a fault.
pub async fn for_client(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    members: Map<String, Value>,
) -> Result<Secret, Refusal> {
    let form = JwtForm {
        audience: client.client_id.as_str(),
        // RFC 9701 section 6: the default.
        alg: introspection_signing_alg(client).unwrap_or(Algorithm::RS256),
        key: None,
        recipient: oauth.recipient(client, Encrypted::Introspection).await?,
    };
    written(oauth, service, &form, members).await
}

/// The response in a form. It has no `sub` and no `exp` beside `token_introspection`, so that it resembles no token (RFC 9701
/// section 5).
///
/// # Errors
/// A fault when it cannot be signed or encrypted.
pub async fn written(
    oauth: &OAuth,
    service: &Service,
    form: &JwtForm<'_>,
    members: Map<String, Value>,
) -> Result<Secret, Refusal> {
    let is_active = members.get("active") == Some(&Value::Bool(true));
    // What else the JSON answer says of an ended token stays out of the JWT (RFC 9701 section 5).
    let members = if is_active { members } else { Map::from_iter([("active".to_owned(), false.into())]) };
    let claims = Map::from_iter([
        ("iss".to_owned(), (*service.issuer).into()),
        ("aud".to_owned(), form.audience.into()),
        ("iat".to_owned(), oauth.ledger.now().seconds().into()),
        ("token_introspection".to_owned(), Value::Object(members)),
    ]);
    let signed = oauth.ledger.sign_jwt((service.id, form.key), form.alg, INTROSPECTION_TYP, &claims).await?;
    match &form.recipient {
        None => Ok(signed),
        Some(recipient) => recipient.encrypt(&signed, true),
    }
}
