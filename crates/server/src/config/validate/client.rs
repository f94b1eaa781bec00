//! Clients: metadata that must be consistent.

use std::time::Duration;

use jeton_core::grants;
use jeton_core::ledger::LONGEST_LIFETIME;
use jeton_core::model::{AuthMethod, CLIENT_MEMBERS, Shape};
use jeton_core::redirect_uri::NEVER;
use url::Url;

use super::super::{Client, Config, Problem, suggest};
use super::bounds::within;
use super::unique;

/// What `grant_types` may name: the grants of `/token`, and the one that needs none.
fn grant_types() -> impl Iterator<Item = &'static str> {
    grants::names().chain(["implicit"])
}

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let ids = config.client.iter().map(|client| client.client_id.as_str());
    unique::check("client", "client_id", ids, problems);
    for (position, client) in config.client.iter().enumerate() {
        let mut check = Check { path: format!("client[{position}]"), client, problems: &mut *problems };
        check.redirects();
        check.grants();
        check.authentication();
        check.keys();
        check.lifetimes();
    }
}

struct Check<'a> {
    path: String,
    client: &'a Client,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    fn add(&mut self, name: &str, complaint: &str, fix: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{name}", self.path), complaint, fix));
    }

    fn redirects(&mut self) {
        let client = self.client;
        for member in CLIENT_MEMBERS.iter().filter(|member| member.shape == Shape::Redirects) {
            for (position, uri) in client.texts(member.name).enumerate() {
                let name = format!("{}[{position}]", member.name);
                match Url::parse(uri) {
                    Err(_) => {
                        self.add(&name, "is not an absolute URL", "write it in full, such as https://app.example/cb")
                    }
                    Ok(url) if url.fragment().is_some() => self.add(&name, "has a fragment", "end the URL before `#`"),
                    // A scheme that is executed in the browser would give the code to the author of the URL.
                    Ok(url) if NEVER.contains(&url.scheme()) => {
                        let complaint = "runs code in the browser, or reads from the person's device";
                        self.add(&name, complaint, "write an https URL, or the scheme of an app");
                    }
                    Ok(_) => {}
                }
            }
        }
    }

    fn grants(&mut self) {
        let client = self.client;
        for (position, grant) in client.texts("grant_types").enumerate() {
            if !grant_types().any(|known| known == grant) {
                let nearest = suggest::nearest(grant, grant_types()).unwrap_or_default();
                let fix = format!("did you mean `{nearest}`?");
                self.add(&format!("grant_types[{position}]"), "is not a known grant", fix);
            }
        }
    }

    fn authentication(&mut self) {
        let client = self.client;
        let (method, has_secret) = (method(client), client.client_secret.is_some());
        match method {
            "client_secret_basic" | "client_secret_post" | "client_secret_jwt" => {
                if !has_secret {
                    let fix = format!("{method} needs one; \"none\" is the method of a public client");
                    self.add("client_secret", "is missing", fix);
                }
            }
            "private_key_jwt" | "self_signed_tls_client_auth" => {
                if !client.has("jwks") && !client.has("jwks_uri") {
                    self.add("jwks", "is missing", format!("{method} needs jwks or jwks_uri"));
                }
            }
            "tls_client_auth" => self.certificate_name(),
            "none" => {}
            unknown => {
                let nearest =
                    suggest::nearest(unknown, AuthMethod::ALL.into_iter().map(AuthMethod::name)).unwrap_or_default();
                let fix = format!("did you mean `{nearest}`?");
                self.add("token_endpoint_auth_method", "is not a known method", fix);
            }
        }
    }

    /// RFC 8705 2.1.2: exactly one of the names.
    fn certificate_name(&mut self) {
        let client = self.client;
        let names = [
            "tls_client_auth_subject_dn",
            "tls_client_auth_san_dns",
            "tls_client_auth_san_uri",
            "tls_client_auth_san_ip",
            "tls_client_auth_san_email",
        ];
        if client.has("tls_client_auth_thumbprint") {
            // A SimpleIdServer client: a thumbprint, and a name beside it.
            if !client.has("tls_client_auth_name") {
                self.add(
                    "tls_client_auth_name",
                    "is missing",
                    "a thumbprint needs the certificate's subject beside it",
                );
            }
            return;
        }
        match names.iter().filter(|name| client.has(name)).count() {
            1 => {}
            0 => self.add(
                "tls_client_auth_subject_dn",
                "is missing",
                "tls_client_auth needs it, or one of the san names",
            ),
            _ => self.add("tls_client_auth_subject_dn", "is not the only name", "keep one name of the certificate"),
        }
    }

    fn keys(&mut self) {
        let client = self.client;
        if client.has("jwks") && client.has("jwks_uri") {
            self.add("jwks_uri", "and `jwks` are both set", "keep one of them");
        }
        if client.properties.get("jwks").is_some_and(|jwks| !jwks["keys"].is_array()) {
            self.add("jwks", "is not a key set", "write { keys = [ … ] }");
        }
    }

    fn lifetimes(&mut self) {
        for (name, lifetime) in self.client.lifetimes() {
            let key = format!("{}.{name}", self.path);
            within(key, lifetime, (Duration::from_secs(1), LONGEST_LIFETIME), self.problems);
        }
    }
}

fn method(client: &Client) -> &str {
    client.text("token_endpoint_auth_method").unwrap_or(AuthMethod::ClientSecretBasic.name())
}
