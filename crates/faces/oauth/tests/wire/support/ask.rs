//! A request, as a client would write it.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request, header};
use http_body_util::BodyExt as _;
use jeton_core::origin::{ClientCertificate, Origin};
use tower::ServiceExt as _;

use super::{House, Reply};

#[derive(Clone)]
pub(crate) struct Ask {
    path: String,
    method: Method,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    origin: Option<Origin>,
}

/// The value of a Basic header.
pub(crate) fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self { path: path.to_owned(), method, headers: Vec::new(), body: Vec::new(), origin: None }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Id and secret as they are.
    pub(crate) fn basic(self, id: &str, secret: &str) -> Self {
        self.header("authorization", basic(&format!("{id}:{secret}")))
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.raw_form(text)
    }

    /// From this address.
    pub(crate) fn at(self, addr: &str) -> Self {
        self.from(Origin { addr: Some(addr.parse().unwrap()), certificate: None })
    }

    /// A JSON body.
    pub(crate) fn json(self, document: &serde_json::Value) -> Self {
        self.header("content-type", "application/json").body(document.to_string())
    }

    pub(crate) fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// A form body already written.
    pub(crate) fn raw_form(self, text: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(text)
    }

    /// As the listener notes where it comes from.
    pub(crate) fn from(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Over a connection with this client certificate; `verified` by an authority of ours.
    pub(crate) fn certificate(mut self, der: &[u8], verified: bool) -> Self {
        let sha256 = jeton_jose::digest::sha256(der);
        let certificate = ClientCertificate { der: der.into(), sha256, verified };
        self.origin = Some(Origin { certificate: Some(certificate), ..Origin::default() });
        self
    }

    pub(crate) async fn send(self, house: &House) -> Reply {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let mut request = request.header(header::HOST, "attacker.example").body(Body::from(self.body)).unwrap();
        if let Some(origin) = self.origin {
            request.extensions_mut().insert(origin);
        }
        let response = house.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let reply = Reply { status: parts.status.as_u16(), headers: parts.headers, body };
        reply.check_always(&self.path);
        reply
    }
}
