//! Tokens and keys of the default service.

use std::time::Duration;

use jeton_core::ledger::LONGEST_LIFETIME;

use super::super::{AccessTokenTyp, Config, Problem};
use super::bounds::within;

/// Algorithms that sign with a key pair; a shared secret cannot be published for verifiers.
pub(super) const SIGNING_ALGS: [&str; 10] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let tokens = &config.tokens;
    let second = Duration::from_secs(1);
    within("tokens.access_token_lifetime", tokens.access_token_lifetime, (second, LONGEST_LIFETIME), problems);
    within("tokens.refresh_token_lifetime", tokens.refresh_token_lifetime, (second, LONGEST_LIFETIME), problems);
    within("tokens.id_token_lifetime", tokens.id_token_lifetime, (second, LONGEST_LIFETIME), problems);
    within("tokens.code_lifetime", tokens.code_lifetime, (second, Duration::from_secs(600)), problems);
    within("uma.ticket_lifetime", config.uma.ticket_lifetime, (second, Duration::from_secs(3600)), problems);
    if let Some(idle) = tokens.refresh_token_idle {
        within("tokens.refresh_token_idle", idle, (second, LONGEST_LIFETIME), problems);
    }
    // The longer a replaced token answers, the longer a stolen one does.
    let grace = (Duration::ZERO, Duration::from_mins(5));
    within("tokens.refresh_reuse_grace", tokens.refresh_reuse_grace, grace, problems);
    for (key, alg) in
        [("tokens.signing_alg", &tokens.signing_alg), ("tokens.id_token_signing_alg", &tokens.id_token_signing_alg)]
    {
        if !SIGNING_ALGS.contains(&alg.as_str()) {
            let fix = format!("one of {}", SIGNING_ALGS.join(", "));
            problems.push(Problem::new(key, "is not a known signature algorithm", fix));
        }
    }
    let ahead = (Duration::ZERO, Duration::from_hours(30 * 24));
    within("keys.publish_ahead", config.keys.publish_ahead, ahead, problems);
    within("keys.grace", config.keys.grace, (Duration::ZERO, Duration::from_hours(365 * 24)), problems);
}

pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    let tokens = &config.tokens;
    if tokens.access_token_typ == AccessTokenTyp::Jwt
        && tokens.audience.is_empty()
        && tokens.default_audience.is_empty()
    {
        let fix = "set tokens.default_audience to the name of what the tokens are for";
        let wrong = "makes access tokens for the client's own id look like its ID tokens";
        warnings.push(Problem::new("tokens.access_token_typ", wrong, fix));
    }
    if config.keys.grace < config.tokens.access_token_lifetime {
        let fix =
            "make it as long as tokens.access_token_lifetime, or a rotation leaves tokens that cannot be verified";
        warnings.push(Problem::new("keys.grace", "is shorter than the lifetime of access tokens", fix));
    }
}
