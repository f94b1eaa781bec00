//! The configuration most tests share: three clients, one user.

use serde_json::{Value, json};

use crate::toml::table;

/// Basic authentication; opaque access tokens. Its secret contains characters that clients encode differently.
pub const APP: Client =
    Client { id: "app", secret: Some("s:cret+with/odd%20characters&in=it"), method: "client_secret_basic" };

/// The secret in the body; JWT access tokens.
pub const POSTER: Client =
    Client { id: "poster", secret: Some("poster-secret-of-thirty-two-chars"), method: "client_secret_post" };

/// A public client: an app in a browser or on a phone.
pub const SPA: Client = Client { id: "spa", secret: None, method: "none" };

/// Who signs in.
pub const USERNAME: &str = "alice";
/// And how.
pub const PASSWORD: &str = "correct horse & \"battery\" stäple";
/// Her display name in user info.
pub const NAME: &str = "Alice Liddell";
/// What the clients ask for when a person signs in.
pub const SCOPE: &str = "openid profile email offline_access api1";

/// A declared client.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    /// Its `client_id`.
    pub id: &'static str,
    /// Its secret, if it has one.
    pub secret: Option<&'static str>,
    /// Its `token_endpoint_auth_method`.
    pub method: &'static str,
}

impl Client {
    /// What a client script needs to know, as JSON.
    #[must_use]
    pub fn case(&self, issuer: &str, redirect_uri: &str) -> Value {
        json!({
            "issuer": issuer,
            "client_id": self.id,
            "client_secret": self.secret,
            "auth_method": self.method,
            "redirect_uri": redirect_uri,
            "post_logout_redirect_uri": signed_out_uri(redirect_uri),
            "username": USERNAME,
            "password": PASSWORD,
            "name": NAME,
            "scope": SCOPE,
        })
    }

    /// Its registration with the server, by the names of RFC 7591.
    #[must_use]
    pub fn metadata(&self, format: &str, redirect_uri: &str) -> Value {
        let mut grants = vec!["refresh_token", "authorization_code"];
        if self.secret.is_some() {
            grants.extend(["client_credentials", "password"]);
        }
        json!({
            "client_id": self.id,
            "client_name": "Tide Tables",
            "client_secret": self.secret,
            "token_endpoint_auth_method": self.method,
            "grant_types": grants,
            "response_types": ["code"],
            "redirect_uris": [redirect_uri],
            "post_logout_redirect_uris": [signed_out_uri(redirect_uri)],
            "scope": SCOPE,
            "default_scope": "api1",
            "access_token_format": format,
        })
    }
}

/// `base` with the members of `more` put in or replaced.
#[must_use]
pub fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

/// The redirect URI on which nothing has to listen.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9000/cb";

/// The client's URI after sign-out, in addition to its redirect URI.
#[must_use]
pub fn signed_out_uri(redirect_uri: &str) -> String {
    let origin = redirect_uri.rsplit_once('/').map_or(redirect_uri, |(origin, _)| origin);
    format!("{origin}/signed-out")
}

/// The shared configuration, every client with `redirect_uri`.
#[must_use]
pub fn with_redirect_uri(redirect_uri: &str) -> String {
    let clients = [(APP, "opaque"), (POSTER, "jwt"), (SPA, "jwt")]
        .map(|(client, format)| table("client", &client.metadata(format, redirect_uri)))
        .concat();
    clients + &person()
}

/// The table of the one user.
#[must_use]
pub fn person() -> String {
    let members = json!({ "username": USERNAME, "password": PASSWORD, "name": NAME, "email": "alice@example.com" });
    table("user", &members)
}
