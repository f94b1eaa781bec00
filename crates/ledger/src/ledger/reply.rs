//! The answer to a refresh, kept for the grace period.
//!
//! When the answer is lost on its way, the client presents the same refresh token again and must get the same tokens, on any node
//! and after a restart, although the ledger stores no token text. Reference tokens are derived again (`successor.rs`). An answer
//! that contains something signed is encrypted under a key derived from the presented refresh token, and stored as a single-use
//! entry that lives as long as the grace period.

use std::borrow::Cow;

use jeton_jose::seal::SealKey;
use jeton_jose::{Secret, digest};
use serde::{Deserialize, Serialize};

use super::{Family, Issued, Ledger, MintedToken, Plan, successor};
use crate::formats::verifier;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{DeclaredSingleUse, Service, SingleUse, SingleUseKey, Token, TokenKind};
use jeton_model::store::{Command, Outcome, Precondition, Write};

/// The encrypted answer to a refresh, repeated within the grace period.
pub(super) const REFRESH_REPLY: DeclaredSingleUse = DeclaredSingleUse::new(3, "refresh_reply");

/// The texts, which the rows do not contain.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    #[serde(borrow)]
    tokens: Vec<(TokenId, Cow<'a, str>)>,
    /// Signed copies.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    signed: Vec<(TokenId, Cow<'a, str>)>,
    #[serde(borrow)]
    id_token: Option<Cow<'a, str>>,
}

/// Earlier answers, to repeat them. From [`Ledger::replies`].
#[derive(Clone, Copy)]
pub struct Replies<'a> {
    pub(super) ledger: &'a Ledger,
}

/// The encrypted answer to a refresh, to be written with the refresh.
pub(super) fn sealed(
    plan: &Plan,
    old: &Token,
    presented: &Secret,
    issued: &Issued,
    now: Timestamp,
) -> Result<Write, Refusal> {
    let sealed = Sealed {
        tokens: issued.tokens.iter().map(|t| (t.id, t.text.expose().into())).collect(),
        signed: issued.tokens.iter().filter_map(|t| Some((t.id, t.signed.as_ref()?.expose().into()))).collect(),
        id_token: issued.id_token.as_ref().map(|t| t.expose().into()),
    };
    let bytes = zeroize::Zeroizing::new(serde_json::to_vec(&sealed)?);
    let payload = reply_key(presented)?.seal(&reply_name(old.id).0, &bytes)?;
    Ok(Write::SingleUse(Box::new(SingleUse {
        kind: REFRESH_REPLY.kind,
        key: reply_name(old.id),
        service: plan.service.id,
        grant: old.grant,
        expires: now + plan.service.settings.refresh_grace,
        used: None,
        payload,
    })))
}

