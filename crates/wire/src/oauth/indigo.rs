//! Refusals of the token exchange in INDIGO IAM's wording (`docs/contracts/indigo-iam.md` section 7.6), for clients with a grid
//! profile.

use std::borrow::Cow;

use http::StatusCode;
use jeton_core::Dialect;
use jeton_core::client_auth::Refused;
use jeton_core::exchange::NO_RULE;
use jeton_core::refusals::{EXCHANGE_NOT_ALLOWED, EXCHANGE_OFFLINE, GRANT_NOT_ALLOWED, SUBJECT_TOKEN_INVALID};

/// Status, `error` and `error_description`, where they differ from the usual ones.
pub(super) fn said(refused: &Refused) -> Option<(StatusCode, &'static str, Cow<'_, str>)> {
    let refusal = &refused.refusal;
    if refused.dialect != Dialect::Indigo {
        return None;
    }
    if refusal.is(&SUBJECT_TOKEN_INVALID) {
        Some((StatusCode::UNAUTHORIZED, "invalid_token", refusal.message()))
    } else if refusal.is(&GRANT_NOT_ALLOWED) {
        let [_, grant] = refusal.words();
        Some((StatusCode::UNAUTHORIZED, "invalid_client", format!("Unauthorized grant type: {grant}").into()))
    } else if refusal.is(&EXCHANGE_NOT_ALLOWED) {
        let text = match refusal.word() {
            NO_RULE => "No policy found authorizing this exchange",
            _ => "Token exchange not allowed",
        };
        Some((StatusCode::FORBIDDEN, "access_denied", text.into()))
    } else if refusal.is(&EXCHANGE_OFFLINE) {
        Some((StatusCode::FORBIDDEN, "access_denied", refusal.message()))
    } else {
        None
    }
}
