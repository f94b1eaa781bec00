//! A house with ProdManager's face, and requests to it.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;

use axum::body::Body;
use http::request::Builder;
use http::{HeaderMap, Method, Request};
use jeton_core::{RequestSource, Secret, prodmanager};
use jeton_jose::{Algorithm, base64url};
use jeton_served::{House, Opening, Reply};
use serde_json::{Map, Value};

/// The application secret of every test.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A house with this face.
pub(crate) struct Shop(House);

impl Deref for Shop {
    type Target = House;

    fn deref(&self) -> &House {
        &self.0
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl HttpAnswer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The text of the new token.
    pub(crate) fn token(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The id of the recorded refusal.
    pub(crate) fn refusal(&self, shop: &Shop) -> &'static str {
        shop.jeton.ledger.refusals().find(self.header("jeton-refusal")).unwrap().id
    }

    /// Status and body.
    pub(crate) fn said(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}

/// The usual settings.
pub(crate) fn options() -> prodmanager::Options {
    let permissions = [
        "token_api",
        "scope_api",
        "service_api",
        "incident_api",
        "maintenance_api",
        "monitor_api",
        "weather_api",
        "announcement_api",
    ];
    prodmanager::Options {
        secret: Secret::new(SECRET),
        issuer: "ProdManager".into(),
        permissions: permissions.map(str::to_owned).to_vec(),
        algorithm: Algorithm::HS256,
        shared_secret: false,
        strict_lengths: false,
        rate: None,
    }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(options()).await
    }

    pub(crate) async fn with(options: prodmanager::Options) -> Self {
        Self(Opening::default().empty().api_tokens(options).open().await)
    }

    /// The same ledger and clock with other settings.
    pub(crate) fn with_token_api(&self, options: prodmanager::Options) -> Self {
        Self(self.with_api_tokens(options))
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> HttpAnswer {
        let Reply { status, headers, body } = self.0.send(request).await;
        HttpAnswer { status, headers, body: String::from_utf8(body).unwrap() }
    }

    /// Sends a form to `/api/token/create`.
    pub(crate) async fn create(&self, fields: &[(&str, &str)]) -> HttpAnswer {
        self.send(form(post("/api/token/create"), fields)).await
    }

    /// Creates a token with the usual fields, and more.
    pub(crate) async fn make(&self, more: &[(&str, &str)]) -> String {
        self.create(&[USUAL, more].concat()).await.token()
    }

    /// `whoami` with an `Authorization` header.
    pub(crate) async fn whoami(&self, authorization: &str) -> HttpAnswer {
        let request = get("/api/token/whoami").header("authorization", authorization);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Why `whoami` rejects a token.
    pub(crate) async fn token_error(&self, token: &str) -> String {
        let answer = self.whoami(&format!("Bearer {token}")).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        let said = answer.json();
        assert_eq!(said["message"], "Token validation failed");
        assert!(!answer.headers.contains_key("www-authenticate") && !answer.headers.contains_key("x-username"));
        said["reasons"]["token"][0].as_str().unwrap().to_owned()
    }

    /// Sends a request to a path.
    pub(crate) async fn ask(&self, method: Method, path: &str) -> HttpAnswer {
        self.send(from(Request::builder().method(method).uri(path), 1).body(Body::empty()).unwrap()).await
    }
}

/// The required fields.
pub(crate) const USUAL: &[(&str, &str)] =
    &[("secret", SECRET), ("name", "nightly-report"), ("description", "Nightly report job")];

pub(crate) fn get(path: &str) -> Builder {
    Request::builder().uri(path)
}

pub(crate) fn post(path: &str) -> Builder {
    Request::builder().method(Method::POST).uri(path)
}

/// From the address `192.0.2.host`.
pub(crate) fn from(request: Builder, host: u8) -> Builder {
    let addr = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, host)));
    request.extension(RequestSource { addr, ..RequestSource::default() })
}

pub(crate) fn form(request: Builder, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    typed(request, "application/x-www-form-urlencoded", body)
}

pub(crate) fn typed(request: Builder, kind: &str, body: impl Into<Body>) -> Request<Body> {
    request.header("content-type", kind).body(body.into()).unwrap()
}

/// The header and the claims of a JWT, as text.
pub(crate) fn parts(token: &str) -> [String; 2] {
    let mut parts = token.split('.').map(|part| String::from_utf8(base64url::decode(part).unwrap()).unwrap());
    [parts.next().unwrap(), parts.next().unwrap()]
}

pub(crate) fn claims(token: &str) -> Map<String, Value> {
    serde_json::from_str(&parts(token)[1]).unwrap()
}
