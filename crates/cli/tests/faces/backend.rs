//! Authlete's API about the same service, as its authorization server calls it.

use std::collections::BTreeSet;

use http::Request;
use jeton_core::Secret;
use jeton_core::backend::access::ServiceCredentials;
use jeton_jose::{base64url, digest};
use serde_json::{Value, json};

use crate::faces::{Faces, Reply, SECRET};

const TOKEN: &str = "the access token of the service";

impl Faces {
    /// A call below the path of the service.
    pub(crate) async fn backend(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let service =
            ServiceCredentials { service: self.service(), access_token: Some(Secret::new(TOKEN)), api_secret: None };
        self.jeton.backend.credentials.set(None, &[service]);
        let request = Request::builder().method(method).uri(format!("/api/{}{path}", self.service()));
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let request = request.header("content-type", "application/json");
        self.send(request, body.map_or_else(String::new, |body| body.to_string())).await
    }

    /// Tokens that the authorization server creates: their texts.
    pub(crate) async fn by_backend(&self, client: &str, grant: &str) -> Vec<String> {
        let body = json!({ "grantType": grant, "clientIdentifier": client, "subject": "joe", "scopes": ["read"] });
        let made = self.backend("POST", "/auth/token/create", Some(body)).await;
        let texts = ["accessToken", "refreshToken"].map(|name| made.body[name].as_str().map(str::to_owned));
        assert_eq!(made.body["action"], "OK", "{made:?}");
        texts.into_iter().flatten().collect()
    }

    /// What the authorization server is told of a token.
    pub(crate) async fn seen_by_backend(&self, text: &str) -> Value {
        self.backend("POST", "/auth/introspection", Some(json!({ "token": text }))).await.body
    }

    /// A client's request to end a token, which the authorization server sends on.
    pub(crate) async fn forwarded_revocation(&self, client: &str, text: &str) -> Reply {
        let parameters = form_urlencoded::Serializer::new(String::new()).append_pair("token", text).finish();
        let body = json!({ "parameters": parameters, "clientId": client, "clientSecret": SECRET });
        self.backend("POST", "/auth/revocation", Some(body)).await
    }

    /// The hashes of the valid access tokens in the authorization server's list, page by page.
    pub(crate) async fn hashes(&self) -> BTreeSet<String> {
        let (mut hashes, mut start, mut total) = (BTreeSet::new(), 0, u64::MAX);
        while start < total {
            let path = format!("/auth/token/get/list?tokenStatus=VALID&start={start}&end={}", start + 20);
            let page = self.backend("GET", &path, None).await.body;
            let tokens = page["accessTokens"].as_array().cloned().unwrap_or_default();
            hashes.extend(tokens.iter().map(|token| token["accessTokenHash"].as_str().unwrap().to_owned()));
            (start, total) = (start + 20, page["totalCount"].as_u64().unwrap());
        }
        assert_eq!(hashes.len() as u64, total);
        hashes
    }
}

/// The hash that names a token.
pub(crate) fn hash(text: &str) -> String {
    base64url::encode(digest::sha256(text.as_bytes()))
}
