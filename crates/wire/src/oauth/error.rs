//! Refusals as OAuth errors: one table.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::client_auth::Refused;
use jeton_core::model::Profile;
use jeton_core::refusal::Refusal;
use jeton_core::uma::{CLASSIC_GRANT_TYPE, GRANT_TYPE};
use serde::Serialize;

use super::more::{More, more_of};
use crate::json_body;

/// The OAuth error code of a refusal (RFC 6749 section 5.2 and 4.1.2.1, RFC 6750 section 3.1, OIDC Core 3.1.2.6), in the
/// client's profile.
#[must_use]
pub fn code_of(refusal: &Refusal, profile: Profile) -> &'static str {
    let classic = profile == Profile::Classic;
    match refusal {
        Refusal::BodyMissing
        | Refusal::ParameterMissing(_)
        | Refusal::ParameterRepeated(_)
        | Refusal::ParameterInvalid(_)
        | Refusal::RequestTooLarge
        | Refusal::ClientAmbiguous
        | Refusal::RedirectUriMalformed
        | Refusal::RedirectUriUnregistered
        | Refusal::CodeChallengeMissing
        | Refusal::CodeChallengeMethodUnknown
        | Refusal::InteractionInvalid
        | Refusal::RequestObjectRequired
        | Refusal::ClientKeyUnusable
        | Refusal::PushedRequestRequired
        | Refusal::BearerMissing
        | Refusal::TooMany(_)
        | Refusal::FilterEmpty
        | Refusal::MatchesGrown { .. }
        | Refusal::SuspensionOver
        | Refusal::ConfirmationOff
        | Refusal::Conflict(_)
        | Refusal::RecordChanged
        | Refusal::CertificateNeeded
        | Refusal::Invalid(_)
        | Refusal::UserCodeInvalid
        | Refusal::SubjectTokenInvalid
        | Refusal::ActorTokenInvalid
        | Refusal::ExchangeNotAllowed
        | Refusal::ApiTokenFields(_)
        | Refusal::ApiTokenSecret
        | Refusal::PaginationOverflow(_)
        | Refusal::ApiTokenLifetime(_)
        | Refusal::TokenNotRotatable(_)
        | Refusal::ForeignSite
        | Refusal::UserCodeBudget(_) => "invalid_request",
        Refusal::GrantTypeUnknown => "unsupported_grant_type",
        Refusal::ResponseTypeUnknown => "unsupported_response_type",
        Refusal::ClientUnknown
        | Refusal::SecretBasicInvalid
        | Refusal::SecretPostInvalid
        | Refusal::TlsInvalid
        | Refusal::SharedSecretMissing { .. }
        | Refusal::AssertionNotJwe
        | Refusal::JweUndecryptable
        | Refusal::AssertionNotJws
        | Refusal::JwsPayloadInvalid
        | Refusal::AssertionClientInvalid
        | Refusal::AssertionAudience
        | Refusal::AssertionExpired
        | Refusal::AssertionSignature
        | Refusal::AssertionNotYet
        | Refusal::AssertionLongLived
        | Refusal::AssertionReplayed
        | Refusal::ClientKeysUnavailable => "invalid_client",
        Refusal::CredentialsInvalid
        | Refusal::SignInSlowed(_)
        | Refusal::RefreshTokenInvalid
        | Refusal::ExchangeWithdrawn
        | Refusal::RefreshTokenForeign
        | Refusal::CodeInvalid
        | Refusal::CodeForeign
        | Refusal::CodeExpired
        | Refusal::CodeRedirectMismatch
        | Refusal::CodeRedirectUnregistered
        | Refusal::CodeVerifierInvalid
        | Refusal::DeviceCodeInvalid
        | Refusal::DeviceCodeForeign
        | Refusal::CertificateForeign
        | Refusal::GrantAssertionInvalid(_)
        | Refusal::GrantAssertionUntrusted
        | Refusal::GrantAssertionSubject
        | Refusal::GrantAssertionUsed
        | Refusal::GrantEnded => "invalid_grant",
        Refusal::AuthorizationPending => "authorization_pending",
        Refusal::SlowDown => "slow_down",
        Refusal::DeviceCodeExpired => "expired_token",
        Refusal::ScopeNotAllowed(_) | Refusal::ExchangeScopeDenied(_) => "invalid_scope",
        Refusal::RegisteredRedirectInvalid(_) => "invalid_redirect_uri",
        Refusal::ClientMetadataInvalid(_) | Refusal::GrantTypeClosed(_) => "invalid_client_metadata",
        Refusal::SoftwareStatementInvalid => "invalid_software_statement",
        Refusal::SoftwareStatementUnapproved => "unapproved_software_statement",
        Refusal::NotFound(_) => "not_found",
        Refusal::ResourceInvalid
        | Refusal::ResourceMalformed { .. }
        | Refusal::ResourceNotGranted
        | Refusal::AudienceUnknown => "invalid_target",
        Refusal::GrantNotAllowed { grant, .. } if classic && is_uma(grant) => "invalid_grant",
        Refusal::GrantNotAllowed { .. } | Refusal::ResponseTypeNotAllowed { .. } if classic => "invalid_client",
        Refusal::GrantNotAllowed { .. } | Refusal::ResponseTypeNotAllowed { .. } => "unauthorized_client",
        Refusal::TokenForeign { .. } if classic => "invalid_token",
        Refusal::TokenForeign { .. } => "invalid_grant",
        Refusal::TokenUnknown | Refusal::BearerInvalid | Refusal::ApiTokenMisfit(_) => "invalid_token",
        Refusal::BearerScope(_) | Refusal::AuthorityExceeded(_) => "insufficient_scope",
        Refusal::ConsentDenied | Refusal::RoleNeeded(_) => "access_denied",
        Refusal::LoginRequired => "login_required",
        Refusal::AcrUnmet => "unmet_authentication_requirements",
        Refusal::ConsentRequired => "consent_required",
        Refusal::RequestObjectInvalid => "invalid_request_object",
        Refusal::RequestUriInvalid => "invalid_request_uri",
        Refusal::TicketInvalid if classic => "invalid_ticket",
        Refusal::TicketExpired if classic => "expired_ticket",
        Refusal::UmaNeedInfo(_) | Refusal::UmaRequestSubmitted(_) | Refusal::UmaRequestDenied if classic => {
            "invalid_grant"
        }
        Refusal::TicketInvalid | Refusal::TicketExpired | Refusal::ClaimTokenInvalid => "invalid_grant",
        Refusal::UmaNeedInfo(_) => "need_info",
        Refusal::UmaRequestSubmitted(_) => "request_submitted",
        Refusal::UmaRequestDenied => "request_denied",
        Refusal::ResourceUnknown if classic => "invalid_resource_set_id",
        Refusal::ResourceUnknown => "invalid_resource_id",
        Refusal::ServiceDisabled
        | Refusal::RegistrationLimit(_)
        | Refusal::ApiRateLimit
        | Refusal::LeakReportsLimit
        | Refusal::RequestPace(_)
        | Refusal::SecretsSlowed(_)
        | Refusal::ConfirmationThrottled(_) => "temporarily_unavailable",
        // The name that the contract of `/code` gives it (section 11).
        Refusal::ConfirmationFailed(_) => "unhandled_exception",
        Refusal::PlanExceeded(_) | Refusal::Fault(_) | Refusal::Busy | Refusal::StoreUnavailable(_) => "server_error",
    }
}

