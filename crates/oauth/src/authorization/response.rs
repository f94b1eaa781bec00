//! `response_type` and `response_mode`: what a response holds and how it is sent (OAuth 2.0 Multiple Response Type
//! Encoding Practices, OAuth 2.0 Form Post Response Mode).

use serde::{Deserialize, Serialize};

use crate::token_endpoint::refusals::{GRANT_NOT_ALLOWED, RESPONSE_TYPE_NOT_ALLOWED};
use jeton_model::Refusal;
use jeton_model::records::Client;

/// What a response holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseType {
    /// An authorization code.
    pub code: bool,
    /// An access token.
    pub token: bool,
    /// An ID token.
    pub id_token: bool,
}

impl ResponseType {
    /// Only a code.
    pub const CODE: Self = Self { code: true, token: false, id_token: false };

    /// Every response type, with its registered name.
    pub const ALL: [(&'static str, Self); 7] = [
        ("code", Self::CODE),
        ("token", Self { code: false, token: true, id_token: false }),
        ("id_token", Self { code: false, token: false, id_token: true }),
        ("id_token token", Self { code: false, token: true, id_token: true }),
        ("code id_token", Self { code: true, token: false, id_token: true }),
        ("code token", Self { code: true, token: true, id_token: false }),
        ("code id_token token", Self { code: true, token: true, id_token: true }),
    ];

    /// Parses the parameter: a set of words, in any order, each once.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = Self { code: false, token: false, id_token: false };
        for word in text.split(' ') {
            let member = match word {
                "code" => &mut all.code,
                "token" => &mut all.token,
                "id_token" => &mut all.id_token,
                _ => return None,
            };
            if std::mem::replace(member, true) {
                return None;
            }
        }
        Some(all)
    }

    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, each)| *each == self).map_or("code", |(name, _)| *name)
    }

    /// Whether the authorization endpoint issues tokens directly (implicit and hybrid).
    #[must_use]
    pub fn has_tokens(self) -> bool {
        self.token || self.id_token
    }

    /// How the response is sent unless the request says otherwise.
    #[must_use]
    pub fn default_mode(self) -> ResponseMode {
        if self.has_tokens() { ResponseMode::Fragment } else { ResponseMode::Query }
    }

    /// Checks that a client is registered for exactly this set, and for the grants that it implies.
    ///
    /// # Errors
    /// `RESPONSE_TYPE_NOT_ALLOWED` or `GRANT_NOT_ALLOWED`. `asked`: the value that the client sent.
    pub fn allowed_to(self, client: &Client, asked: &str) -> Result<(), Refusal> {
        let name = || client.client_id.to_string();
        let demands =
            [client.metadata.tls_client_certificate_bound_access_tokens, client.metadata.dpop_bound_access_tokens];
        // A token that must be bound to a key cannot be issued here: the browser does not prove the key.
        let registered = client.response_types.iter().any(|each| Self::parse(each) == Some(self));
        if !registered || (self.token && demands.contains(&Some(true))) {
            return Err(RESPONSE_TYPE_NOT_ALLOWED.with(name()).with(asked.to_owned()));
        }
        for (needed, grant) in [(self.code, "authorization_code"), (self.has_tokens(), "implicit")] {
            if needed && !client.may_use(grant) {
                return Err(GRANT_NOT_ALLOWED.with(name()).with(grant.to_owned()));
            }
        }
        Ok(())
    }
}

/// How a response is sent to the redirect URI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query.
    #[default]
    Query,
    /// In the fragment, which servers do not see.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every response mode, with its name.
    pub const ALL: [(&'static str, Self); 3] =
        [("query", Self::Query), ("fragment", Self::Fragment), ("form_post", Self::FormPost)];

    /// Parses the parameter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, mode)| *mode)
    }

    /// Whether a response may be sent this way: tokens never in a query, which servers and histories keep; a form only to a URI
    /// that a browser can post to.
    #[must_use]
    pub fn fits(self, response_type: ResponseType, redirect_uri: &str) -> bool {
        match self {
            Self::Query => !response_type.has_tokens(),
            Self::Fragment => true,
            Self::FormPost => redirect_uri.starts_with("https://") || redirect_uri.starts_with("http://"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_type_is_a_set_of_words() {
        for (name, each) in ResponseType::ALL {
            assert_eq!((ResponseType::parse(name), each.name()), (Some(each), name));
        }
        assert_eq!(ResponseType::parse("token code id_token"), ResponseType::parse("code id_token token"));
        for bad in ["", " ", "code ", "code  token", "code code", "CODE", "none", "code none", "code,token"] {
            assert_eq!(ResponseType::parse(bad), None, "{bad}");
        }
    }
}
