//! Refusals as OAuth errors: the code and the status of each class, and the exceptions.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::client_auth::Refused;
use jeton_core::model::CompatibilityMode;
use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{
    AUTHORITY_EXCEEDED, BEARER_INVALID, BEARER_MISSING, BEARER_SCOPE, GRANT_NOT_ALLOWED, METHOD_NOT_ALLOWED,
    RESOURCE_UNKNOWN, RESPONSE_TYPE_NOT_ALLOWED, ROLE_NEEDED, SIGN_IN_SLOWED, TICKET_EXPIRED, TICKET_INVALID,
    TOKEN_FOREIGN, TOKEN_UNKNOWN, UMA_NEED_INFO, UMA_REQUEST_DENIED, UMA_REQUEST_SUBMITTED, USER_CODE_BUDGET,
};
use jeton_core::uma::{CLASSIC_GRANT_TYPE, GRANT_TYPE};
use serde::Serialize;

use super::indigo;
use super::more::{More, more_of};
use crate::{exception, json_body};

/// Codes of the profile `classic` that differ from those of the RFCs: SimpleIdServer's.
const CLASSIC: &[(Refusal, &str)] = &[
    (GRANT_NOT_ALLOWED, "invalid_client"),
    (RESPONSE_TYPE_NOT_ALLOWED, "invalid_client"),
    (TOKEN_FOREIGN, "invalid_token"),
    (TICKET_INVALID, "invalid_ticket"),
    (TICKET_EXPIRED, "expired_ticket"),
    (UMA_NEED_INFO, "invalid_grant"),
    (UMA_REQUEST_SUBMITTED, "invalid_grant"),
    (UMA_REQUEST_DENIED, "invalid_grant"),
    (RESOURCE_UNKNOWN, "invalid_resource_set_id"),
];

/// Statuses that differ from that of the class.
const STATUS: &[(Refusal, StatusCode)] = &[
    (METHOD_NOT_ALLOWED, StatusCode::METHOD_NOT_ALLOWED),
    // RFC 6750 section 3.1.
    (BEARER_MISSING, StatusCode::UNAUTHORIZED),
    (BEARER_INVALID, StatusCode::UNAUTHORIZED),
    (BEARER_SCOPE, StatusCode::FORBIDDEN),
    (ROLE_NEEDED, StatusCode::FORBIDDEN),
    (AUTHORITY_EXCEEDED, StatusCode::FORBIDDEN),
    // Codes of RFC 6749 section 5.2, whose status is always 400.
    (SIGN_IN_SLOWED, StatusCode::BAD_REQUEST),
    (USER_CODE_BUDGET, StatusCode::BAD_REQUEST),
    // The form names these, not the path.
    (TOKEN_UNKNOWN, StatusCode::BAD_REQUEST),
    (RESOURCE_UNKNOWN, StatusCode::BAD_REQUEST),
];

/// UMA 2.0 Grant section 3.3.6: 403; its first version used 400 as for all others.
const UMA: &[Refusal] = &[UMA_NEED_INFO, UMA_REQUEST_SUBMITTED, UMA_REQUEST_DENIED];

/// Code and status of a class (RFC 6749 sections 5.2 and 4.1.2.1, OIDC Core section 3.1.2.6, RFC 8628 section 3.5).
const fn usual(class: Class) -> (&'static str, StatusCode) {
    match class {
        Class::Malformed | Class::Conflict => ("invalid_request", StatusCode::BAD_REQUEST),
        Class::Unauthenticated => ("invalid_client", StatusCode::BAD_REQUEST),
        Class::Forbidden => ("access_denied", StatusCode::BAD_REQUEST),
        Class::Missing => ("not_found", StatusCode::NOT_FOUND),
        Class::Gone => ("invalid_grant", StatusCode::BAD_REQUEST),
        Class::TooLarge => ("invalid_request", StatusCode::PAYLOAD_TOO_LARGE),
        Class::Throttled => ("temporarily_unavailable", StatusCode::TOO_MANY_REQUESTS),
        Class::NeedsInteraction => ("interaction_required", StatusCode::BAD_REQUEST),
        Class::Pending => ("authorization_pending", StatusCode::BAD_REQUEST),
        Class::Unavailable => ("server_error", StatusCode::SERVICE_UNAVAILABLE),
        Class::Fault => ("server_error", StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The OAuth error code of a refusal, in the client's compatibility mode.
#[must_use]
pub fn code_of(refusal: &Refusal, profile: CompatibilityMode) -> &'static str {
    if profile == CompatibilityMode::Classic {
        let [_, grant] = refusal.words();
        if refusal.is(&GRANT_NOT_ALLOWED) && is_uma(grant) {
            return "invalid_grant";
        }
        if let Some(code) = exception(CLASSIC, refusal) {
            return code;
        }
    }
    refusal.kind().code.unwrap_or(usual(refusal.class()).0)
}

/// The HTTP status of a refusal at an endpoint that programs call. `header_credentials`: whether the request carried an
/// `Authorization` header with credentials (RFC 6749 section 5.2: then a failed authentication is 401).
#[must_use]
pub fn status_of(refusal: &Refusal, profile: CompatibilityMode, header_credentials: bool) -> StatusCode {
    if profile == CompatibilityMode::Standard {
        if refusal.is_one_of(UMA) {
            return StatusCode::FORBIDDEN;
        }
        if header_credentials && code_of(refusal, profile) == "invalid_client" {
            return StatusCode::UNAUTHORIZED;
        }
    }
    exception(STATUS, refusal).unwrap_or(usual(refusal.class()).1)
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: String,
    #[serde(flatten)]
    more: Option<More<'a>>,
}

/// Whether this is a name of the UMA grant, for which SimpleIdServer uses other codes.
fn is_uma(grant: &str) -> bool {
    [GRANT_TYPE, CLASSIC_GRANT_TYPE].contains(&grant)
}

/// The error answer of an endpoint that programs call.
pub(super) fn wire_error(refused: &Refused, header_credentials: bool) -> Response {
    let Refused { refusal, profile, .. } = refused;
    let (status, error, text) = indigo::said(refused).unwrap_or_else(|| {
        (status_of(refusal, *profile, header_credentials), code_of(refusal, *profile), refusal.message())
    });
    let body = Body { error, error_description: sanitized(&text), more: more_of(refusal, *profile) };
    let mut response = json_body(status, serde_json::to_vec(&body).unwrap_or_default());
    let headers = response.headers_mut();
    let challenge = if refusal.is(&BEARER_MISSING) {
        Some("Bearer realm=\"jeton\"".to_owned())
    } else if refusal.is_one_of(&[BEARER_INVALID, BEARER_SCOPE])
        || (status == StatusCode::UNAUTHORIZED && error == "invalid_token")
    {
        Some(format!("Bearer realm=\"jeton\", error=\"{error}\", error_description=\"{}\"", body.error_description))
    } else {
        (status == StatusCode::UNAUTHORIZED).then(|| "Basic realm=\"jeton\"".to_owned())
    };
    if let Some(value) = challenge.and_then(|c| HeaderValue::try_from(c).ok()) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// Printable ASCII without `"` and `\` (RFC 6749 section 5.2): a message may contain arbitrary values from the request.
#[must_use]
pub fn sanitized(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).take(300).collect()
}
