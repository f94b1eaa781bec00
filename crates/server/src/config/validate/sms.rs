//! Confirmation codes: one sender, a message that contains the code, positive limits.

use std::time::Duration;

use url::Url;

use jeton_core::Secret;

use super::super::{Config, Problem};
use super::bounds::{number, within};

/// The longest message: telephones can only assemble a few parts.
const LONGEST: usize = 300;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let sms = &config.sms;
    for (key, url) in [("sms.webhook", &sms.webhook), ("sms.url", &sms.url)] {
        if let Some(complaint) = url.as_ref().and_then(wrong_with) {
            let fix = "write an http or https URL; credentials go into sms.username and sms.password";
            problems.push(Problem::new(key, complaint, fix));
        }
    }
    if sms.webhook.is_some() && sms.url.is_some() {
        problems.push(Problem::new("sms.webhook", "and `sms.url` are both set", "keep one of them"));
    }
    if sms.url.is_some() && sms.from.is_none() {
        problems.push(Problem::new("sms.from", "is missing", "write the sender that the provider knows"));
    }
    if sms.username.is_some() != sms.password.is_some() {
        problems.push(Problem::new("sms.password", "and `sms.username` need each other", "set both or none"));
    }
    if sms.username.as_ref().is_some_and(|name| name.contains(':')) {
        problems.push(Problem::new("sms.username", "holds a colon", "HTTP Basic has no such names"));
    }
    if !sms.template.contains("{code}") {
        problems.push(Problem::new("sms.template", "does not hold {code}", "write {code} where the code belongs"));
    }
    if sms.template.chars().count() > LONGEST {
        problems.push(Problem::new("sms.template", "is too long", format!("{LONGEST} characters at most")));
    }
    within("sms.gap", sms.gap, (Duration::from_secs(1), Duration::from_hours(1)), problems);
    number("sms.per_number", sms.per_number, (1, 50), problems);
    number("sms.per_address", sms.per_address, (1, 1_000_000), problems);
    number("sms.per_day", sms.per_day, (1, 1_000_000_000), problems);
}

fn wrong_with(url: &Secret) -> Option<&'static str> {
    let Ok(url) = Url::parse(url.expose()) else { return Some("is no URL") };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Some("is not an http or https URL");
    }
    (!url.username().is_empty() || url.password().is_some()).then_some("holds a user name or a password")
}
