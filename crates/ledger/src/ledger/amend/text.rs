//! A new text for an existing token.

use std::sync::Arc;
use std::time::Duration;

use super::super::{Ledger, MintedToken, Plan, TokenPlan};
use super::Planned;
use crate::formats::{reference, verifier};
use jeton_jose::{Secret, digest};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{
    DeclaredSingleUse, Grant, Service, SingleUse, SingleUseKey, Subject, Token, TokenDetails, TokenFormat, TokenKind,
};
use jeton_model::refusals::{INVALID, NOT_FOUND};
use jeton_model::store::{NewText, Write};

/// The entry by which only one of the new texts that are given at the same moment replaces a text.
pub(in crate::ledger) const NEW_TEXT: DeclaredSingleUse = DeclaredSingleUse::new(47, "new_text");

/// How long this entry is kept: longer than a request can take. Afterwards nobody knows the old text any more.
const KEPT: Duration = Duration::from_secs(3600);

/// Claims the place of a token's text, in the commit that replaces it: of two that replace the same one, the second loses.
pub(super) fn replaces(token: &Token, now: Timestamp) -> Write {
    let text = [&token.id.get().to_be_bytes()[..], &token.verifier.0].concat();
    Write::SingleUse(Box::new(SingleUse {
        kind: NEW_TEXT.kind,
        key: SingleUseKey(digest::sha256(&text)),
        service: token.service,
        grant: None,
        expires: now + KEPT,
        used: Some(now),
        payload: Vec::new(),
    }))
}

impl Ledger {
    /// Adds a new text to a planned change.
    pub(super) async fn renew(
        &self,
        token: &Token,
        family: Option<&Grant>,
        planned: &mut Planned,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let is_reference = matches!(token.kind, TokenKind::Access | TokenKind::Refresh | TokenKind::Api);
        if !is_reference || token.format == TokenFormat::Jwt {
            return Err(INVALID.with("a token of this kind and format cannot have a new text"));
        }
        let service = self.entities().service(token.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        let text = reference::mint(token.kind, token.id, &*self.entropy)?;
        let change = &mut planned.change;
        if service.settings.show_values {
            let old = change.details.take().or_else(|| token.details.clone());
            let mut details = old.map_or_else(TokenDetails::default, Arc::unwrap_or_clone);
            details.sealed_value = self.secrets.sealed_value(token.kind, token.id, &text)?;
            change.details = Some(Arc::new(details));
        } else if let Some(old) = token.details.as_ref().filter(|details| details.sealed_value.is_some()) {
            // The copy of the old text.
            let details = change.details.take().unwrap_or_else(|| Arc::clone(old));
            change.details = Some(Arc::new(TokenDetails { sealed_value: None, ..Arc::unwrap_or_clone(details) }));
        }
        let verifier = verifier(text.expose());
        let by_hash = service.settings.by_hash && token.kind != TokenKind::Api;
        change.text = Some(NewText { verifier, alias: by_hash.then_some(verifier.0) });
        let row = Token {
            format: TokenFormat::Opaque,
            scope: change.scope.clone().unwrap_or_else(|| token.scope.clone()),
            expires: change.expires.unwrap_or(token.expires),
            binding: change.binding.or(token.binding),
            details: change.details.clone().or_else(|| token.details.clone()),
            ..token.clone()
        };
        let signed = self.copy_of_row(&service, &row, family, &text, now).await?;
        planned.renewed = Some(MintedToken { issued: now, ..MintedToken::of(&row, text, signed) });
        Ok(())
    }

    /// The signed copy of a row, if its service makes one, as a mint would make it.
    async fn copy_of_row(
        &self,
        service: &Arc<Service>,
        row: &Token,
        family: Option<&Grant>,
        text: &Secret,
        now: Timestamp,
    ) -> Result<Option<Secret>, Refusal> {
        if !service.settings.signed_copy {
            return Ok(None);
        }
        let client = match row.client {
            Some(key) => self.entities().client(key).await?,
            None => None,
        };
        let user = match row.subject {
            Some(Subject::User(key)) => self.entities().user(key).await?,
            _ => None,
        };
        let mut plan = Plan { user, subject: row.subject.clone(), ..Plan::new(Arc::clone(service), client) };
        // Only for the form of the JWT: a plan without tokens has nothing to refuse.
        self.apply_rules(&mut plan)?;
        let details = row.details.as_deref().cloned().unwrap_or_default();
        let token = TokenPlan {
            audience: Arc::clone(&row.audience),
            not_before: row.not_before,
            binding: row.binding,
            ..TokenPlan::new(row.kind, row.format, row.scope.clone(), None)
        };
        let signed_in = family.and_then(|family| family.authentication.as_ref());
        self.signed_copy(&plan, (&token, &details), text, (now, row.expires), signed_in).await
    }
}
