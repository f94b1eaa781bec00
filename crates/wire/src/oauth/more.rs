//! What an error says beside its code and description: only UMA's do (UMA 2.0 Grant section 3.3.6).

use jeton_core::model::Profile;
use jeton_core::refusal::Refusal;
use jeton_core::refusal::RequiredClaim;
use jeton_core::uma::need_info::INTERVAL;
use serde::Serialize;

/// Further members of an error body.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum More<'a> {
    /// `need_info`.
    NeedInfo { ticket: &'a str, required_claims: &'a [RequiredClaim] },
    /// `request_submitted`.
    Submitted { ticket: &'a str, interval: u64 },
}

/// The further members of a refusal; SimpleIdServer clients get none.
pub(super) fn more_of(refusal: &Refusal, profile: Profile) -> Option<More<'_>> {
    match refusal {
        _ if profile == Profile::Classic => None,
        Refusal::UmaNeedInfo(need) => {
            Some(More::NeedInfo { ticket: need.ticket.as_ref()?.expose(), required_claims: &need.required })
        }
        Refusal::UmaRequestSubmitted(ticket) => {
            Some(More::Submitted { ticket: ticket.as_ref()?.expose(), interval: INTERVAL })
        }
        _ => None,
    }
}
