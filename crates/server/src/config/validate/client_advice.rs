//! Clients that can be served, but not exactly as their metadata says.

use super::super::{Client, Config, Problem};

pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    for (position, client) in config.client.iter().enumerate() {
        let mut add = |name: &str, complaint: &str, fix: &str| {
            let key = format!("client[{position}].{name}");
            warnings.push(Problem::new(key, complaint, fix));
        };
        let public = client.text("token_endpoint_auth_method") == Some("none");
        if public && client.client_secret.is_some() {
            let complaint = "is never used with the method \"none\"";
            let fix = "leave it out, or choose a method that uses it";
            add("client_secret", complaint, fix);
        }
        if public && has_grant(client, "client_credentials") {
            let fix = "client_credentials is refused to a public client: choose a method that authenticates";
            add("token_endpoint_auth_method", "is \"none\"", fix);
        }
        if has_grant(client, "authorization_code") && client.texts("redirect_uris").next().is_none() {
            let fix = "authorization_code is refused without one";
            add("redirect_uris", "is missing", fix);
        }
    }
}

fn has_grant(client: &Client, name: &str) -> bool {
    client.texts("grant_types").any(|grant| grant == name)
}
