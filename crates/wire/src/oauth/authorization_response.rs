//! The authorization response on its way to the client: a redirect, or a page with a form that the browser posts (RFC 6749 sections
//! 4.1.2 and 4.2.2, OAuth 2.0 Form Post Response Mode), with `state` and `iss` (RFC 9207).

use axum::response::Response;
use jeton_core::authorization::{AuthorizationAnswer, ResponseMode, ReturnTo};
use jeton_core::model::{CompatibilityMode, Service};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{GRANT_NOT_ALLOWED, RESPONSE_TYPE_NOT_ALLOWED};
use url::Url;

use super::{code_of, sanitized};
use crate::pages::{FormPostPage, FormTargets, see_other};

/// An authorization response, ready to be sent through the browser.
pub struct AuthorizationResponse<'a> {
    service: &'a Service,
    to: &'a ReturnTo,
    /// The parameters, in order.
    members: Vec<(&'a str, String)>,
}

/// What a server that speaks to the browser itself has to send.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// A redirect to this URL.
    Location(String),
    /// This HTML page.
    Form(String),
}

impl<'a> AuthorizationResponse<'a> {
    /// What an authorization yields.
    #[must_use]
    pub fn granted(service: &'a Service, to: &'a ReturnTo, answer: &AuthorizationAnswer) -> Self {
        let mut members = Vec::with_capacity(8);
        let mut add = |name, value: &str| members.push((name, value.to_owned()));
        if let Some(code) = &answer.code {
            add("code", code.expose());
        }
        if let Some(access) = &answer.access {
            add("access_token", access.presented().expose());
            add("token_type", "Bearer");
            if let Some(seconds) = access.expires_in() {
                add("expires_in", &seconds.to_string());
            }
            if !access.scope.is_empty() {
                add("scope", access.scope.as_str());
            }
        }
        if let Some(id_token) = &answer.id_token {
            add("id_token", id_token.expose());
        }
        if let Some(state) = &answer.session_state {
            add("session_state", state);
        }
        Self::with(service, to, members)
    }

    /// A refusal, in the words that the client's compatibility mode demands.
    #[must_use]
    pub fn refused(service: &'a Service, to: &'a ReturnTo, (refusal, profile): (&Refusal, CompatibilityMode)) -> Self {
        Self::failed(service, to, redirected_code(refusal, profile), Some(&sanitized(&refusal.message())))
    }

    /// An error of somebody else's finding: an OAuth error code and, if there is one, its description.
    #[must_use]
    pub fn failed(service: &'a Service, to: &'a ReturnTo, code: &str, description: Option<&str>) -> Self {
        let mut members = Vec::with_capacity(4);
        members.push(("error", code.to_owned()));
        members.extend(description.map(|text| ("error_description", sanitized(text))));
        Self::with(service, to, members)
    }

    fn with(service: &'a Service, to: &'a ReturnTo, mut members: Vec<(&'a str, String)>) -> Self {
        members.extend(to.state.clone().map(|state| ("state", state)));
        members.push(("iss", service.issuer.to_string()));
        Self { service, to, members }
    }

    /// The answer to the browser.
    #[must_use]
    pub fn respond(&self) -> Response {
        match self.location() {
            Some(location) => see_other(&location),
            None => self.page(|page| page.render(&targets(&self.to.redirect_uri))),
        }
    }

    /// The same for a server that speaks to the browser itself.
    ///
    /// # Errors
    /// A fault when the page cannot be rendered.
    pub fn sent(&self) -> Result<Sent, Refusal> {
        match self.location() {
            Some(location) => Ok(Sent::Location(location)),
            None => self.page(|page| page.html()).map(Sent::Form),
        }
    }

    /// The redirect; the URI's own query stays. None: a form is posted.
    fn location(&self) -> Option<String> {
        let uri = &self.to.redirect_uri;
        let joint = match self.to.mode {
            ResponseMode::Query if uri.contains('?') => '&',
            ResponseMode::Query => '?',
            ResponseMode::Fragment => '#',
            ResponseMode::FormPost => return None,
        };
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.members).finish();
        Some(format!("{uri}{joint}{encoded}"))
    }

    fn page<T>(&self, render: impl FnOnce(FormPostPage<'_>) -> T) -> T {
        let fields: Vec<_> = self.members.iter().map(|(name, value)| (*name, value.as_str())).collect();
        render(FormPostPage {
            issuer_name: &self.service.name,
            client_name: &self.to.client_name,
            action: &self.to.redirect_uri,
            fields: &fields,
        })
    }
}

/// The targets that a page's form may finally be redirected to.
#[must_use]
pub fn targets(uri: &str) -> FormTargets {
    Url::parse(uri).map_or_else(|_| FormTargets::own(), |url| FormTargets::and(&url))
}

/// The error code in a redirect. A redirect has no status: RFC 6749 section 4.1.2.1 has a code in place of 503.
fn redirected_code(refusal: &Refusal, profile: CompatibilityMode) -> &'static str {
    if refusal.is(&RESPONSE_TYPE_NOT_ALLOWED) && profile == CompatibilityMode::Classic {
        "invalid_request"
    } else if refusal.is(&GRANT_NOT_ALLOWED) {
        "unauthorized_client"
    } else if refusal.is_unavailable() {
        "temporarily_unavailable"
    } else {
        code_of(refusal, profile)
    }
}
