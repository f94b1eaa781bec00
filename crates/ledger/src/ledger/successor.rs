//! The texts of a refresh token's successors, when all of them are reference tokens.
//!
//! Their secrets are derived by a MAC of the presented refresh token, under a key of this installation, instead of from the
//! random source. Another request with the same refresh token within its grace period gets the same texts, derived again; nothing
//! has to be stored for it. Without both the key and the presented token they look like random texts.

use std::sync::atomic::{AtomicU32, Ordering};

use jeton_jose::Secret;
use jeton_jose::digest::MacKey;

use super::{MintPrecondition, Plan, Secrets};
use crate::formats::reference;
use jeton_model::entropy::{Entropy, NoEntropy};
use jeton_model::ids::TokenId;
use jeton_model::records::{TokenFormat, TokenKind};

/// What a successor's secret is derived from.
pub(super) struct Succession<'a> {
    key: &'a MacKey,
    presented: &'a Secret,
    id: TokenId,
    block: AtomicU32,
}

impl Entropy for Succession<'_> {
    fn fill(&self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in out.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let number = self.id.get().to_be_bytes();
            let mac = self.key.mac(&[&number, &block, self.presented.expose().as_bytes()]);
            chunk.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

/// The refresh token from which the successors' texts are derived; none when one of them is signed.
pub(super) fn of_plan(plan: &Plan) -> Option<&Secret> {
    let Some(MintPrecondition::Refresh { text, .. }) = &plan.precondition else { return None };
    let [access, refresh] = plan.tokens.as_slice() else { return None };
    let opaque = access.format == TokenFormat::Opaque && refresh.format == TokenFormat::Opaque;
    let kinds = access.kind == TokenKind::Access && refresh.kind == TokenKind::Refresh;
    let signed = plan.id_token.is_some() || plan.service.settings.signed_copy;
    (opaque && kinds && !signed).then_some(text)
}

/// The text of a successor.
pub(super) fn text(secrets: &Secrets, kind: TokenKind, id: TokenId, presented: &Secret) -> Result<Secret, NoEntropy> {
    reference::mint(kind, id, &Succession { key: &secrets.successors, presented, id, block: AtomicU32::new(0) })
}
