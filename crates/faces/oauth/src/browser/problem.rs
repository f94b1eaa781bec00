//! Why a sign-in did not go through, in words for the person.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use jeton_core::refusal::Refusal;
use jeton_core::{OAuth, Timestamp};

/// What the sign-in page says, and how.
pub(super) struct Problem {
    pub(super) text: String,
    /// Whether what was typed is wrong. If not, it was not looked at.
    pub(super) wrong: bool,
    status: StatusCode,
    wait: Option<u64>,
    reference: String,
}

impl Problem {
    /// The problem behind a refusal, which is recorded; anything else is no answer of the sign-in page.
    ///
    /// # Errors
    /// The refusal that is none.
    pub(super) fn of(oauth: &OAuth, refusal: Refusal, endpoint: &'static str) -> Result<Self, Refusal> {
        let now = oauth.ledger.now();
        let (text, status) = match &refusal {
            Refusal::CredentialsInvalid => {
                let text = "The user name or the password is not right. Please try again.".to_owned();
                (text, StatusCode::BAD_REQUEST)
            }
            Refusal::SignInSlowed(wait) => (slowed(*wait, now), StatusCode::TOO_MANY_REQUESTS),
            Refusal::Busy => {
                let text = "The server is busy at this moment, so your password was not checked. Please try again in a \
                            few seconds.";
                (text.to_owned(), StatusCode::SERVICE_UNAVAILABLE)
            }
            _ => return Err(refusal),
        };
        let reference = oauth.ledger.refusals().record(now, &refusal, endpoint, None);
        let wrong = matches!(refusal, Refusal::CredentialsInvalid);
        Ok(Self { text, wrong, status, wait: refusal.retry_after(), reference })
    }

    /// The page, with the status and the headers of the problem.
    pub(super) fn on(self, mut page: Response) -> Response {
        *page.status_mut() = self.status;
        let headers = page.headers_mut();
        if let Some(wait) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        if let Ok(reference) = HeaderValue::try_from(self.reference) {
            headers.insert("jeton-refusal", reference);
        }
        page
    }
}

/// That sign-in is slowed down, and until when. Nobody knows here in which time zone the person is.
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
