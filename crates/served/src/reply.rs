//! An answer, and what must hold for every answer.

use http::HeaderMap;
use serde_json::Value;

use crate::Form;

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Endpoints whose answers must not be cached.
const PRIVATE: [&str; 10] = [
    "/token",
    "/registration",
    "/device_authorization",
    "/token/revoke",
    "/introspect",
    "/userinfo",
    "/par",
    "/revoke",
    "/devicecode",
    "/iam/api/client-registration",
];

impl Reply {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.show()))
    }

    /// A member that is a string.
    pub fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.show())).to_owned()
    }

    /// The access token.
    pub fn access(&self) -> String {
        self.member("access_token")
    }

    /// The refresh token.
    pub fn refresh(&self) -> String {
        self.member("refresh_token")
    }

    /// The numbers of the tokens on a list page.
    #[must_use]
    pub fn ids(&self) -> Vec<u64> {
        let page = self.json();
        let lists = ["Resources", "resources", "items"];
        let items = lists.iter().find_map(|name| page.get(name)).unwrap_or(&page);
        items.as_array().unwrap().iter().map(|token| token["id"].as_u64().unwrap()).collect()
    }

    /// The total that the page states.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.json()["totalResults"].as_u64().unwrap()
    }

    /// Whether the JSON has a member.
    pub fn has(&self, name: &str) -> bool {
        self.json().get(name).is_some()
    }

    /// Status, error code and description of a refusal.
    pub fn refusal(&self) -> (u16, String, String) {
        (self.status, self.member("error"), self.member("error_description"))
    }

    /// Asserts a refusal, word for word.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str, description: &str) {
        assert_eq!(self.refusal(), (status, error.to_owned(), description.to_owned()), "\n{}", self.show());
    }

    /// Asserts 200.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.show());
        self
    }

    /// The hidden fields of a page, as a browser would send them.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        self.text().split("<input type=\"hidden\" ").skip(1).map(crate::page::named_value).collect()
    }

    /// The only form of a page.
    #[track_caller]
    pub fn form(&self) -> Form {
        Form::on(self.text()).unwrap_or_else(|| panic!("no form: {}", self.show()))
    }

    /// The whole answer, with values that differ between runs replaced.
    pub fn show(&self) -> String {
        let mut lines = vec![self.status.to_string()];
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(n, _)| *n != "content-length")
            .map(|(n, v)| format!("{n}: {}", redacted(v.to_str().unwrap_or("?"))))
            .collect();
        headers.sort();
        lines.extend(headers);
        lines.push(String::new());
        let text = String::from_utf8_lossy(&self.body);
        lines.push(match serde_json::from_str::<Value>(&text) {
            Ok(json) => serde_json::to_string_pretty(&masked(json)).unwrap(),
            Err(_) => text.into_owned(),
        });
        lines.join("\n")
    }

    /// What holds for every answer of every endpoint.
    #[track_caller]
    pub fn check_always(&self, path: &str) {
        let path = path.split('?').next().unwrap();
        let kind = self.header("content-type").unwrap_or_default();
        if PRIVATE.contains(&path) && !matches!(self.status, 204 | 405) {
            assert_eq!(self.header("cache-control"), Some("no-store"), "{path}: {}", self.show());
            assert_eq!(self.header("pragma"), Some("no-cache"), "{path}: {}", self.show());
        }
        if kind.starts_with("application/json") {
            let json = self.json();
            assert!(!has_null(&json), "a null member: {}", self.show());
            if let Some(text) = json.get("error_description").and_then(Value::as_str) {
                let fits = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
                assert!(text.bytes().all(fits), "RFC 6749 5.2 charset: {text:?}");
                let more = match json["error"].as_str() {
                    Some("need_info") => vec!["ticket", "required_claims"],
                    Some("request_submitted") => vec!["ticket", "interval"],
                    other => {
                        assert!(other.is_some(), "{}", self.show());
                        Vec::new()
                    }
                };
                let members = json.as_object().unwrap();
                assert_eq!(members.len(), 2 + more.len(), "{}", self.show());
                assert!(more.iter().all(|member| members.contains_key(*member)), "{}", self.show());
            }
        }
        // This page is meant to be framed.
        if kind.starts_with("text/html") && path != "/check_session" {
            let policy = self.header("content-security-policy").unwrap_or_default();
            assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
            for (name, value) in [
                ("cache-control", "no-store"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "no-referrer"),
                ("x-content-type-options", "nosniff"),
            ] {
                assert_eq!(self.header(name), Some(value), "{path}");
            }
            let known = format!("<script>{}</script>", jeton_wire::pages::AUTO_SUBMIT);
            assert!(!self.text().replace(&known, "").contains("<script"), "{path}: a script");
        }
        if (300..400).contains(&self.status) {
            assert!(self.header("location").is_some_and(|l| !l.is_empty()), "{path}: {}", self.show());
            assert_eq!(self.status, 303, "{path}: another status may send the form again");
        }
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.iter().any(has_null),
        Value::Object(all) => all.values().any(has_null),
        _ => false,
    }
}

fn masked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redacted(&text)),
        Value::Array(all) => all.into_iter().map(masked).collect(),
        Value::Object(all) => all.into_iter().map(|(name, value)| (name, masked(value))).collect(),
        other => other,
    }
}

/// Replaces tokens, references and secrets by their kind.
fn redacted(text: &str) -> String {
    let mut out = String::new();
    for (at, word) in text.split(['=', ';', ' ']).enumerate() {
        if at > 0 {
            let so_far: usize = text.split(['=', ';', ' ']).take(at).map(|w| w.len() + 1).sum();
            out.push_str(&text[so_far - 1..so_far]);
        }
        match word.split('_').collect::<Vec<_>>().as_slice() {
            ["jtn", kind, _, _] => out.push_str(&format!("<{kind}>")),
            ["rf", _] => out.push_str("<rf>"),
            _ if word.starts_with("eyJ") && word.split('.').count() == 3 => out.push_str("<jwt>"),
            _ => out.push_str(word),
        }
    }
    out
}
