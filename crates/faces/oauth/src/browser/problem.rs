//! Why a sign-in failed, in words for the person.

use axum::response::Response;
use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{BUSY, CREDENTIALS_INVALID, SIGN_IN_SLOWED};
use jeton_core::{OAuth, Timestamp};
use jeton_wire::page_status;

use super::notice::Notice;

/// The message of the sign-in page, its status and headers.
pub(super) struct Problem {
    text: String,
    /// Whether the input is wrong. If not, it was not checked.
    wrong: bool,
    refusal: Refusal,
    endpoint: &'static str,
}

impl Problem {
    /// The problem for a refusal; other refusals are not shown on the sign-in page.
    ///
    /// # Errors
    /// The refusal, if it is another one.
    pub(super) fn of(oauth: &OAuth, refusal: Refusal, endpoint: &'static str) -> Result<Self, Refusal> {
        let wrong = refusal.is(&CREDENTIALS_INVALID);
        if !wrong && !refusal.is_one_of(&[SIGN_IN_SLOWED, BUSY]) {
            return Err(refusal);
        }
        let text = match (refusal.class(), refusal.retry_after()) {
            (Class::Throttled, Some(wait)) => slowed(wait, oauth.ledger.now()),
            (Class::Unavailable, _) => {
                "The server is busy at this moment, so your password was not checked. Please try again \
                                        in a few seconds."
                    .to_owned()
            }
            _ => "The user name or the password is not right. Please try again.".to_owned(),
        };
        Ok(Self { text, wrong, refusal, endpoint })
    }

    /// As the page shows it.
    pub(super) fn notice(&self) -> Notice<'_> {
        Notice { text: &self.text, wrong: self.wrong }
    }

    /// The page, with the status and the headers of the problem, which is recorded.
    pub(super) fn on(self, oauth: &OAuth, mut page: Response) -> Response {
        *page.status_mut() = page_status(self.refusal.class());
        jeton_wire::refused(&oauth.ledger, &self.refusal, (self.endpoint, None), |_| page)
    }
}

/// The message that sign-in is slowed down, and for how long. The person's time zone is unknown here.
fn slowed(wait: u64, now: Timestamp) -> String {
    let until = now.seconds().saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
    let (hour, minute, second) = (until.div_euclid(3600) % 24, until.div_euclid(60) % 60, until % 60);
    format!(
        "Sign-in with this name is slowed down, because a wrong password was sent too often. Yours was not checked. Please \
         try again in {wait} seconds, after {hour:02}:{minute:02}:{second:02} UTC."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_the_day() {
        let text = slowed(36, Timestamp::from_seconds(86_400 * 3 + 23 * 3600 + 59 * 60 + 30));
        assert!(text.contains("in 36 seconds, after 00:00:06 UTC"), "{text}");
    }
}
