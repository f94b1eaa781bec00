//! What a refusal says, and to whom.

#![expect(unreachable_pub, reason = "what is declared for a test is nobody else's")]

use super::general::{BUSY, CONFLICT, FAULT, NOT_FOUND, PARAMETER_MISSING, STORE_UNAVAILABLE};
use super::*;
use crate::store::StoreError;

crate::refusals! {
    /// Two words.
    TWO {
        id: "two", class: Malformed, code: "invalid_two",
        text: "{first} before {second}",
        advice: "None.",
    }
    /// Slowed down.
    SLOWED {
        id: "slowed", class: Throttled,
        text: "too many",
        advice: "Wait.",
    }
}

#[test]
fn words_take_the_places_of_the_text() {
    assert_eq!(TWO.with("one").with("two".to_owned()).message(), "one before two");
    assert_eq!(PARAMETER_MISSING.with("{scope}").message(), "the parameter {scope} is missing", "a word is no place");
    assert!(matches!(SLOWED.message(), Cow::Borrowed("too many")));
    assert_eq!(NOT_FOUND.with("client").word(), "client");
    assert_eq!(NOT_FOUND.word(), "");
}

#[test]
fn a_kind_is_told_from_others() {
    assert!(TWO.with("x").is(&TWO));
    assert!(!TWO.is(&SLOWED));
    assert!(SLOWED.is_one_of(&[TWO, SLOWED]));
    assert_eq!(TWO.kind().code, Some("invalid_two"));
    assert_eq!(SLOWED.kind().code, None);
    assert_eq!(KINDS.iter().map(|kind| kind.id).collect::<Vec<_>>(), ["two", "slowed"]);
}

#[test]
fn what_was_behind_it_is_for_the_operator() {
    let fault = FAULT.because("the disk is gone");
    assert_eq!(fault.cause().as_deref(), Some("the disk is gone"));
    assert_eq!(fault.message(), "the server failed");
    assert_eq!(fault.source().map(ToString::to_string).as_deref(), Some("the disk is gone"));
    assert_eq!(SLOWED.wait(9).cause().as_deref(), Some("slowed down for 9 s"));
    assert_eq!(CONFLICT.with("name").cause(), None);
}

#[test]
fn a_failed_store_may_be_asked_again() {
    assert_eq!(Refusal::from(StoreError::Busy).retry_after(), Some(1));
    let away = Refusal::from(StoreError::message("gone"));
    assert!(away.is(&STORE_UNAVAILABLE) && away.is_unavailable() && away.is_fault());
    assert_eq!(away.retry_after(), Some(2));
    assert_eq!(BUSY.retry_after(), Some(1));
    assert_eq!(SLOWED.wait(9).retry_after(), Some(9));
    assert_eq!(FAULT.retry_after(), None);
}

#[test]
fn another_name_keeps_the_values() {
    let renamed = FAULT.because("gone").renamed(SLOWED);
    assert!(renamed.is(&SLOWED));
    assert_eq!(renamed.cause().as_deref(), Some("gone"));
}

#[test]
fn a_secret_is_not_shown_by_accident() {
    let refusal = TWO.handing_out(Some(Secret::new("ticket"))).and("claims", vec!["email"]);
    assert!(!format!("{refusal:?} {refusal}").contains("ticket"));
    assert_eq!(refusal.secret().map(Secret::expose), Some("ticket"));
    assert_eq!(refusal.member("claims"), Some(&serde_json::json!(["email"])));
}
