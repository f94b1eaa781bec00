//! Authenticates each request by its `Authorization` header and applies the rate limit.

use std::net::IpAddr;

use super::claims::{self, Claims};
use super::rate_limit::RateLimitStatus;
use super::{ApiTokenError, NamedTokens, TokenApi};
use crate::prodmanager::refusals::{API_RATE_LIMIT, API_TOKEN_MISFIT};
use jeton_ledger::ledger::{Inactive, Verdict};
use jeton_ledger::use_source::Source;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Token, TokenFormat, TokenKind};

/// A valid token that was presented. Only [`NamedTokens::enter`] makes one.
#[derive(Clone, Debug)]
pub struct Known {
    /// All its claims, as in its text.
    pub claims: Claims,
}

impl Known {
    /// The token's name, its `aud`.
    #[must_use]
    pub fn name(&self) -> &str {
        claims::text(&self.claims, "aud").unwrap_or_default()
    }

    fn jti(&self) -> &str {
        claims::text(&self.claims, "jti").unwrap_or_default()
    }
}

/// A request that was checked. Only [`NamedTokens::enter`] makes one.
#[derive(Debug)]
pub struct Entry {
    /// The valid token of the request, none when it has no token, or the refusal.
    pub known: Result<Option<Known>, Refusal>,
    /// The status of its rate limit; none: there is no limit.
    pub rate_limit: Option<RateLimitStatus>,
}

impl NamedTokens {
    /// Checks a request before its endpoint runs: its `Authorization` header, if it has one, and the caller's rate limit
    /// (`docs/contracts/prodmanager.md` sections 3.2 and 6). The limit belongs to the token, or without one to the address.
    pub async fn enter(
        &self,
        service: ServiceId,
        token_api: &TokenApi,
        authorization: Option<&str>,
        addr: Option<IpAddr>,
    ) -> Entry {
        let known = match authorization {
            None => Ok(None),
            Some(header) => self.named_token(service, token_api, header, addr).await.map(Some),
        };
        let rate_limit = token_api.rate_limit.as_ref().map(|rate_limit| {
            let now = self.ledger.now();
            match &known {
                Ok(Some(known)) => rate_limit.logged(known.jti(), now),
                _ => rate_limit.anonymous(addr, now),
            }
        });
        match rate_limit {
            Some(rate_limit) if rate_limit.exceeded => {
                Entry { known: Err(API_RATE_LIMIT), rate_limit: Some(rate_limit) }
            }
            rate_limit => Entry { known, rate_limit },
        }
    }

    /// The valid token of a header.
    async fn named_token(
        &self,
        service: ServiceId,
        token_api: &TokenApi,
        header: &str,
        addr: Option<IpAddr>,
    ) -> Result<Known, Refusal> {
        let api_token_error = |why: ApiTokenError| Err(API_TOKEN_MISFIT.with(why.to_string()));
        let Some(text) = presented(header) else { return api_token_error(ApiTokenError::Shape) };
        let (Some(alg), Some(claims)) = (claims::alg(text), claims::read(text)) else {
            return api_token_error(ApiTokenError::Signature);
        };
        if alg != token_api.signer.alg().as_str() {
            return api_token_error(ApiTokenError::Algorithm);
        }
        let verdict = self.ledger.inspect(service, text).await?;
        if !self.proven(service, token_api, text, &verdict).await? {
            return api_token_error(ApiTokenError::Signature);
        }
        if let Err(why) = claims::check(&claims, &token_api.issuer, self.ledger.now()) {
            return api_token_error(why);
        }
        match verdict {
            Verdict::Active(live) => {
                let from = addr.map_or(Source::Unknown, Source::of_address);
                self.ledger.uses().mark(&live.token, from, |_| false);
                Ok(Known { claims })
            }
            // Correctly signed, with valid claims, but not in the ledger: only tokens in the ledger can be revoked, so only those
            // are accepted.
            Verdict::Inactive(Inactive::Unknown, _) => api_token_error(ApiTokenError::Signature),
            Verdict::Inactive(Inactive::NotYet, _) => api_token_error(ApiTokenError::NotYet("nbf")),
            Verdict::Inactive(..) => api_token_error(ApiTokenError::Ended),
        }
    }

    /// Whether a text is a token made here: by its row, or, when the row was removed after expiry, by its signature.
    async fn proven(
        &self,
        service: ServiceId,
        token_api: &TokenApi,
        text: &str,
        verdict: &Verdict,
    ) -> Result<bool, Refusal> {
        let ours = |row: &Token| row.kind == TokenKind::Api && row.format == TokenFormat::Jwt;
        match verdict {
            Verdict::Active(live) => Ok(ours(&live.token)),
            Verdict::Inactive(_, Some(row)) => Ok(ours(row)),
            Verdict::Inactive(_, None) => {
                self.ledger.keys().has_signed(service, &token_api.signer, text, self.ledger.now()).await
            }
        }
    }
}

/// The token of a header that matches [`super::PATTERN`].
fn presented(header: &str) -> Option<&str> {
    let (word, rest) = header.split_once(' ')?;
    let text = rest.trim_start_matches(' ');
    let url_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'=' | b'-');
    let mut parts = text.split('.');
    let (head, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = parts.next().is_none()
        && !word.is_empty()
        && !word.contains(char::is_whitespace)
        && [head, payload, signature].iter().all(|part| !part.is_empty())
        && head.bytes().all(url_safe)
        && payload.bytes().all(url_safe)
        && signature.bytes().all(|b| url_safe(b) || matches!(b, b'+' | b'/'));
    shaped.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::presented;

    #[test]
    fn a_header_is_a_word_blanks_and_three_parts() {
        for header in ["Bearer a.b.c", "Token a.b.c", "x  a.b.c", "Bearer a-_=.b-_=.c-_+/="] {
            assert!(presented(header).is_some(), "{header}");
        }
        for header in [
            "",
            "x",
            "a.b.c",
            " a.b.c",
            "Bearer ",
            "Bearer a.b",
            "Bearer a.b.",
            "Bearer a..c",
            "Bearer a.b.c.d",
            "Bearer a.b.c d",
            "Bearer a+.b.c",
            "Bearer a.b/.c",
            "Bearer a.b.ü",
            "Bearer\ta.b.c",
            "Bear er a.b.c",
        ] {
            assert_eq!(presented(header), None, "{header}");
        }
    }
}
