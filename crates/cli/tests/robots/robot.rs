//! A robot: its factory certificate, its JWT, and its calls.

use std::sync::Arc;

use jeton_face_vector::proto::jdocs::jdocs_client::JdocsClient;
use jeton_face_vector::proto::jdocs::{ReadDocsReq, ReadDocsResp, read_docs_req};
use jeton_face_vector::proto::token::token_client::TokenClient;
use jeton_face_vector::proto::token::{
    AssociatePrimaryUserRequest, AssociateSecondaryClientRequest, RefreshTokenRequest, TokenBundle,
};
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::ClientConfig;
use rustls::pki_types::PrivateKeyDer;
use tonic::metadata::MetadataValue;
use tonic::{Request, Status};

use crate::home::{Home, SESSION};
use crate::line::{Identity, Line, client};

/// What production robots send.
pub(crate) const APP_KEY: &str = "oDoa0quieSeir6goowai7f";

/// A certificate as the factory makes it, signed by itself, for this common name.
pub(crate) fn factory_certificate(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Anki Inc.");
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2018, 1, 1), date_time_ymd(2120, 1, 1));
    let certificate = params.self_signed(&key).unwrap();
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// A robot.
pub(crate) struct Robot {
    pub(crate) name: String,
    port: u16,
    with_certificate: Arc<ClientConfig>,
    without: Arc<ClientConfig>,
    pub(crate) jwt: String,
}

/// A call with these values of metadata.
pub(crate) fn call<M>(message: M, metadata: &[(&'static str, &str)]) -> Request<M> {
    let mut request = Request::new(message);
    for (name, value) in metadata {
        request.metadata_mut().append(*name, MetadataValue::try_from(*value).unwrap());
    }
    request
}

impl Robot {
    /// One with this serial number that nobody owns.
    pub(crate) fn new(home: &Home, esn: &str) -> Self {
        let name = format!("vic:{esn}");
        let identity = factory_certificate(&name);
        let with_certificate = client(&home.authority(), Some(&identity));
        Self { name, port: home.port, with_certificate, without: client(&home.authority(), None), jwt: String::new() }
    }

    /// A client on a new connection with its certificate.
    pub(crate) async fn token(&self) -> TokenClient<Line> {
        self.token_with(true).await
    }

    /// The same with or without the certificate.
    pub(crate) async fn token_with(&self, certificate: bool) -> TokenClient<Line> {
        let config = if certificate { &self.with_certificate } else { &self.without };
        let origin = format!("https://localhost:{}", self.port).parse().unwrap();
        TokenClient::with_origin(Line::to(self.port, config).await.unwrap(), origin)
    }

    /// A client of its documents, on a new connection without a certificate, as robots have it.
    pub(crate) async fn jdocs(&self) -> JdocsClient<Line> {
        let origin = format!("https://localhost:{}", self.port).parse().unwrap();
        JdocsClient::with_origin(Line::to(self.port, &self.without).await.unwrap(), origin)
    }

    /// Gets an owner; keeps the JWT.
    pub(crate) async fn associate(&mut self) -> TokenBundle {
        let asked = AssociatePrimaryUserRequest { session_certificate: b"PEM".to_vec(), ..Default::default() };
        let request = call(asked, &[("anki-app-key", APP_KEY), ("anki-user-session", SESSION)]);
        let bundle = self.token().await.associate_primary_user(request).await.unwrap().into_inner().data.unwrap();
        self.jwt.clone_from(&bundle.token);
        bundle
    }

    /// One more app.
    pub(crate) async fn second_client(&self, session: &str) -> Result<TokenBundle, Status> {
        self.try_second_client(session).await.unwrap()
    }

    /// The same; none when the server is gone.
    pub(crate) async fn try_second_client(&self, session: &str) -> Option<Result<TokenBundle, Status>> {
        let asked = AssociateSecondaryClientRequest { user_session: session.to_owned(), ..Default::default() };
        let request = call(asked, &[("anki-app-key", APP_KEY), ("anki-access-token", &self.jwt)]);
        let answer = self.reach().await?.associate_secondary_client(request).await;
        Some(answer.map(|answer| answer.into_inner().data.unwrap()))
    }

    /// Refreshes a JWT; the new one.
    pub(crate) async fn refresh(&self, jwt: &str) -> Result<String, Status> {
        self.refresh_by(self.token().await, jwt).await
    }

    /// The same with its own JWT; none when the server is gone.
    pub(crate) async fn try_refresh(&self) -> Option<Result<String, Status>> {
        Some(self.refresh_by(self.reach().await?, &self.jwt).await)
    }

    /// The same by this client.
    pub(crate) async fn refresh_by(&self, mut token: TokenClient<Line>, jwt: &str) -> Result<String, Status> {
        let asked = RefreshTokenRequest { refresh_jwt_tokens: true, ..Default::default() };
        let answer = token.refresh_token(call(asked, &[("anki-app-key", APP_KEY), ("anki-access-token", jwt)])).await?;
        Ok(answer.into_inner().data.unwrap().token)
    }

    /// A client on a new connection with its certificate, if the server answers.
    async fn reach(&self) -> Option<TokenClient<Line>> {
        let origin = format!("https://localhost:{}", self.port).parse().unwrap();
        Some(TokenClient::with_origin(Line::to(self.port, &self.with_certificate).await.ok()?, origin))
    }

    /// Reads documents.
    pub(crate) async fn read(&self, names: &[&str]) -> Result<ReadDocsResp, Status> {
        let item = |name: &&str| read_docs_req::Item { doc_name: (*name).to_owned(), my_doc_version: 0 };
        let user_id = claims(&self.jwt)["user_id"].as_str().unwrap_or_default().to_owned();
        let asked = ReadDocsReq { user_id, thing: self.name.clone(), items: names.iter().map(item).collect() };
        let request = call(asked, &[("anki-app-key", APP_KEY), ("anki-access-token", &self.jwt)]);
        Ok(self.jdocs().await.read_docs(request).await?.into_inner())
    }

    /// The entries of `vic.AppTokens`.
    pub(crate) async fn app_tokens(&self) -> Vec<serde_json::Value> {
        let read = self.read(&["vic.AppTokens"]).await.unwrap();
        let doc = read.items[0].doc.clone().unwrap();
        let document: serde_json::Value = serde_json::from_str(&doc.json_doc).unwrap();
        document["client_tokens"].as_array().unwrap().clone()
    }
}

/// The claims of a JWT, unverified.
pub(crate) fn claims(jwt: &str) -> serde_json::Value {
    let body = jwt.split('.').nth(1).unwrap_or_default();
    let bytes = jeton_jose::base64url::decode(body).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
