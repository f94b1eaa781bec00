//! The `/api/token` face: a secret if it is needed, valid names, rates above zero.

use std::time::Duration;

use jeton_core::ledger::LONGEST_LIFETIME;

use super::super::{Config, Problem};
use super::bounds::{number, within};

/// The longest period: a week.
const LONGEST: Duration = Duration::from_hours(7 * 24);

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let tokens = &config.api_tokens;
    if tokens.shared_secret && tokens.secret.is_none() {
        let fix = "write the secret, or leave shared_secret out";
        problems.push(Problem::new("api_tokens.shared_secret", "is set and `api_tokens.secret` is not", fix));
    }
    if tokens.issuer.trim().is_empty() {
        problems.push(Problem::new("api_tokens.issuer", "is empty", "write a name, or leave the key out"));
    }
    if tokens.permissions.iter().any(|name| name.trim().is_empty()) {
        problems.push(Problem::new("api_tokens.permissions", "holds an empty name", "remove it"));
    }
    let many = (1, 1_000_000_000);
    for (key, rate) in [
        ("api_tokens.rate_limit_default", tokens.rate_limit_default),
        ("api_tokens.rate_limit_logged", tokens.rate_limit_logged),
    ] {
        number(key, usize::try_from(rate).unwrap_or(usize::MAX), many, problems);
    }
    let lifetime = (Duration::from_secs(1), LONGEST_LIFETIME);
    within("api_tokens.max_lifetime", tokens.max_lifetime, lifetime, problems);
    let period = (Duration::from_secs(1), LONGEST);
    within("api_tokens.rate_limit_period", tokens.rate_limit_period, period, problems);
}
