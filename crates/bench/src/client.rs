//! The OAuth client in whose name requests are made.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jeton_jose::Secret;

use crate::{
    args::{ClientAuth, LoadArgs},
    http::{Endpoint, Form},
    load::encoded,
    misuse::Misuse,
    secret::{self, CLIENT_SECRET},
};

/// The client's authentication in its wire form. It has no `Debug`: both fields may contain the secret.
pub(crate) struct Client {
    /// Value of the `Authorization` header.
    pub(crate) authorization: Option<String>,
    /// Further form fields, starting with `&`, or nothing.
    fields: String,
}

impl Client {
    pub(crate) fn new(args: &LoadArgs) -> Result<Self, Misuse> {
        let id = args.client_id.as_deref().ok_or(Misuse::Missing { what: "the client", option: "--client-id" })?;
        let secret = || {
            secret::read("--client-secret-file", args.client_secret_file.as_deref(), CLIENT_SECRET)?.ok_or(
                Misuse::Missing {
                    what: "the client's secret",
                    option: "--client-secret-file or JETON_BENCH_CLIENT_SECRET",
                },
            )
        };
        Ok(match args.client_auth {
            ClientAuth::Basic => Self::basic(id, &secret()?),
            ClientAuth::Post => Self::post(id, &secret()?),
            ClientAuth::None => Self { authorization: None, fields: format!("&client_id={}", encoded(id)) },
        })
    }

    fn basic(id: &str, secret: &Secret) -> Self {
        // Form-encoded before they are joined (RFC 6749, section 2.3.1), or a colon in the id would cut it.
        let pair = format!("{}:{}", encoded(id), encoded(secret.expose()));
        Self { authorization: Some(format!("Basic {}", BASE64_STANDARD.encode(pair))), fields: String::new() }
    }

    fn post(id: &str, secret: &Secret) -> Self {
        let fields = format!("&client_id={}&client_secret={}", encoded(id), encoded(secret.expose()));
        Self { authorization: None, fields }
    }

    /// A form that starts with `before` and a changing value, and ends with this client's authentication.
    pub(crate) fn form(&self, place: &Endpoint, before: String) -> Form {
        Form::new(place, self.authorization.as_deref(), before, self.fields.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "p:ss+ ö").unwrap();
        secret::read("", Some(file.path()), "").unwrap().unwrap()
    }

    #[test]
    fn basic_encodes_before_it_joins() {
        let value = Client::basic("a:b", &secret()).authorization.unwrap();
        let pair = BASE64_STANDARD.decode(value.strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(pair, b"a%3Ab:p%3Ass%2B+%C3%B6");
    }

    #[test]
    fn post_sends_no_header() {
        let client = Client::post("a:b", &secret());
        assert!(client.authorization.is_none());
        assert_eq!(client.fields, "&client_id=a%3Ab&client_secret=p%3Ass%2B+%C3%B6");
    }
}
