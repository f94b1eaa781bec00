//! Vector robots and their apps, at the robots' face.

use jeton_core::Secret;
use jeton_core::request_source::{ClientCertificate, RequestSource};
use jeton_core::robots::RobotSettings;
use jeton_core::robots::settings::{AppKey, AppScope, SHIPPED};
use jeton_face_vector::proto::jdocs::jdocs_client::JdocsClient;
use jeton_face_vector::proto::jdocs::{ReadDocsReq, read_docs_req};
use jeton_face_vector::proto::token::token_client::TokenClient;
use jeton_face_vector::proto::token::{
    AssociatePrimaryUserRequest, AssociateSecondaryClientRequest, DisassociatePrimaryUserRequest,
    ReassociatePrimaryUserRequest, RefreshTokenRequest, RevokeFactoryCertificateRequest, RevokeTokensRequest,
    TokenBundle,
};
use jeton_jose::digest::sha256;
use jeton_served::{House, Maker};
use rcgen::DnType;
use serde_json::Value;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Response, Status};

use crate::faces::{Faces, PASSWORD};

const APP: &str = SHIPPED[0];
const SERVICE: &str = "the-key-of-services";
const ADMIN: &str = "the-key-of-administrators";
/// The session of those who have no account.
pub(crate) const SESSION: &str = "a-fixed-session-token";

/// Lets robots call a house.
pub(crate) fn let_in(house: &House) {
    let key = |key: &str, scope| AppKey { key: Secret::new(key), scopes: [scope].into_iter().collect() };
    house.jeton.robots.configure(RobotSettings {
        service: house.service,
        app_keys: vec![key(APP, AppScope::User), key(SERVICE, AppScope::Service), key(ADMIN, AppScope::Admin)],
        session_tokens: vec![Secret::new(SESSION)],
        ..RobotSettings::default()
    });
}

/// A robot: its name and its factory certificate.
#[derive(Debug)]
pub(crate) struct Robot {
    pub(crate) name: String,
    certificate: Vec<u8>,
}

impl Robot {
    pub(crate) fn new(serial: u32) -> Self {
        let name = format!("vic:{serial:08x}");
        let subject = [(DnType::OrganizationName, "Anki Inc."), (DnType::CommonName, name.as_str())];
        let certificate = Maker::new(&subject).lives(2018, 2120).made().der;
        Self { name, certificate }
    }