/// The HTTP status of a refusal at an endpoint that programs call. `header_credentials`: whether the request carried an
/// `Authorization` header with credentials (RFC 6749 section 5.2: then a failed authentication is 401).
#[must_use]
pub fn status_of(refusal: &Refusal, profile: Profile, header_credentials: bool) -> StatusCode {
    match refusal {
        Refusal::BearerMissing | Refusal::BearerInvalid => StatusCode::UNAUTHORIZED,
        Refusal::BearerScope(_) | Refusal::RoleNeeded(_) | Refusal::AuthorityExceeded(_) => StatusCode::FORBIDDEN,
        Refusal::RegistrationLimit(_) | Refusal::LeakReportsLimit | Refusal::RequestPace(_) => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Refusal::UmaNeedInfo(_) | Refusal::UmaRequestSubmitted(_) | Refusal::UmaRequestDenied
            if profile == Profile::Standard =>
        {
            StatusCode::FORBIDDEN
        }
        Refusal::NotFound(_) => StatusCode::NOT_FOUND,
        Refusal::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::ServiceDisabled | Refusal::Busy | Refusal::StoreUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::PlanExceeded(_) | Refusal::Fault(_) | Refusal::ConfirmationFailed(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        Refusal::ConfirmationOff => StatusCode::NOT_FOUND,
        Refusal::ConfirmationThrottled(_) | Refusal::SecretsSlowed(_) => StatusCode::TOO_MANY_REQUESTS,
        _ if header_credentials && profile == Profile::Standard && code_of(refusal, profile) == "invalid_client" => {
            StatusCode::UNAUTHORIZED
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: String,
    #[serde(flatten)]
    more: Option<More<'a>>,
}

/// Whether this is a name of the UMA grant, for which SimpleIdServer has other codes.
fn is_uma(grant: &str) -> bool {
    [GRANT_TYPE, CLASSIC_GRANT_TYPE].contains(&grant)
}

/// The error answer of an endpoint that programs call. `reference`: what an operator asks `jeton explain` with.
pub(super) fn wire_error(refused: &Refused, header_credentials: bool, reference: &str) -> Response {
    let Refused { refusal, profile } = refused;
    let status = status_of(refusal, *profile, header_credentials);
    let error = code_of(refusal, *profile);
    let body = Body { error, error_description: sanitized(&refusal.message()), more: more_of(refusal, *profile) };
    let mut response = json_body(status, serde_json::to_vec(&body).unwrap_or_default());
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(reference) {
        headers.insert("jeton-refusal", value);
    }
    let challenge = match (status, refusal) {
        (StatusCode::UNAUTHORIZED, Refusal::BearerMissing) => Some("Bearer realm=\"jeton\"".to_owned()),
        (_, Refusal::BearerInvalid | Refusal::BearerScope(_)) => {
            Some(format!("Bearer realm=\"jeton\", error=\"{error}\", error_description=\"{}\"", body.error_description))
        }
        (StatusCode::UNAUTHORIZED, _) => Some("Basic realm=\"jeton\"".to_owned()),
        _ => None,
    };
    if let Some(value) = challenge.and_then(|c| HeaderValue::try_from(c).ok()) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
    let usual = (status == StatusCode::TOO_MANY_REQUESTS).then_some(60);
    if let Some(seconds) = refusal.retry_after().or(usual) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Printable ASCII without `"` and `\` (RFC 6749 section 5.2): values that a request put into a message may hold anything.
#[must_use]
pub fn sanitized(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).take(300).collect()
}
