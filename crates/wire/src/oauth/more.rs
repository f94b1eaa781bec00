//! Members of an error beside its code and description: only UMA's errors have them (UMA 2.0 Grant section 3.3.6).

use jeton_core::model::CompatibilityMode;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{UMA_NEED_INFO, UMA_REQUEST_SUBMITTED};
use jeton_core::uma::need_info::INTERVAL;
use serde::Serialize;
use serde_json::Value;

/// Further members of an error body.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum More<'a> {
    /// `need_info`.
    NeedInfo { ticket: &'a str, required_claims: &'a Value },
    /// `request_submitted`.
    Submitted { ticket: &'a str, interval: u64 },
}

/// The further members of a refusal; SimpleIdServer clients get none.
pub(super) fn more_of(refusal: &Refusal, profile: CompatibilityMode) -> Option<More<'_>> {
    if profile == CompatibilityMode::Classic {
        return None;
    }
    let ticket = refusal.secret()?.expose();
    if refusal.is(&UMA_NEED_INFO) {
        Some(More::NeedInfo { ticket, required_claims: refusal.member("required_claims")? })
    } else if refusal.is(&UMA_REQUEST_SUBMITTED) {
        Some(More::Submitted { ticket, interval: INTERVAL })
    } else {
        None
    }
}
