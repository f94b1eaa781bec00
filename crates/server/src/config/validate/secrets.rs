//! Secrets: never empty; short ones are named, but never shown.

use jeton_core::Secret;

use super::super::{Config, Problem};

/// A person's or a client's secret shorter than this earns a warning, in characters.
const SHORT: usize = 16;

/// The secret that signs tokens, in bytes.
const API_TOKENS_LEAST: usize = 32;

/// The credential of a caller of the Authlete face, in bytes.
const CREDENTIAL_LEAST: usize = 32;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    for (key, secret) in all(config) {
        if secret.is_empty() {
            problems.push(Problem::new(key, "is empty", "write a secret, or leave the key out"));
        }
    }
    let api_tokens = &config.api_tokens;
    if let Some(secret) = api_tokens.secret.as_ref().filter(|secret| !secret.is_empty())
        && secret.expose().len() < API_TOKENS_LEAST
        && !api_tokens.allow_weak_secret
    {
        let fix = "write 32 bytes at least, or set allow_weak_secret = true for a test";
        problems.push(Problem::new("api_tokens.secret", "is shorter than 32 bytes", fix));
    }
}

pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    let clients = config.client.iter().enumerate().filter_map(|(position, client)| {
        Some((format!("client[{position}].client_secret"), client.client_secret.as_ref()?))
    });
    let users = config
        .user
        .iter()
        .enumerate()
        .filter_map(|(position, user)| Some((format!("user[{position}].password"), user.password.as_ref()?)));
    for (key, secret) in clients.chain(users) {
        if !secret.is_empty() && secret.expose().chars().count() < SHORT {
            warnings.push(Problem::new(key, "is shorter than 16 characters", "use a longer one"));
        }
    }
    // Callers of the Authlete face are not slowed after wrong credentials, so that nobody can slow a right one: only their length
    // keeps these from being guessed.
    for (key, secret) in credentials(config) {
        if !secret.is_empty() && secret.expose().len() < CREDENTIAL_LEAST {
            let fix = "write 32 random bytes at least, since wrong ones are not slowed";
            warnings.push(Problem::new(key, "is shorter than 32 bytes", fix));
        }
    }
    let api_tokens = &config.api_tokens;
    if api_tokens.allow_weak_secret
        && api_tokens.secret.as_ref().is_some_and(|secret| secret.expose().len() < API_TOKENS_LEAST)
    {
        let fix = "use a longer one and remove allow_weak_secret";
        warnings.push(Problem::new("api_tokens.secret", "is shorter than 32 bytes", fix));
    }
}

/// Every secret that is set, with the path of its key.
fn all(config: &Config) -> impl Iterator<Item = (String, &Secret)> {
    let clients = config.client.iter().enumerate();
    let users = config.user.iter().enumerate();
    let of_clients = clients.map(|(n, client)| (format!("client[{n}].client_secret"), &client.client_secret));
    let of_users = users.map(|(n, user)| (format!("user[{n}].password"), &user.password));
    let others = [
        ("api_tokens.secret".to_owned(), &config.api_tokens.secret),
        ("sms.webhook".to_owned(), &config.sms.webhook),
        ("sms.url".to_owned(), &config.sms.url),
        ("sms.password".to_owned(), &config.sms.password),
        ("vector.aws.secret_access_key".to_owned(), &config.vector.aws.secret_access_key),
    ];
    let every = of_clients.chain(of_users).chain(others).filter_map(|(key, secret)| Some((key, secret.as_ref()?)));
    let sessions = config.vector.session_tokens.iter().enumerate();
    let sessions = sessions.map(|(n, token)| (format!("vector.session_tokens[{n}]"), token));
    every.chain(credentials(config)).chain(sessions)
}

/// The credentials of callers of the Authlete face.
fn credentials(config: &Config) -> impl Iterator<Item = (String, &Secret)> {
    let of_services = config.service.iter().enumerate().flat_map(|(n, service)| {
        [
            (format!("service[{n}].access_token"), &service.access_token),
            (format!("service[{n}].api_secret"), &service.api_secret),
        ]
    });
    let of_organization = ("organization.access_token".to_owned(), &config.organization.access_token);
    of_services.chain([of_organization]).filter_map(|(key, secret)| Some((key, secret.as_ref()?)))
}
