//! The `/api/token` face, from the configuration.

use std::sync::Arc;

use jeton_core::prodmanager::{Options, Rate, TokenApi};
use jeton_jose::Algorithm;
use jeton_server::config::{ApiTokenAlgorithm, Config};

use super::node::fault;
use crate::exit::Done;

/// Secret, names and limits; none when no secret is set: then the face is off.
pub(super) fn token_api(config: &Config) -> Done<Option<Arc<TokenApi>>> {
    let section = &config.api_tokens;
    let Some(secret) = &section.secret else { return Ok(None) };
    let options = Options {
        secret: secret.clone(),
        issuer: section.issuer.as_str().into(),
        permissions: section.permissions.clone(),
        algorithm: algorithm(section.algorithm),
        shared_secret: section.shared_secret,
        strict_lengths: section.strict_lengths,
        rate: section.rate_limit.then_some(Rate {
            anonymous: section.rate_limit_default,
            logged: section.rate_limit_logged,
            period: section.rate_limit_period,
        }),
    };
    let token_api = TokenApi::open(options).map_err(|refusal| fault(&refusal).context("`api_tokens`: "))?;
    Ok(Some(Arc::new(token_api)))
}

/// The algorithm that the service needs a key for.
pub(super) fn own_key(config: &Config) -> Option<Algorithm> {
    let section = &config.api_tokens;
    (section.secret.is_some() && !section.shared_secret).then(|| algorithm(section.algorithm))
}

const fn algorithm(name: ApiTokenAlgorithm) -> Algorithm {
    match name {
        ApiTokenAlgorithm::HS256 => Algorithm::HS256,
        ApiTokenAlgorithm::HS384 => Algorithm::HS384,
        ApiTokenAlgorithm::HS512 => Algorithm::HS512,
    }
}
