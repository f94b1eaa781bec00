//! `Authorization: Basic`.

use jeton_core::client_auth::BasicCredentials;

/// Only `Basic` is read, and what is printed of it never grows beyond what was sent.
pub fn run(data: &[u8]) {
    if let Some(text) = crate::text(data)
        && let Some(credentials) = BasicCredentials::parse(text)
    {
        assert!(text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic ")), "{text}");
        assert!(credentials.client_id().len() <= text.len() * 3, "{text}");
    }
}

/// Right ones: raw, form-encoded, without a secret.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&["Basic Y2xpZW50OnNlY3JldA==", "basic Y2xpJTNBZW50OnMlMjUlMkI=", "Basic cHVibGljOg=="])
}
