//! The configuration most tests share: three clients, one user.

use serde_json::{Value, json};

/// Basic authentication; opaque access tokens. Its secret holds what clients encode differently.
pub const APP: Client =
    Client { id: "app", secret: Some("s:cret+with/odd%20characters&in=it"), method: "client_secret_basic" };

/// The secret in the body; JWT access tokens.
pub const POSTER: Client =
    Client { id: "poster", secret: Some("poster-secret-of-thirty-two-chars"), method: "client_secret_post" };

/// No secret at all: an app in a browser or on a phone.
pub const SPA: Client = Client { id: "spa", secret: None, method: "none" };

/// Who signs in.
pub const USERNAME: &str = "alice";
/// And how.
pub const PASSWORD: &str = "correct horse & \"battery\" stäple";
/// Her display name, as user info gives it.
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
            "username": USERNAME,
            "password": PASSWORD,
            "name": NAME,
            "scope": SCOPE,
        })
    }
}

/// The redirect URI where nobody has to listen.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9000/cb";

/// The shared configuration, every client with `redirect_uri`.
#[must_use]
pub fn with_redirect_uri(redirect_uri: &str) -> String {
    let clients = [(APP, "opaque"), (POSTER, "jwt"), (SPA, "jwt")]
        .map(|(client, format)| declare(&client, format, redirect_uri))
        .concat();
    format!(
        "{clients}\n[[user]]\nusername = {USERNAME:?}\npassword = {PASSWORD:?}\nname = {NAME:?}\n\
         email = \"alice@example.com\"\n"
    )
}

/// One `[[client]]` table. A Rust string literal and a TOML basic string agree on what is used here.
fn declare(client: &Client, format: &str, redirect_uri: &str) -> String {
    let Client { id, secret, method } = client;
    let secret = secret.map(|secret| format!("client_secret = {secret:?}\n")).unwrap_or_default();
    let machine = if *method == "none" { "" } else { "\"client_credentials\", " };
    format!(
        "[[client]]\nclient_id = {id:?}\nclient_name = \"Tide Tables\"\n{secret}\
         token_endpoint_auth_method = {method:?}\n\
         grant_types = [{machine}\"refresh_token\", \"authorization_code\"]\nresponse_types = [\"code\"]\n\
         redirect_uris = [{redirect_uri:?}]\nscope = {SCOPE:?}\ndefault_scope = \"api1\"\n\
         access_token_format = {format:?}\n\n"
    )
}
