//! What a page says at its top when it is shown again.

use jeton_core::authorization::Stale;

/// A message at the top of a page.
#[derive(Clone, Copy)]
pub(super) struct Notice<'a> {
    pub(super) text: &'a str,
    /// Whether what was typed is wrong.
    pub(super) wrong: bool,
}

impl Notice<'static> {
    /// Why a page is asked again. `has_secret`: the browser sent the secret that pages are bound to.
    pub(super) fn of(stale: Stale, has_secret: bool) -> Self {
        let text = match stale {
            _ if !has_secret => {
                "The page is no longer valid: your browser did not send the cookie that this site had set. Please allow cookies for \
                 this site, and try again."
            }
            Stale::Elsewhere => {
                "The page is no longer valid, because somebody has signed in or out in this browser since it was opened. Please go on \
                 here."
            }
            Stale::Old => "The page is no longer valid, because it was open for too long. Please go on here.",
            Stale::Answered => {
                "The page is no longer valid, because it was answered before. To answer once more, please go on here."
            }
        };
        Self { text, wrong: false }
    }
}
