//! What all refusals of one kind have in common.

use std::borrow::Cow;

/// What all refusals of one kind have in common.
#[derive(Debug)]
pub struct Kind {
    /// The stable id: in logs and metrics, on its page `docs/refusals/<id>.md`, and for `jeton explain`.
    pub id: &'static str,
    /// How a face answers.
    pub class: Class,
    /// The error code of OAuth and the specifications based on it, where it is not that of the class.
    pub code: Option<&'static str>,
    /// The text for the caller. The words of a case take the places of its `{…}`, in their order; at most two.
    pub text: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// What a refusal means for the caller. A face maps each class to its own form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The request cannot be served as it was sent: something is missing, wrong, or given too often.
    Malformed,
    /// The caller is not authenticated.
    Unauthenticated,
    /// The caller is authenticated and not allowed to do this.
    Forbidden,
    /// The thing that the request names does not exist.
    Missing,
    /// The request conflicts with an existing record.
    Conflict,
    /// What the request builds on (a code, a token, a page, an authorization) is used, has ended or is unknown: start again.
    Gone,
    /// The request is larger than allowed.
    TooLarge,
    /// There were too many such requests: the same request may be answered after a while.
    Throttled,
    /// A person must do something first.
    NeedsInteraction,
    /// The answer is not decided yet: ask again.
    Pending,
    /// The server cannot answer now: the same request may be answered a little later.
    Unavailable,
    /// The server failed: each case writes a line to the log.
    Fault,
}

impl Kind {
    /// The text with words in its places. A text without places is not copied.
    pub(super) fn text_with<'a>(&self, words: [&'a str; 2]) -> Cow<'a, str> {
        if !self.text.contains('{') {
            return Cow::Borrowed(self.text);
        }
        let mut words = words.into_iter();
        let mut text = String::with_capacity(self.text.len() + 32);
        let mut rest = self.text;
        while let Some((before, place)) = rest.split_once('{') {
            text.push_str(before);
            text.push_str(words.next().unwrap_or_default());
            rest = place.split_once('}').map_or("", |(_, after)| after);
        }
        text.push_str(rest);
        Cow::Owned(text)
    }
}
