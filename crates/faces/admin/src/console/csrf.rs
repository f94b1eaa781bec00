//! The proof that a form was made for the browser that sends it: a hash of that browser's secret cookie.
//!
//! Another site can neither read the cookie nor make the browser send it; and the hash in a page does not reveal the cookie.

use jeton_jose::base64url;
use jeton_jose::digest::{constant_time_eq, sha256};

use super::form::Form;

/// The proof for the browser with this cookie.
pub(super) fn of(cookie: &str) -> String {
    base64url::encode(sha256(format!("jeton console form\0{cookie}").as_bytes()))
}

/// Whether a form carries this proof.
pub(super) fn matches(expected: &str, form: &Form) -> bool {
    form.get("csrf").is_some_and(|sent| constant_time_eq(sent.as_bytes(), expected.as_bytes()))
}
