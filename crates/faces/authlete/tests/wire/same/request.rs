//! Requests as clients send them. What earlier answers gave is named by its kind and its place in order, so that one request can be
//! sent to both sides.

use jeton_jose::SigningKey;
use jeton_served::{Assertion, CHALLENGE, DEVICE_CODE, Made, Maker, VERIFIER};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::side::Side;
pub(super) use crate::api::SECRET;

pub(super) const CALLBACK: &str = "https://app.example/cb";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What answers give for later requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Code,
    Access,
    Refresh,
    IdToken,
    DeviceCode,
    UserCode,
    RequestUri,
}

/// The value of a parameter.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(String),
    /// The latest of its kind, or an earlier one.
    Held(Held, usize),
    /// An assertion of a client, with a `jti` of this number.
    Assertion(&'static str, &'static str, u32),
    /// A request object of a client with these claims.
    Object(&'static str, Vec<(&'static str, Part)>),
}

/// How a client proves itself beside the parameters.
#[derive(Clone, Debug)]
pub(super) enum Proof {
    None,
    Basic(String, String),
    /// One of the certificates of [`certificates`].
    Certificate(usize),
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The person agrees, or denies.
    Authorization(bool),
    Token,
    Par,
    Device,
    /// The person types the user code, and agrees or denies.
    Decision(bool),
    Revocation,
    Introspection,
    UserInfo,
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) to: Endpoint,
    pub(super) params: Vec<(String, Part)>,
    pub(super) proof: Proof,
}

/// The same as one side sends it.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) to: Endpoint,
    pub(super) params: Vec<(String, String)>,
    pub(super) basic: Option<(String, String)>,
    pub(super) certificate: Option<Vec<u8>>,
}

impl Sent {
    /// The form, or the query.
    pub(super) fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.params).finish()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What both sides share.
pub(super) struct Secrets {
    /// The key of the client that signs.
    pub(super) key: SigningKey,
    /// The certificate of the client that has one, and another.
    pub(super) certificates: [Made; 2],
}

impl Secrets {
    pub(super) fn made() -> Self {
        let key = jeton_served::key(jeton_jose::Algorithm::EdDSA);
        Self { key, certificates: [Maker::app().made(), Maker::app().made()] }
    }
}

impl Part {
    fn on(&self, side: &Side) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Held(kind, back) => side.held(*kind, *back),
            Self::Assertion(client, audience, number) => {
                let claims = Assertion::of(&side.house, client, &side.secrets.key).claim("aud", *audience);
                claims.claim("jti", format!("jti-{number}")).sign(&side.secrets.key)
            }
            Self::Object(client, claims) => {
                let members = claims.iter().map(|(name, part)| ((*name).to_owned(), Value::from(part.on(side))));
                let mut claims: serde_json::Map<String, Value> = members.collect();
                claims.entry("iss").or_insert_with(|| json!(client));
                claims.entry("aud").or_insert_with(|| json!(jeton_served::ISSUER));
                let header = json!({ "alg": "EdDSA", "kid": side.secrets.key.kid() });
                jeton_served::sign(&header.to_string(), &Value::Object(claims).to_string(), &side.secrets.key)
            }
        }
    }
}

impl Request {
    /// As a side sends it now.
    pub(super) fn on(&self, side: &Side) -> Sent {
        let (basic, certificate) = match &self.proof {
            Proof::None => (None, None),
            Proof::Basic(id, secret) => (Some((id.clone(), secret.clone())), None),
            Proof::Certificate(n) => (None, Some(side.secrets.certificates[*n].der.clone())),
        };
        let params = self.params.iter().map(|(name, part)| (name.clone(), part.on(side))).collect();
        Sent { to: self.to, params, basic, certificate }
    }

    /// Without a proof.
    pub(super) fn new(to: Endpoint, params: &[(&str, Part)]) -> Self {
        let params = params.iter().map(|(name, part)| ((*name).to_owned(), part.clone())).collect();
        Self { to, params, proof: Proof::None }
    }

    /// By a client: with the method that it is registered for.
    pub(super) fn by(self, client: &'static str) -> Self {
        match client {
            BASIC | NARROW => Self { proof: Proof::Basic(client.to_owned(), SECRET.to_owned()), ..self },
            POST => self.with("client_id", text(client)).with("client_secret", text(SECRET)),
            SIGNS => self.asserting(ASSERTION_AUDIENCE, 0),
            HAS_CERTIFICATE => Self { proof: Proof::Certificate(0), ..self.with("client_id", text(client)) },
            _ => self.with("client_id", text(client)),
        }
    }

