//! Grants that a trusted caller decides: it knows the people, their passwords, and which issuers it trusts. The request is read,
//! the client authenticated and its right to the grant checked as for every grant; then the caller gets what is left to decide.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use jeton_ledger::ledger::Inspection;
use jeton_model::records::{Binding, Client};
use jeton_model::scope::Scope;

/// A request that the caller decides.
#[derive(Debug)]
pub struct Handed {
    /// The authenticated client, or the public one that the request names.
    pub client: Arc<Client>,
    /// What it asks for.
    pub request: HandedRequest,
}

/// What the request of a [`Handed`] grant says.
#[derive(Debug)]
pub enum HandedRequest {
    /// `password` (RFC 6749 section 4.3).
    Password(HandedPassword),
    /// Token exchange (RFC 8693).
    TokenExchange(Box<HandedExchange>),
    /// `urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523).
    JwtBearer {
        /// The assertion: a signed JWT for this issuer that has not expired. Its signature is not checked.
        assertion: Secret,
        /// Its claims.
        claims: Map<String, Value>,
        /// `scope`.
        scope: Option<Scope>,
        /// The audience, space-separated, that the client may name; none: as configured.
        audience: Option<Arc<str>>,
    },
}

/// A password that the caller checks. If it is right, [`PasswordTicket`](crate::grants::PasswordTicket) issues the tokens.
#[derive(Debug)]
pub struct HandedPassword {
    /// `username`.
    pub username: String,
    /// `password`.
    pub password: Secret,
    /// The scope, within the client's.
    pub scope: Scope,
    /// The audience, space-separated, that the client may name; none: as configured.
    pub audience: Option<Arc<str>>,
    /// The certificate that the client sent.
    pub(crate) certificate: Option<Binding>,
    /// Whether the request names the client by its alias.
    pub(crate) alias_used: bool,
    /// The longest lifetime that the client wants for its access tokens.
    pub(crate) longest: Option<Duration>,
}

/// A token exchange that the caller decides.
#[derive(Debug)]
pub struct HandedExchange {
    /// `subject_token`.
    pub subject: HandedToken,
    /// `actor_token`.
    pub actor: Option<HandedToken>,
    /// `requested_token_type`.
    pub requested: Option<&'static str>,
    /// `scope`.
    pub scope: Option<Scope>,
    /// `audience`.
    pub audience: Vec<String>,
    /// `resource`, space-separated.
    pub resource: Option<Arc<str>>,
}

/// A token that a request presents, of good form.
#[derive(Debug)]
pub struct HandedToken {
    /// Its text.
    pub text: Secret,
    /// Its type (RFC 8693 section 3).
    pub kind: &'static str,
    /// What is known of an access token or a refresh token: it is of this issuer, and valid.
    pub live: Option<Inspection>,
    /// The claims of an ID token, which this issuer signed and which has not expired, or of a JWT, whose signature is not
    /// checked.
    pub claims: Option<Map<String, Value>>,
}
