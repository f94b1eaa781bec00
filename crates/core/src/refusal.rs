//! Refusals: the closed list of reasons to say no.
//!
//! Each has a stable id, a text, a page `docs/refusals/<id>.md` and a test. A face maps it to its own wire error and adds
//! nothing. The texts of messages 1–30 are those of `contracts/oauth-token-endpoint.md` section 5, to the letter.

use std::borrow::Cow;

use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub enum Refusal {
    /// Message 28: the body is absent, empty or not a form.
    BodyMissing,
    /// Messages 1–7: a parameter is absent or blank.
    ParameterMissing(&'static str),
    /// A parameter came twice (RFC 6749 section 3.2).
    ParameterRepeated(String),
    /// A parameter's value cannot be what it should.
    ParameterInvalid(&'static str),
    /// The body or a value is larger than allowed.
    RequestTooLarge,
    /// No such grant (RFC 6749 section 5.2 `unsupported_grant_type`).
    GrantTypeUnknown,
    /// No such response type (RFC 6749 section 4.1.2.1 `unsupported_response_type`).
    ResponseTypeUnknown,
    /// Message 8.
    ClientUnknown,
    /// Message 9.
    SecretBasicInvalid,
    /// Message 10.
    SecretPostInvalid,
    /// Two ways to authenticate at once, or two different client ids (RFC 6749 section 2.3).
    ClientAmbiguous,
    /// Message 20.
    CredentialsInvalid,
    /// Message 21, with the words that are too much, joined by commas.
    ScopeNotAllowed(String),
    /// Message 22.
    GrantNotAllowed {
        /// The client.
        client: String,
        /// The `grant_type` it sent.
        grant: String,
    },
    /// Message 23.
    ResponseTypeNotAllowed {
        /// The client.
        client: String,
        /// What it would need.
        response_type: String,
    },
    /// Message 24.
    RefreshTokenInvalid,
    /// Message 25.
    RefreshTokenForeign,
    /// Message 26.
    RedirectUriMalformed,
    /// The redirect URI is not registered for the client.
    RedirectUriUnregistered,
    /// Message 27.
    CodeInvalid,
    /// The code was issued to another client.
    CodeForeign,
    /// The code is too old.
    CodeExpired,
    /// The redirect URI is not the one of the authorization request.
    CodeRedirectMismatch,
    /// The redirect URI of the authorization request is no longer registered.
    CodeRedirectUnregistered,
    /// RFC 8707 `invalid_target`: a `resource` is not an absolute URI without a fragment, or not allowed.
    ResourceInvalid,
    /// PKCE: the verifier is missing, malformed or wrong (RFC 7636), or came without a challenge.
    CodeVerifierInvalid,
    /// PKCE is demanded of this client and was not used.
    CodeChallengeMissing,
    /// The challenge method is not `S256`.
    CodeChallengeMethodUnknown,
    /// Message 29.
    TokenForeign {
        /// The caller.
        client: String,
    },
    /// Message 30.
    TokenUnknown,
    /// A bearer token is absent.
    BearerMissing,
    /// A bearer token is not valid (RFC 6750 section 3.1 `invalid_token`).
    BearerInvalid,
    /// A bearer token lacks a scope (RFC 6750 section 3.1 `insufficient_scope`).
    BearerScope(&'static str),
    /// The person said no (RFC 6749 section 4.1.2.1 `access_denied`).
    ConsentDenied,
    /// `prompt=none` and nobody is signed in (OIDC Core section 3.1.2.6).
    LoginRequired,
    /// `prompt=none` and consent is needed.
    ConsentRequired,
    /// A page's ticket is forged, old, used, or another browser's.
    InteractionInvalid,
    /// Request objects are not supported (OIDC Core section 6.1).
    RequestObjectUnsupported,
    /// Request URIs are not supported (OIDC Core section 6.2).
    RequestUriUnsupported,
    /// The service is switched off.
    ServiceDisabled,
    /// The family was revoked or has ended.
    GrantEnded,
    /// A plan asked for more than parent, client or policy allow; a defect of the planner.
    PlanExceeded(&'static str),
    /// A record of this name exists, or is not what the caller thought.
    Conflict(&'static str),
    /// There is no such record.
    NotFound(&'static str),
    /// A value that an administrator sent is not valid.
    Invalid(String),
    /// Too much is waiting; try again.
    Busy,
    /// The store or the random source failed; the source is for the log, never for the wire.
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Refusal {
    /// The stable ids, with one line each for `jeton explain` and the docs.
    pub const IDS: &'static [(&'static str, &'static str)] = &[
        ("body_missing", "Send the parameters as an application/x-www-form-urlencoded body."),
        ("parameter_missing", "Send the named parameter with a value that is not blank."),
        ("parameter_repeated", "Send the named parameter once."),
        ("parameter_invalid", "Correct the named parameter's value."),
        ("request_too_large", "Send less: the body or one value is over the limit."),
        ("grant_type_unknown", "Use a grant_type that the discovery document lists."),
        ("response_type_unknown", "Use a response_type that the discovery document lists."),
        ("client_unknown", "Register the client, enable it, or correct its client_id."),
        (
            "secret_basic_invalid",
            "Send the right secret in the Authorization header; the client is registered for client_secret_basic.",
        ),
        (
            "secret_post_invalid",
            "Send client_id and the right client_secret in the body; the client is registered for client_secret_post.",
        ),
        ("client_ambiguous", "Authenticate one way only, as one client."),
        ("credentials_invalid", "Check user name and password; after several wrong ones wait a minute."),
        ("scope_not_allowed", "Ask only for scopes in the client's scope, or add the named ones to it."),
        ("grant_not_allowed", "Add the grant to the client's grant_types."),
        ("response_type_not_allowed", "Add the response type to the client's response_types."),
        (
            "refresh_token_invalid",
            "Let the person sign in again: the refresh token is unknown, used, revoked or expired.",
        ),
        ("refresh_token_foreign", "Use the refresh token with the client it was issued to."),
        ("redirect_uri_malformed", "Send redirect_uri as an absolute URI without a fragment."),
        ("redirect_uri_unregistered", "Register this exact redirect URI for the client."),
        ("code_invalid", "Start again: an authorization code works once."),
        ("code_foreign", "Redeem the code with the client it was issued to."),
        ("code_expired", "Redeem the code within its lifetime, tokens.code_lifetime."),
        ("code_redirect_mismatch", "Send the redirect_uri of the authorization request again, unchanged."),
        ("code_redirect_unregistered", "Register the redirect URI again, or start again with one that is registered."),
        ("resource_invalid", "Send resource as an absolute URI without a fragment that the client may ask for."),
        ("code_verifier_invalid", "Send the code_verifier whose SHA-256 was the code_challenge."),
        ("code_challenge_missing", "Send code_challenge with code_challenge_method=S256."),
        ("code_challenge_method_unknown", "Use code_challenge_method=S256."),
        ("token_foreign", "Revoke a token with the client it was issued to."),
        ("token_unknown", "The token was never issued here, or is gone; nothing to revoke."),
        ("bearer_missing", "Send Authorization: Bearer with an access token."),
        ("bearer_invalid", "Get a new access token: this one is unknown, expired or revoked."),
        ("bearer_scope", "Get an access token with the named scope."),
        ("consent_denied", "The person did not agree."),
        ("login_required", "Send the person to sign in: prompt=none needs a session."),
        ("consent_required", "Ask the person: prompt=none needs an earlier consent."),
        (
            "interaction_invalid",
            "Go back to the application and start again: the page was old, used, or opened in another browser.",
        ),
        ("request_object_unsupported", "Send the parameters themselves instead of a request object."),
        ("request_uri_unsupported", "Send the parameters themselves instead of request_uri."),
        ("service_disabled", "Enable the service."),
        ("grant_ended", "Let the person sign in again: the authorization was revoked or has ended."),
        ("plan_exceeded", "A defect of the server: report it with the refusal's id."),
        ("conflict", "Choose another name, or read the record again before changing it."),
        ("not_found", "Check the name or number."),
        ("invalid", "Correct the value that the message names."),
        ("busy", "Try again shortly; raise limits if it lasts."),
        ("fault", "Look in the server's log for the refusal's id; try again when the store answers."),
    ];

    /// The stable id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::BodyMissing => "body_missing",
            Self::ParameterMissing(_) => "parameter_missing",
            Self::ParameterRepeated(_) => "parameter_repeated",
            Self::ParameterInvalid(_) => "parameter_invalid",
            Self::RequestTooLarge => "request_too_large",
            Self::GrantTypeUnknown => "grant_type_unknown",
            Self::ResponseTypeUnknown => "response_type_unknown",
            Self::ClientUnknown => "client_unknown",
            Self::SecretBasicInvalid => "secret_basic_invalid",
            Self::SecretPostInvalid => "secret_post_invalid",
            Self::ClientAmbiguous => "client_ambiguous",
            Self::CredentialsInvalid => "credentials_invalid",
            Self::ScopeNotAllowed(_) => "scope_not_allowed",
            Self::GrantNotAllowed { .. } => "grant_not_allowed",
            Self::ResponseTypeNotAllowed { .. } => "response_type_not_allowed",
            Self::RefreshTokenInvalid => "refresh_token_invalid",
            Self::RefreshTokenForeign => "refresh_token_foreign",
            Self::RedirectUriMalformed => "redirect_uri_malformed",
            Self::RedirectUriUnregistered => "redirect_uri_unregistered",
            Self::CodeInvalid => "code_invalid",
            Self::CodeForeign => "code_foreign",
            Self::CodeExpired => "code_expired",
            Self::CodeRedirectMismatch => "code_redirect_mismatch",
            Self::CodeRedirectUnregistered => "code_redirect_unregistered",
            Self::ResourceInvalid => "resource_invalid",
            Self::CodeVerifierInvalid => "code_verifier_invalid",
            Self::CodeChallengeMissing => "code_challenge_missing",
            Self::CodeChallengeMethodUnknown => "code_challenge_method_unknown",
            Self::TokenForeign { .. } => "token_foreign",
            Self::TokenUnknown => "token_unknown",
            Self::BearerMissing => "bearer_missing",
            Self::BearerInvalid => "bearer_invalid",
            Self::BearerScope(_) => "bearer_scope",
            Self::ConsentDenied => "consent_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionInvalid => "interaction_invalid",
            Self::RequestObjectUnsupported => "request_object_unsupported",
            Self::RequestUriUnsupported => "request_uri_unsupported",
            Self::ServiceDisabled => "service_disabled",
            Self::GrantEnded => "grant_ended",
            Self::PlanExceeded(_) => "plan_exceeded",
            Self::Conflict(_) => "conflict",
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "invalid",
            Self::Busy => "busy",
            Self::Fault(_) => "fault",
        }
    }

    /// The text for the other side, in printable ASCII without `"` and `\` where the wire wants that (RFC 6749 5.2);
    /// values put into it are the face's to escape.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::BodyMissing => "no parameter in body request",
            Self::ParameterMissing(name) => return format!("the parameter {name} is missing").into(),
            Self::ParameterRepeated(name) => return format!("the parameter {name} is repeated").into(),
            Self::ParameterInvalid(name) => return format!("the parameter {name} is not valid").into(),
            Self::RequestTooLarge => "the request is too large",
            Self::GrantTypeUnknown => "the grant type is not supported",
            Self::ResponseTypeUnknown => "the response type is not supported",
            Self::ClientUnknown => "the client doesn't exist",
            Self::SecretBasicInvalid => "the client cannot be authenticated with secret basic",
            Self::SecretPostInvalid => "the client cannot be authenticated with secret post",
            Self::ClientAmbiguous => "the client must authenticate in one way, as one client",
            Self::CredentialsInvalid => "resource owner credentials are not valid",
            Self::ScopeNotAllowed(words) => return format!("the scopes {words} are not allowed or invalid").into(),
            Self::GrantNotAllowed { client, grant } => {
                return format!("the client {client} doesn't support the grant type {grant}").into();
            }
            Self::ResponseTypeNotAllowed { client, response_type } => {
                return format!("the client '{client}' doesn't support the response type: '{response_type}'").into();
            }
            Self::RefreshTokenInvalid => "the refresh token is not valid",
            Self::RefreshTokenForeign => "the refresh token can be used only by the same issuer",
            Self::RedirectUriMalformed => "Based on the RFC-3986 the redirection-uri is not well formed",
            Self::RedirectUriUnregistered => "the redirect URI is not registered for the client",
            Self::CodeInvalid => "the authorization code is not correct",
            Self::CodeForeign => "the authorization code was issued to another client",
            Self::CodeExpired => "the authorization code has expired",
            Self::CodeRedirectMismatch => "the redirect URI is not the one of the authorization request",
            Self::CodeRedirectUnregistered => "the redirect URI is no longer registered for the client",
            Self::ResourceInvalid => "the resource is not valid or not allowed",
            Self::CodeVerifierInvalid => "the code verifier is not valid",
            Self::CodeChallengeMissing => "the client must use PKCE: code_challenge is missing",
            Self::CodeChallengeMethodUnknown => "the code challenge method is not supported, use S256",
            Self::TokenForeign { client } => {
                return format!("the token has not been issued for the given client id '{client}'").into();
            }
            Self::TokenUnknown => "the token doesn't exist",
            Self::BearerMissing => "an access token is needed",
            Self::BearerInvalid => "the access token is not valid",
            Self::BearerScope(scope) => return format!("the access token lacks the scope {scope}").into(),
            Self::ConsentDenied => "the resource owner denied the request",
            Self::LoginRequired => "the resource owner is not signed in",
            Self::ConsentRequired => "the resource owner has not consented yet",
            Self::InteractionInvalid => "the page is no longer valid",
            Self::RequestObjectUnsupported => "request objects are not supported",
            Self::RequestUriUnsupported => "request URIs are not supported",
            Self::ServiceDisabled => "the service is switched off",
            Self::GrantEnded => "the authorization has ended",
            Self::PlanExceeded(_) | Self::Fault(_) => "the server failed",
            Self::Conflict(what) => return format!("the {what} is already taken").into(),
            Self::NotFound(what) => return format!("there is no such {what}").into(),
            Self::Invalid(text) => return text.clone().into(),
            Self::Busy => "the server is busy, try again",
        })
    }

    /// Whether the server, not the caller, is at fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Fault(_) | Self::PlanExceeded(_) | Self::Busy)
    }

    /// The advice that belongs to a stable id.
    #[must_use]
    pub fn advice(id: &str) -> Option<&'static str> {
        Self::IDS.iter().find(|(i, _)| *i == id).map(|(_, advice)| *advice)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            other => Self::Fault(Box::new(other)),
        }
    }
}

impl From<crate::entropy::NoEntropy> for Refusal {
    fn from(error: crate::entropy::NoEntropy) -> Self {
        Self::Fault(Box::new(error))
    }
}

macro_rules! faults {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::Fault(Box::new(error))
            }
        }
    )*};
}

faults!(jeton_jose::KeyError, jeton_jose::SignError, jeton_jose::seal::SealError, serde_json::Error);