    /// A call over a connection with its certificate.
    fn call<M>(&self, message: M, app: &str, more: &[(&'static str, &str)]) -> Request<M> {
        let mut request = Request::new(message);
        for (name, value) in more.iter().chain(&[("anki-app-key", app)]) {
            request.metadata_mut().insert(*name, MetadataValue::try_from(*value).unwrap());
        }
        let sha256 = sha256(&self.certificate);
        let certificate = ClientCertificate { der: self.certificate.as_slice().into(), sha256, verified: false };
        request.extensions_mut().insert(RequestSource { certificate: Some(certificate), ..RequestSource::default() });
        request
    }
}

fn bundle<M>(
    answer: Result<Response<M>, Status>,
    data: impl FnOnce(M) -> Option<TokenBundle>,
) -> Result<TokenBundle, Code> {
    // Robots end their process on an answer without it.
    answer.map(|answer| data(answer.into_inner()).unwrap()).map_err(|status| status.code())
}

impl Faces {
    fn tokens(&self) -> TokenClient<axum::Router> {
        TokenClient::new(self.router.clone())
    }

    pub(crate) async fn associate(
        &self,
        robot: &Robot,
        session: &str,
        asked: AssociatePrimaryUserRequest,
    ) -> Result<TokenBundle, Code> {
        let call = robot.call(asked, APP, &[("anki-user-session", session)]);
        bundle(self.tokens().associate_primary_user(call).await, |answer| answer.data)
    }

    pub(crate) async fn reassociate(
        &self,
        robot: &Robot,
        session: &str,
        asked: ReassociatePrimaryUserRequest,
    ) -> Result<TokenBundle, Code> {
        let call = robot.call(asked, APP, &[("anki-user-session", session)]);
        bundle(self.tokens().reassociate_primary_user(call).await, |answer| answer.data)
    }

    pub(crate) async fn add_app(&self, robot: &Robot, jwt: &str, session: &str) -> Result<TokenBundle, Code> {
        let asked = AssociateSecondaryClientRequest {
            user_session: session.to_owned(),
            app_id: "SDK".to_owned(),
            ..Default::default()
        };
        let call = robot.call(asked, APP, &[("anki-access-token", jwt)]);
        bundle(self.tokens().associate_secondary_client(call).await, |answer| answer.data)
    }

    pub(crate) async fn renew(&self, robot: &Robot, jwt: &str, is_new: bool) -> Result<String, Code> {
        let asked = RefreshTokenRequest { refresh_jwt_tokens: is_new, ..Default::default() };
        let call = robot.call(asked, APP, &[("anki-access-token", jwt)]);
        Ok(bundle(self.tokens().refresh_token(call).await, |answer| answer.data)?.token)
    }

    pub(crate) async fn disassociate(&self, robot: &Robot, jwt: &str) -> Result<(), Code> {
        let call = robot.call(DisassociatePrimaryUserRequest {}, APP, &[("anki-access-token", jwt)]);
        self.tokens().disassociate_primary_user(call).await.map(drop).map_err(|status| status.code())
    }

    /// Revokes the JWTs of a robot or of an account: how many.
    pub(crate) async fn revoke_of(&self, tool: &Robot, index: &str, key: &str) -> u32 {
        let asked = RevokeTokensRequest { search_by_index: index.to_owned(), key: key.to_owned() };
        self.tokens().revoke_tokens(tool.call(asked, SERVICE, &[])).await.unwrap().into_inner().tokens_revoked
    }

    /// Bars a robot's certificate.
    pub(crate) async fn ban(&self, robot: &Robot) {
        let asked = RevokeFactoryCertificateRequest { certificate_id: robot.name.clone() };
        self.tokens().revoke_factory_certificate(robot.call(asked, ADMIN, &[])).await.unwrap();
    }

    /// The salted hashes in a robot's `vic.AppTokens`.
    pub(crate) async fn apps_in_document(&self, robot: &Robot, jwt: &str) -> Result<Vec<String>, Code> {
        let item = read_docs_req::Item { doc_name: "vic.AppTokens".to_owned(), my_doc_version: 0 };
        let asked = ReadDocsReq { user_id: String::new(), thing: robot.name.clone(), items: vec![item] };
        let call = robot.call(asked, APP, &[("anki-access-token", jwt)]);
        let read = JdocsClient::new(self.router.clone()).read_docs(call).await.map_err(|status| status.code())?;
        let doc = read.into_inner().items.remove(0).doc.unwrap();
        let document: Value = serde_json::from_str(&doc.json_doc).unwrap();
        let entries = document["client_tokens"].as_array().unwrap();
        Ok(entries.iter().map(|entry| entry["hash"].as_str().unwrap().to_owned()).collect())
    }

    /// The numbers of a robot's app tokens, as administrators see them; none: the robot is unknown.
    pub(crate) async fn apps_of(&self, robot: &Robot) -> Option<Vec<u64>> {
        let reply = self.admin("GET", &format!("/robots/{}/apps", robot.name), None).await;
        let items = reply.body["items"].as_array()?;
        Some(items.iter().map(|app| app["token"].as_u64().unwrap()).collect())
    }

    /// An account session of alice.
    pub(crate) async fn account_session(&self) -> String {
        let reply = self.account("/1/sessions", APP, &[("username", "alice"), ("password", PASSWORD)]).await;
        reply["session"]["session_token"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned()
    }

    /// Whose session it is, as services are told; none: nobody's.
    pub(crate) async fn session_of(&self, session: &str) -> Option<String> {
        let form = [("app_token", APP), ("session_token", session)];
        let reply = self.account("/1/sessions/validate", SERVICE, &form).await;
        reply["session"]["user_id"].as_str().map(str::to_owned)
    }

    async fn account(&self, path: &str, app: &str, fields: &[(&str, &str)]) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = http::Request::builder().method("POST").uri(path).header("anki-app-key", app);
        self.send(request.header("content-type", "application/x-www-form-urlencoded"), body).await.body
    }
}