    /// By the client that signs.
    pub(super) fn asserting(self, audience: &'static str, number: u32) -> Self {
        self.with("client_assertion_type", text(ASSERTION_TYPE))
            .with("client_assertion", Part::Assertion(SIGNS, audience, number))
    }

    /// With another parameter, instead of those of its name.
    pub(super) fn with(mut self, name: &str, part: Part) -> Self {
        self.params.retain(|(known, _)| known != name);
        self.params.push((name.to_owned(), part));
        self
    }

    /// Without a parameter.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self
    }

    /// With a parameter once more.
    pub(super) fn twice(mut self, name: &str, part: Part) -> Self {
        self.params.push((name.to_owned(), part));
        self
    }

    /// With a secret in the header.
    pub(super) fn basic(self, id: &str, secret: &str) -> Self {
        Self { proof: Proof::Basic(id.to_owned(), secret.to_owned()), ..self }
    }
}

/// The clients: by secret in the header, by secret in the form, public, by assertion, by certificate, and one with little rights.
pub(super) const BASIC: &str = "4711";
pub(super) const POST: &str = "4712";
pub(super) const PUBLIC: &str = "4713";
pub(super) const SIGNS: &str = "4714";
pub(super) const HAS_CERTIFICATE: &str = "4715";
pub(super) const NARROW: &str = "4716";
pub(super) const CLIENTS: [&str; 6] = [BASIC, POST, PUBLIC, SIGNS, HAS_CERTIFICATE, NARROW];
const ASSERTION_AUDIENCE: &str = jeton_served::ISSUER;

pub(super) fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

pub(super) fn latest(kind: Held) -> Part {
    Part::Held(kind, 0)
}

/// An authorization request with PKCE.
pub(super) fn authorization(client: &'static str) -> Request {
    let params = [
        ("response_type", text("code")),
        ("client_id", text(client)),
        ("redirect_uri", text(CALLBACK)),
        ("scope", text("openid email read offline_access")),
        ("state", text("st 1")),
        ("nonce", text("n-1")),
        ("code_challenge", text(CHALLENGE)),
        ("code_challenge_method", text("S256")),
    ];
    Request::new(Endpoint::Authorization(true), &params)
}

/// The latest code for tokens.
pub(super) fn redemption(client: &'static str) -> Request {
    let params = [
        ("grant_type", text("authorization_code")),
        ("code", latest(Held::Code)),
        ("redirect_uri", text(CALLBACK)),
        ("code_verifier", text(VERIFIER)),
    ];
    Request::new(Endpoint::Token, &params).by(client)
}

/// The latest refresh token for others.
pub(super) fn refresh(client: &'static str) -> Request {
    let params = [("grant_type", text("refresh_token")), ("refresh_token", latest(Held::Refresh))];
    Request::new(Endpoint::Token, &params).by(client)
}

pub(super) fn credentials(client: &'static str) -> Request {
    Request::new(Endpoint::Token, &[("grant_type", text("client_credentials")), ("scope", text("read write"))])
        .by(client)
}

pub(super) fn password(client: &'static str) -> Request {
    let params = [
        ("grant_type", text("password")),
        ("username", text(jeton_served::USER)),
        ("password", text(jeton_served::PASSWORD)),
        ("scope", text("openid read offline_access")),
    ];
    Request::new(Endpoint::Token, &params).by(client)
}

pub(super) fn device(client: &'static str) -> Request {
    Request::new(Endpoint::Device, &[("scope", text("openid read offline_access"))]).by(client)
}

pub(super) fn poll(client: &'static str) -> Request {
    let params = [("grant_type", text(DEVICE_CODE)), ("device_code", latest(Held::DeviceCode))];
    Request::new(Endpoint::Token, &params).by(client)
}

pub(super) fn decision(agrees: bool) -> Request {
    Request::new(Endpoint::Decision(agrees), &[("user_code", latest(Held::UserCode))])
}

pub(super) fn about(to: Endpoint, token: Part) -> Request {
    Request::new(to, &[("token", token)])
}