impl Replies<'_> {
    /// The answer to the exchange of `old`, within its grace period.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn repeat(
        &self,
        service: &Service,
        old: &Token,
        (rotated, to): (Timestamp, TokenId),
        presented: &Secret,
    ) -> Result<Option<Issued>, Refusal> {
        let now = self.ledger.now();
        if now >= rotated + service.settings.refresh_grace {
            return Ok(None);
        }
        if let Some(issued) = self.successors_of(old, to, presented).await? {
            return Ok(Some(issued));
        }
        let Some((texts, id_token)) = self.opened_reply(old, presented).await? else { return Ok(None) };
        let mut tokens = Vec::with_capacity(texts.len());
        for (id, text, signed) in texts {
            let Some(row) = self.ledger.token(id).await? else { return Ok(None) };
            tokens.push(MintedToken::of(&row, text, signed));
        }
        Ok(Some(Issued { tokens, id_token, grant: old.grant, replaced: false }))
    }

    /// The successor of `old`, with its text. None when the text can no longer be recovered.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn successor(
        &self,
        old: &Token,
        successor: &Token,
        presented: &Secret,
    ) -> Result<Option<MintedToken>, Refusal> {
        let text = successor::text(&self.ledger.secrets, successor.kind, successor.id, presented)?;
        if verifier(text.expose()) == successor.verifier {
            return Ok(Some(MintedToken::of(successor, text, None)));
        }
        let opened = self.opened_reply(old, presented).await?;
        let text = opened.and_then(|(texts, _)| texts.into_iter().find(|(id, ..)| *id == successor.id));
        Ok(text.map(|(_, text, signed)| MintedToken::of(successor, text, signed)))
    }

    /// The texts in the encrypted answer to `old`, and its ID token.
    async fn opened_reply(&self, old: &Token, presented: &Secret) -> Result<Option<Texts>, Refusal> {
        let Some(entry) = self.ledger.store.single_use(REFRESH_REPLY.kind, reply_name(old.id)).await? else {
            return Ok(None);
        };
        let bytes = reply_key(presented)?.open(&reply_name(old.id).0, &entry.payload)?;
        let sealed: Sealed<'_> = serde_json::from_slice(&bytes)?;
        let copy = |id| sealed.signed.iter().find(|(of, _)| *of == id).map(|(_, copy)| Secret::new(copy.as_ref()));
        let tokens = sealed.tokens.iter().map(|(id, text)| (*id, Secret::new(text.as_ref()), copy(*id))).collect();
        Ok(Some((tokens, sealed.id_token.map(Secret::new))))
    }

    /// Whether the exchange of `old` gave what a plan would give now: an access token with the same scopes, audience, binding and
    /// lifetime.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn gave(&self, plan: &mut Plan, old: &Token, to: TokenId) -> Result<bool, Refusal> {
        self.ledger.apply_rules(plan)?;
        // An access token and its refresh token have consecutive numbers.
        let given = self.ledger.token(TokenId::new(to.get() - 1)).await?;
        let given = given.filter(|row| row.kind == TokenKind::Access && row.parent == Some(old.id));
        let (Some(given), Some(wanted)) = (given, plan.tokens.first()) else { return Ok(false) };
        let family_ends = match &plan.family {
            Family::Existing(grant) => grant.expires,
            Family::Own | Family::New(_) => None,
        };
        let refresh_ends = match plan.ends_access_with_refresh {
            true => self.ledger.token(to).await?.and_then(|refresh| refresh.expires),
            false => None,
        };
        let ends = plan.end_of(wanted, given.issued);
        let ends = ends.into_iter().chain(family_ends).chain(refresh_ends).min();
        Ok(same_words(wanted.scope.as_str(), given.scope.as_str())
            && same_words(&wanted.audience, &given.audience)
            && wanted.binding == given.binding
            && ends == given.expires)
    }

    /// Counts one of the few access tokens that further requests with `old` may get before the grace period ends; returns whether
    /// one was left.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take_extra(&self, old: &Token, grace_ends: Timestamp) -> Result<bool, Refusal> {
        for number in 1..=EXTRAS {
            let mut key = reply_name(old.id);
            key.0[31] = number;
            let entry = SingleUse {
                kind: REFRESH_REPLY.kind,
                key,
                service: old.service,
                grant: old.grant,
                expires: grace_ends,
                used: Some(self.ledger.now()),
                payload: Vec::new(),
            };
            let when = Some(Precondition::Claim(Box::new(entry)));
            if let Outcome::Done { .. } = self.ledger.store.apply(Command { when, writes: Vec::new() }).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The successors of `old` with their texts; none when their texts were not derived.
    async fn successors_of(&self, old: &Token, to: TokenId, presented: &Secret) -> Result<Option<Issued>, Refusal> {
        // An access token and its refresh token have consecutive numbers.
        let mut tokens = Vec::with_capacity(2);
        for id in [TokenId::new(to.get() - 1), to] {
            let Some(row) = self.ledger.token(id).await?.filter(|row| row.parent == Some(old.id)) else {
                return Ok(None);
            };
            let text = successor::text(&self.ledger.secrets, row.kind, id, presented)?;
            if verifier(text.expose()) != row.verifier {
                return Ok(None);
            }
            tokens.push(MintedToken::of(&row, text, None));
        }
        Ok(Some(Issued { tokens, id_token: None, grant: old.grant, replaced: false }))
    }
}

/// The texts of tokens by number, with their signed copies, and an ID token.
type Texts = (Vec<(TokenId, Secret, Option<Secret>)>, Option<Secret>);

/// How many access tokens requests after the first get within a grace period.
const EXTRAS: u8 = 5;

/// Whether two lists contain the same words, in any order.
fn same_words(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| inner.split(' ').all(|word| outer.split(' ').any(|known| known == word));
    within(one, other) && within(other, one)
}

/// The row contains the SHA-256 of the text; this is a different hash, so the row cannot decrypt the answer.
fn reply_key(presented: &Secret) -> Result<SealKey, Refusal> {
    let mut input = zeroize::Zeroizing::new(Vec::with_capacity(96));
    input.extend_from_slice(b"jeton refresh reply\0");
    input.extend_from_slice(presented.expose().as_bytes());
    Ok(SealKey::from_bytes(&digest::sha256(&input))?)
}

fn reply_name(old: TokenId) -> SingleUseKey {
    // The number itself: growing keys are appended, not scattered. It is not secret; the payload is.
    let mut key = [0; 32];
    key.iter_mut().zip(old.get().to_be_bytes()).for_each(|(to, from)| *to = from);
    SingleUseKey(key)
}
