//! Remembers of access tokens that no ID token was issued with them.

use jeton_administration::tokens::WITHOUT_ID_TOKEN;
use jeton_ledger::catalog::Catalog;
use jeton_ledger::ledger::{MintRule, Plan};
use jeton_model::Refusal;
use jeton_model::records::TokenKind;

/// An access token of a person whose scope has `openid` is issued together with an ID token, nearly always: lists derive from the
/// scope that there was one. The others are marked here, so that what is usual costs nothing.
pub struct IdTokenRule;

impl MintRule for IdTokenRule {
    fn apply(&self, plan: &mut Plan, _: &Catalog) -> Result<(), Refusal> {
        if plan.id_token.is_some() || plan.subject.is_none() {
            return Ok(());
        }
        let asking = |kind, scope: &jeton_model::scope::Scope| kind == TokenKind::Access && scope.names("openid");
        for token in plan.tokens.iter_mut().filter(|token| asking(token.kind, &token.scope)) {
            token.details.other.insert(WITHOUT_ID_TOKEN.to_owned(), true.into());
        }
        Ok(())
    }
}
