//! What a client gets, in one form for both sides.

use std::collections::BTreeMap;

use jeton_served::{Reply, back, is_posted_back};
use serde_json::{Map, Value, json};

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) status: u16,
    /// Scheme and error of `WWW-Authenticate`.
    pub(super) challenge: Option<(String, Option<String>)>,
    pub(super) body: Map<String, Value>,
}

impl Said {
    /// A status with a JSON body, or with none.
    pub(super) fn new(status: u16, body: &str) -> Self {
        let mut body: Map<String, Value> = match body {
            "" => Map::new(),
            text => serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}")),
        };
        // The number of a token: sessions have numbers too.
        if let Some(number) = body.get_mut("jti") {
            *number = json!("…");
        }
        Self { status, challenge: None, body }
    }

    /// A page for the person in the browser, whose words are the caller's.
    pub(super) fn page(status: u16) -> Self {
        Self::new(status, "")
    }

    /// What goes to the client through the browser.
    pub(super) fn sent_back(reply: &Reply) -> Self {
        let params: BTreeMap<String, String> = back(reply);
        let to = match reply.header("location") {
            _ if is_posted_back(reply) => "form".to_owned(),
            Some(url) => {
                let end = url.find(['?', '#']).unwrap();
                url[..=end].to_owned()
            }
            None => panic!("{}", reply.show()),
        };
        let mut body: Map<String, Value> = params.into_iter().map(|(name, value)| (name, value.into())).collect();
        body.insert("to".to_owned(), to.into());
        Self { status: 303, challenge: None, body }
    }

    pub(super) fn challenged(self, value: Option<&str>) -> Self {
        let challenge = value.map(|value| {
            let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
            let error = rest.split_once("error=\"").map(|(_, rest)| rest.split('"').next().unwrap().to_owned());
            (scheme.to_owned(), error)
        });
        Self { challenge, ..self }
    }

    /// Changes the claims of its ID token.
    pub(super) fn id_token(&mut self, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Some(Value::Object(claims)) = self.body.get_mut("claims of id_token") {
            change(claims);
        }
    }

    pub(super) fn error(&self) -> Option<&str> {
        self.body.get("error").and_then(Value::as_str)
    }
}

/// The claims of a JWT, without what differs between any two.
pub(super) fn claims(text: &str) -> Option<Value> {
    let payload = text.split('.').nth(1)?;
    let mut claims: Map<String, Value> = serde_json::from_slice(&jeton_jose::base64url::decode(payload).ok()?).ok()?;
    for name in ["jti", "at_hash", "c_hash", "s_hash"] {
        if let Some(value) = claims.get_mut(name) {
            *value = json!("…");
        }
    }
    Some(claims.into())
}
