//! Clients: metadata that must be consistent.

use std::time::Duration;

use jeton_core::grants;
use jeton_core::ledger::LONGEST_LIFETIME;
use jeton_core::redirect_uri::NEVER;
use url::Url;

use super::super::{Client, Config, Problem, suggest};
use super::bounds::within;
use super::unique;

/// What `grant_types` may name: the grants of `/token`, and the one that needs none.
fn grant_types() -> impl Iterator<Item = &'static str> {
    grants::names().chain(["implicit"])
}

const AUTH_METHODS: [&str; 7] = [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
];

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
        let lists = [
            ("redirect_uris", &client.redirect_uris),
            ("post_logout_redirect_uris", &client.post_logout_redirect_uris),
        ];
        for (name, uris) in lists {
            for (position, uri) in uris.iter().enumerate() {
                let name = format!("{name}[{position}]");
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
        let Some(listed) = &self.client.grant_types else {
            return;
        };
        for (position, grant) in listed.iter().enumerate() {
            if !grant_types().any(|known| known == grant) {
                let nearest = suggest::nearest(grant, grant_types()).unwrap_or_default();
                let fix = format!("did you mean `{nearest}`?");
                self.add(&format!("grant_types[{position}]"), "is not a known grant", fix);
            }
        }
    }

    fn authentication(&mut self) {
        let (method, has_secret) = (self.method().to_owned(), self.client.client_secret.is_some());
        let metadata = &self.client.metadata;
        match method.as_str() {
            "client_secret_basic" | "client_secret_post" | "client_secret_jwt" => {
                if !has_secret {
                    let fix = format!("{method} needs one; \"none\" is the method of a public client");
                    self.add("client_secret", "is missing", fix);
                }
            }
            "private_key_jwt" | "self_signed_tls_client_auth" => {
                if metadata.jwks.is_none() && metadata.jwks_uri.is_none() {
                    self.add("jwks", "is missing", format!("{method} needs jwks or jwks_uri"));
                }
            }
            "tls_client_auth" => self.certificate_name(),
            "none" => {}
            unknown => {
                let nearest = suggest::nearest(unknown, AUTH_METHODS.into_iter()).unwrap_or_default();
                let fix = format!("did you mean `{nearest}`?");
                self.add("token_endpoint_auth_method", "is not a known method", fix);
            }
        }
    }

    /// RFC 8705 2.1.2: exactly one of the names.
    fn certificate_name(&mut self) {
        let metadata = &self.client.metadata;
        let names = [
            &metadata.tls_client_auth_subject_dn,
            &metadata.tls_client_auth_san_dns,
            &metadata.tls_client_auth_san_uri,
            &metadata.tls_client_auth_san_ip,
            &metadata.tls_client_auth_san_email,
        ];
        if metadata.tls_client_auth_thumbprint.is_some() {
            // A SimpleIdServer client: a thumbprint, and a name beside it.
            if metadata.tls_client_auth_name.is_none() {
                self.add(
                    "tls_client_auth_name",
                    "is missing",
                    "a thumbprint needs the certificate's subject beside it",
                );
            }
            return;
        }
        match names.iter().filter(|name| name.is_some()).count() {
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
        let metadata = &self.client.metadata;
        if metadata.jwks.is_some() && metadata.jwks_uri.is_some() {
            self.add("jwks_uri", "and `jwks` are both set", "keep one of them");
        }
        if metadata.jwks.as_ref().is_some_and(|jwks| !jwks.0.get("keys").is_some_and(serde_json::Value::is_array)) {
            self.add("jwks", "is not a key set", "write { keys = [ … ] }");
        }
    }

    fn lifetimes(&mut self) {
        let client = self.client;
        let lifetimes = [
            ("access_token_lifetime", client.access_token_lifetime),
            ("refresh_token_lifetime", client.refresh_token_lifetime),
            ("id_token_lifetime", client.id_token_lifetime),
        ];
        for (name, lifetime) in lifetimes {
            if let Some(lifetime) = lifetime {
                let key = format!("{}.{name}", self.path);
                within(key, lifetime, (Duration::from_secs(1), LONGEST_LIFETIME), self.problems);
            }
        }
    }

    fn method(&self) -> &str {
        self.client.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic")
    }
}
