//! The configuration that `jeton dev` serves.

use std::net::SocketAddr;
use std::path::Path;

use jeton_core::Secret;
use jeton_core::grants::GRANTS;
use jeton_server::Network;
use jeton_server::config::{
    ApiTokens, Claims, Client, Config, Exchange, Group, Http, Outbound, Registration, Sms, User,
};
use serde_json::json;

use super::credentials::{Credentials, Person};

/// Where the client's users are sent back to: the redirect URI of the printed client.
pub(super) const REDIRECT_URI: &str = "http://127.0.0.1:9000/cb";
/// What the client may ask for.
pub(super) const SCOPE: &str = "openid profile email offline_access api";
/// What it gets when it asks for nothing.
const DEFAULT_SCOPE: &str = "api";
/// The groups of the user.
const GROUPS: [&str; 3] = ["/atlas", "/atlas/production", "/atlas/pilots"];

/// An embedded store in `data`, one client, an administrator and a user.
pub(super) fn of(listen: SocketAddr, data: &Path, credentials: &Credentials) -> Config {
    Config {
        issuer: format!("http://{listen}"),
        data_dir: data.to_owned(),
        http: Http { listen: vec![listen], ..Http::default() },
        // Codes for telephones are written there.
        sms: Sms { file: Some(data.join("sms.log")), sign_up: true, ..Sms::default() },
        // Clients under development publish their keys on this machine too.
        outbound: Outbound { allow: vec![Network::LOOPBACK_V4, Network::LOOPBACK_V6], ..Outbound::default() },
        api_tokens: ApiTokens {
            secret: Some(Secret::new(credentials.api_tokens.secret.as_str())),
            user_scope: "api jeton:tokens".to_owned(),
            ..ApiTokens::default()
        },
        registration: Registration {
            open: true,
            grant_types: vec!["client_credentials".to_owned(), "implicit".to_owned()],
            // MCP clients under development are known by a document on this machine.
            client_id_documents: true,
            client_id_hosts: ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec(),
            ..Registration::default()
        },
        client: vec![client(credentials)],
        exchange: vec![Exchange {
            name: "gateway".to_owned(),
            origin: Some(credentials.client.client_id.clone()),
            client: Some("gateway".to_owned()),
            audience: vec!["*".to_owned()],
            ..Exchange::default()
        }],
        user: vec![
            person(&credentials.admin, "Administrator", &["admin"]),
            User { groups: GROUPS.map(str::to_owned).to_vec(), ..person(&credentials.user, "Alice Example", &[]) },
        ],
        group: vec![Group { path: "/atlas/pilots".to_owned(), labels: vec!["wlcg.optional-group".to_owned()] }],
        ..Config::default()
    }
}

fn client(credentials: &Credentials) -> Client {
    let properties = [
        // Every grant but that of UMA, which begins at a resource server.
        ("grant_types", GRANTS.iter().map(|grant| grant.grant_type()).collect()),
        ("response_types", json!(["code"])),
        ("redirect_uris", json!([REDIRECT_URI])),
        ("scope", json!(SCOPE)),
        ("default_scope", json!(DEFAULT_SCOPE)),
        ("client_name", json!("Example application")),
    ];
    Client {
        client_id: credentials.client.client_id.clone(),
        client_secret: Some(Secret::new(credentials.client.client_secret.as_str())),
        properties: properties.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
    }
}

fn person(person: &Person, name: &str, roles: &[&str]) -> User {
    User {
        username: person.username.clone(),
        password: Some(Secret::new(person.password.as_str())),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        claims: Claims {
            name: Some(name.to_owned()),
            email: Some(format!("{}@example.com", person.username)),
            ..Claims::default()
        },
        ..User::default()
    }
}
