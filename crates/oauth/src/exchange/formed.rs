//! The form of tokens whose exchange a trusted caller decides (`docs/contracts/authlete.md` section 4.1).

use super::TokenType;
use super::party::signed_here;
use crate::OAuth;
use crate::assertion::Assertion;
use crate::introspection_jwt::INTROSPECTION_TYP;
use crate::token_endpoint::HandedToken;
use jeton_jose::Secret;
use jeton_ledger::ledger::Verdict;
use jeton_model::Refusal;
use jeton_model::records::{Service, TokenKind};

/// A presented token, if it has the form of its type: an access token or a refresh token is of this issuer and valid, an ID token
/// is signed by this issuer and has not expired, a JWT is signed by anybody. None: it has not.
///
/// # Errors
/// Only when the store fails.
pub(crate) async fn formed(
    oauth: &OAuth,
    service: &Service,
    text: &Secret,
    kind: TokenType,
) -> Result<Option<HandedToken>, Refusal> {
    let (live, claims) = match kind {
        TokenType::Access | TokenType::Refresh => {
            let Verdict::Active(live) = oauth.ledger.inspect(service.id, text.expose()).await? else { return Ok(None) };
            let expected = if kind == TokenType::Refresh { TokenKind::Refresh } else { TokenKind::Access };
            if live.token.kind != expected {
                return Ok(None);
            }
            (Some(live), None)
        }
        TokenType::Id => match signed_here(oauth, service, text).await? {
            Some(token) => (None, Some(token.claims().members().clone())),
            None => return Ok(None),
        },
        TokenType::Jwt => match Assertion::parse(Secret::new(text.expose())) {
            // It tells about a token, and is none (RFC 9701 section 8.1).
            Ok(token) if token.header().is_typ(INTROSPECTION_TYP) => return Ok(None),
            Ok(token) => (None, Some(token.claims().members().clone())),
            Err(_) => return Ok(None),
        },
    };
    Ok(Some(HandedToken { text: text.clone(), kind: kind.urn(), live, claims }))
}
