//! Signed copies (`Settings::signed_copy`): an access token is an opaque or a given text, and a JWT says the same to whoever cannot
//! ask. The JWT has the text as its `jti`; its row is found by that, once its signature has been verified.

use std::sync::Arc;

use jeton_jose::Secret;

use super::{Ledger, Plan, TokenPlan};
use crate::address_ranges::is_ranged;
use crate::formats::jwt;
use crate::keys::Typ;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Authentication, Token, TokenDetails, TokenFormat, TokenKind};

/// Makes a plan's access tokens opaque where the service adds the JWT.
pub(super) fn without_jwts(plan: &mut Plan) {
    if plan.service.settings.signed_copy {
        let jwts = |token: &&mut TokenPlan| {
            token.kind == TokenKind::Access && token.format == TokenFormat::Jwt && token.named.is_none()
        };
        plan.tokens.iter_mut().filter(jwts).for_each(|token| token.format = TokenFormat::Opaque);
    }
}

impl Ledger {
    /// The signed copy of a token with this text, if its service makes one. A token with address ranges has none: whoever verifies
    /// a JWT offline does not check the address.
    pub(super) async fn signed_copy(
        &self,
        plan: &Plan,
        (token, details): (&TokenPlan, &TokenDetails),
        text: &Secret,
        (now, expires): (Timestamp, Option<Timestamp>),
        signed_in: Option<&Authentication>,
    ) -> Result<Option<Secret>, Refusal> {
        let settings = &plan.service.settings;
        let is_copied = settings.signed_copy && token.kind == TokenKind::Access && token.format != TokenFormat::Jwt;
        if !is_copied || text.expose().is_empty() || is_ranged(details) {
            return Ok(None);
        }
        let payload = self.access_payload(plan, (token, details), text.expose(), (now, expires), signed_in)?;
        let chosen = settings.backend.access_token_key.as_deref();
        let typ = Typ::of_access(&plan.service, plan.client.as_deref());
        self.sign((plan.service.id, chosen), settings.signing_alg, payload, typ).await.map(Some)
    }

    /// The row of a signed copy: that of its `jti`, if one of the service's keys signed it. Whether the service makes such copies
    /// now does not matter: a copy that was made stays in circulation, and who revokes it must find the row.
    pub(super) async fn row_of_copy(&self, service: ServiceId, text: &str) -> Result<Option<Arc<Token>>, Refusal> {
        let Some(jti) = jwt::jti_of(text) else { return Ok(None) };
        let row = self.row_of_text(service, &jti).await?;
        let is_copied = |row: &Arc<Token>| row.kind == TokenKind::Access && row.format != TokenFormat::Jwt;
        let Some(row) = row.filter(is_copied) else { return Ok(None) };
        let is_signed = self.keys().has_signed_access(service, text, self.now()).await?;
        Ok(Some(row).filter(|_| is_signed))
    }
}
