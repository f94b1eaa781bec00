//! Builds requests as a client would send them.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request, header};
use jeton_core::request_source::{ClientCertificate, RequestSource};
use jeton_face_admin::LocalOwner;

use crate::{House, Reply};

/// A request under construction.
#[derive(Clone)]
pub struct Ask {
    path: String,
    method: Method,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    origin: Option<RequestSource>,
    is_local_owner: bool,
}

/// The value of a Basic header.
pub fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

impl Ask {
    /// A request with any method.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            method,
            headers: Vec::new(),
            body: Vec::new(),
            origin: None,
            is_local_owner: false,
        }
    }

    /// The same at an address with a path before it.
    #[must_use]
    pub fn below(self, base: &str) -> Self {
        Self { path: format!("{base}{}", self.path), ..self }
    }

    /// Whether it has a header.
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    /// GET.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// POST.
    pub fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Basic credentials, id and secret not encoded.
    pub fn basic(self, id: &str, secret: &str) -> Self {
        self.header("authorization", basic(&format!("{id}:{secret}")))
    }

    /// With a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With a form.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.raw_form(text)
    }

    /// From this address.
    pub fn at(self, addr: &str) -> Self {
        self.from(RequestSource { addr: Some(addr.parse().unwrap()), ..RequestSource::default() })
    }

    /// With a JSON body.
    pub fn json(self, document: &serde_json::Value) -> Self {
        self.header("content-type", "application/json").body(document.to_string())
    }

    /// PUT.
    pub fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// DELETE.
    pub fn delete(path: &str) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// With a form body that is already encoded.
    pub fn raw_form(self, text: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(text)
    }

    /// With the source that the listener would record.
    pub fn from(mut self, origin: RequestSource) -> Self {
        self.origin = Some(origin);
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Over a connection with this client certificate; `verified`: a trusted authority signed it.
    pub fn certificate(mut self, der: &[u8], verified: bool) -> Self {
        let sha256 = jeton_jose::digest::sha256(der);
        let certificate = ClientCertificate { der: der.into(), sha256, verified };
        self.origin = Some(RequestSource { certificate: Some(certificate), ..RequestSource::default() });
        self
    }

    /// As the owner of the administrators' local socket.
    #[must_use]
    pub fn local_owner(mut self) -> Self {
        self.is_local_owner = true;
        self
    }

    /// Sends it, and checks what holds for every answer of the OAuth faces.
    pub async fn send(self, house: &House) -> Reply {
        let path = self.path.clone();
        let reply = self.answered(house).await;
        reply.check_always(&path);
        reply
    }

    /// Sends it.
    pub async fn answered(self, house: &House) -> Reply {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let mut request = request.header(header::HOST, "attacker.example").body(Body::from(self.body)).unwrap();
        if let Some(origin) = self.origin {
            request.extensions_mut().insert(origin);
        }
        if self.is_local_owner {
            request.extensions_mut().insert(LocalOwner);
        }
        house.send(request).await
    }
}
