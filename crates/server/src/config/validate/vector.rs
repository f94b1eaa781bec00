//! The robots' face: a certificate, and app keys that mean something.

use std::time::Duration;

use jeton_core::robots::{NotSts, StsOptions, StsSettings};

use super::super::{AppKey, Config, Problem};
use super::bounds::within;

/// What an app key can be good for (`docs/contracts/vector.md` section 2).
const SCOPES: [&str; 6] = ["user", "support", "admin", "service", "cron", "root"];

/// A robot renews three hours before the end: with less it would with every use.
const TOKEN_LIFETIMES: (Duration, Duration) = (Duration::from_hours(4), Duration::from_hours(30 * 24));

const SESSION_LIFETIMES: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(10 * 365 * 24));

const ASSOCIATION_INTERVALS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_hours(24));

/// What AWS gives to a role that allows it; the least is AWS's own.
const AWS_LIFETIMES: (Duration, Duration) = (Duration::from_mins(15), Duration::from_hours(12));

/// The longest session token that a robot takes over from an app, in bytes.
const LONGEST_SESSION: usize = 255;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let vector = &config.vector;
    within("vector.token_lifetime", vector.token_lifetime, TOKEN_LIFETIMES, problems);
    within("vector.session_lifetime", vector.session_lifetime, SESSION_LIFETIMES, problems);
    if !vector.listen.is_empty() && vector.tls_cert.is_none() && vector.tls_key.is_none() {
        let fix = "robots speak TLS only: run `jeton vector init`, or name a PEM file";
        problems.push(Problem::new("vector.tls_cert", "is missing", fix));
    }
    for (position, app_key) in vector.app_keys.iter().enumerate() {
        let key = format!("vector.app_keys[{position}].key");
        let same = |other: &&AppKey| other.key.expose() == app_key.key.expose();
        if app_key.key.is_empty() {
            problems.push(Problem::new(key, "is empty", "write the app's key"));
        } else if !app_key.key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            problems.push(Problem::new(key, "cannot be sent", "write printable ASCII characters without a space"));
        } else if vector.app_keys.iter().take(position).any(|other| same(&other)) {
            problems.push(Problem::new(key, "is listed twice", "give the first entry all its scopes"));
        }
        if app_key.scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
            let fix = format!("choose from {}", SCOPES.join(", "));
            problems.push(Problem::new(format!("vector.app_keys[{position}].scopes"), "has an unknown scope", fix));
        }
    }
    within("vector.association_interval", vector.association_interval, ASSOCIATION_INTERVALS, problems);
    for (key, number) in
        [("vector.robots_per_account", vector.robots_per_account), ("vector.associations", vector.associations)]
    {
        if number == 0 {
            problems.push(Problem::new(key, "is 0, so nobody could own a robot", "write at least 1"));
        }
    }
    aws(config, problems);
    for (position, token) in vector.session_tokens.iter().enumerate() {
        let text = token.expose();
        if text.len() > LONGEST_SESSION || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let fix = "write at most 255 printable ASCII characters without a space: a robot passes on no others";
            problems.push(Problem::new(format!("vector.session_tokens[{position}]"), "cannot be sent by a robot", fix));
        }
    }
}

/// All that a request to the security token service needs.
fn aws(config: &Config, problems: &mut Vec<Problem>) {
    let aws = &config.vector.aws;
    within("vector.aws.lifetime", aws.lifetime, AWS_LIFETIMES, problems);
    let words =
        [("region", Some(&aws.region)), ("access_key_id", aws.access_key_id.as_ref()), ("role", aws.role.as_ref())];
    for (name, word) in words {
        if word.is_some_and(|word| word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_graphic())) {
            let fix = "write it as AWS shows it, without spaces";
            problems.push(Problem::new(format!("vector.aws.{name}"), "is no name of AWS's", fix));
        }
    }
    let Some(sts) = &aws.sts else { return };
    let missing = [
        ("access_key_id", aws.access_key_id.is_none()),
        ("secret_access_key", aws.secret_access_key.is_none()),
        ("logfiles", aws.logfiles.is_none()),
    ];
    for (name, _) in missing.iter().filter(|(_, is_missing)| *is_missing) {
        let fix = "vector.aws.sts is set: set this too, or neither";
        problems.push(Problem::new(format!("vector.aws.{name}"), "is missing", fix));
    }
    let options = StsOptions {
        endpoint: sts.clone(),
        logfiles: aws.logfiles.clone().unwrap_or_else(|| "s3://bucket".to_owned()),
        ..StsOptions::default()
    };
    if let Err(wrong) = StsSettings::read(options) {
        let key = if wrong == NotSts::Endpoint { "vector.aws.sts" } else { "vector.aws.logfiles" };
        problems.push(Problem::new(key, "cannot be used", wrong.to_string()));
    }
}

pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    let vector = &config.vector;
    if !vector.listen.is_empty() && vector.listen.iter().all(|address| address.ip().is_loopback()) {
        let fix = "robots are on the network: listen on 0.0.0.0 or on this machine's address";
        warnings.push(Problem::new("vector.listen", "is reached from this machine only", fix));
    }
}
