//! What a document says.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The methods by which such a client may authenticate: there is nobody to share a secret with.
const METHODS: [&str; 2] = ["none", "private_key_jwt"];
/// Members that only a client with a secret has.
const SECRETS: [&str; 2] = ["client_secret", "client_secret_expires_at"];
/// Members that would make this server or a browser ask further addresses before anybody has decided anything, and that nothing
/// here needs.
const LEFT_OUT: [&str; 3] = ["logo_uri", "request_uris", "sector_identifier_uri"];

/// The document at a client id, as it was read: metadata of RFC 7591 section 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDocument {
    client_id: Box<str>,
    text: Box<str>,
}

impl ClientDocument {
    /// Reads what was found at `client_id`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn read(client_id: &str, body: Vec<u8>) -> Result<Self, &'static str> {
        let text = String::from_utf8(body).map_err(|_| "it is not JSON")?;
        let document = Self { client_id: client_id.into(), text: text.into() };
        let members = document.members().ok_or("it is not a JSON object")?;
        let named = |name: &str| members.get(name).filter(|value| !value.is_null());
        // RFC 3986 section 6.2.1: the same text.
        if named("client_id").and_then(Value::as_str) != Some(client_id) {
            return Err("its client_id is another one");
        }
        if SECRETS.iter().any(|name| named(name).is_some()) {
            return Err("it holds a client_secret, which everybody can read");
        }
        match named("token_endpoint_auth_method") {
            None => Ok(document),
            Some(Value::String(method)) if METHODS.contains(&method.as_str()) => Ok(document),
            Some(_) => Err("its token_endpoint_auth_method is neither none nor private_key_jwt"),
        }
    }

    /// The client id that it describes.
    pub(crate) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The metadata that counts of it. A client that names no method is public: RFC 7591's default needs a secret.
    pub(super) fn metadata(&self) -> Map<String, Value> {
        let mut members = self.members().unwrap_or_default();
        members.retain(|name, value| !LEFT_OUT.contains(&name.as_str()) && !value.is_null());
        members.entry("token_endpoint_auth_method").or_insert_with(|| "none".into());
        members
    }

    fn members(&self) -> Option<Map<String, Value>> {
        serde_json::from_str(&self.text).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "https://app.example/client.json";

    fn read(body: impl Into<Vec<u8>>) -> Result<ClientDocument, &'static str> {
        ClientDocument::read(ID, body.into())
    }

    #[test]
    fn a_document_names_the_client_id_by_which_it_was_found() {
        assert!(read(json!({ "client_id": ID, "client_name": "App" }).to_string()).is_ok());
        for other in
            [json!({}), json!({ "client_id": "https://app.example/client.json/" }), json!({ "client_id": [ID] })]
        {
            assert_eq!(read(other.to_string()), Err("its client_id is another one"));
        }
    }

    #[test]
    fn what_is_no_json_object_is_no_document() {
        let deep = format!("{{\"client_id\":\"{ID}\",\"x\":{}1{}}}", "[".repeat(2000), "]".repeat(2000));
        for (body, why) in [
            (b"\xff\xfe".to_vec(), "it is not JSON"),
            (b"<!doctype html>".to_vec(), "it is not a JSON object"),
            (b"[]".to_vec(), "it is not a JSON object"),
            (b"".to_vec(), "it is not a JSON object"),
            (deep.into_bytes(), "it is not a JSON object"),
        ] {
            assert_eq!(read(body), Err(why));
        }
    }

    #[test]
    fn nothing_in_it_is_a_secret() {
        for (name, value) in [
            ("client_secret", json!("s3cret")),
            ("client_secret_expires_at", json!(0)),
            ("token_endpoint_auth_method", json!("client_secret_basic")),
            ("token_endpoint_auth_method", json!("client_secret_post")),
            ("token_endpoint_auth_method", json!("client_secret_jwt")),
            ("token_endpoint_auth_method", json!("tls_client_auth")),
            ("token_endpoint_auth_method", json!(["none"])),
        ] {
            assert!(read(json!({ "client_id": ID, name: value }).to_string()).is_err(), "{name}: {value}");
        }
        for method in METHODS {
            let document = read(json!({ "client_id": ID, "token_endpoint_auth_method": method }).to_string()).unwrap();
            assert_eq!(document.metadata()["token_endpoint_auth_method"], method);
        }
        let unsaid = read(json!({ "client_id": ID, "token_endpoint_auth_method": null }).to_string()).unwrap();
        assert_eq!(unsaid.metadata()["token_endpoint_auth_method"], "none");
    }
}
