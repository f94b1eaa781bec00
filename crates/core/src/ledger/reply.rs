//! The answer to a refresh, kept for its grace.
//!
//! When the answer is lost on its way, the client presents the same refresh token again and must get the same tokens, on
//! any node and after a restart, though the ledger keeps no token text. Reference tokens are made anew (`successor.rs`).
//! An answer that holds something signed is sealed under a key that only the presented refresh token gives, and stored as
//! a once-entry that lives as long as the grace.

use std::borrow::Cow;

use jeton_jose::seal::SealKey;
use jeton_jose::{Secret, digest};
use serde::{Deserialize, Serialize};

use super::{Issued, Ledger, MintedToken, Plan};
use crate::clock::Timestamp;
use crate::ids::TokenId;
use crate::model::{Once, OnceKey, OnceKind, Service, Token};
use crate::refusal::Refusal;
use crate::store::Write;

/// Only what the rows do not hold: the texts.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    #[serde(borrow)]
    tokens: Vec<(TokenId, Cow<'a, str>)>,
    #[serde(borrow)]
    id_token: Option<Cow<'a, str>>,
}

impl Ledger {
    pub(super) fn sealed_reply(
        &self,
        plan: &Plan,
        old: &Token,
        presented: &Secret,
        issued: &Issued,
        now: Timestamp,
    ) -> Result<Write, Refusal> {
        let sealed = Sealed {
            tokens: issued.tokens.iter().map(|t| (t.id, t.text.expose().into())).collect(),
            id_token: issued.id_token.as_ref().map(|t| t.expose().into()),
        };
        let bytes = zeroize::Zeroizing::new(serde_json::to_vec(&sealed)?);
        let payload = reply_key(presented)?.seal(&reply_name(old.id).0, &bytes)?;
        Ok(Write::Once(Box::new(Once {
            kind: OnceKind::RefreshReply,
            key: reply_name(old.id),
            service: plan.service.id,
            grant: old.grant,
            expires: now + plan.service.settings.refresh_grace,
            used: None,
            payload,
        })))
    }

    /// The answer that the exchange of `old` got, if its grace still runs.
    pub(crate) async fn repeat_reply(
        &self,
        service: &Service,
        old: &Token,
        (rotated, to): (Timestamp, TokenId),
        presented: &Secret,
    ) -> Result<Option<Issued>, Refusal> {
        let now = self.now();
        if now >= rotated + service.settings.refresh_grace {
            return Ok(None);
        }
        if let Some(issued) = self.successors_of(old, to, presented).await? {
            return Ok(Some(issued));
        }
        let Some(entry) = self.store.once(OnceKind::RefreshReply, reply_name(old.id)).await? else { return Ok(None) };
        let bytes = reply_key(presented)?.open(&reply_name(old.id).0, &entry.payload)?;
        let sealed: Sealed<'_> = serde_json::from_slice(&bytes)?;
        let mut tokens = Vec::with_capacity(sealed.tokens.len());
        for (id, text) in sealed.tokens {
            let Some(row) = self.token(id).await? else { return Ok(None) };
            tokens.push(MintedToken {
                id,
                kind: row.kind,
                text: Secret::new(text),
                scope: row.scope.clone(),
                issued: row.issued,
                expires: row.expires,
            });
        }
        Ok(Some(Issued { tokens, id_token: sealed.id_token.map(Secret::new), grant: old.grant, replaced: false }))
    }
}

/// The row holds the SHA-256 of the text itself; this is another hash, so the row does not open the answer.
fn reply_key(presented: &Secret) -> Result<SealKey, Refusal> {
    let mut input = zeroize::Zeroizing::new(Vec::with_capacity(96));
    input.extend_from_slice(b"jeton refresh reply\0");
    input.extend_from_slice(presented.expose().as_bytes());
    Ok(SealKey::from_bytes(&digest::sha256(&input))?)
}

fn reply_name(old: TokenId) -> OnceKey {
    // The number itself: keys that grow are appended, not scattered. It is no secret; the payload is.
    let mut key = [0; 32];
    key.iter_mut().zip(old.get().to_be_bytes()).for_each(|(to, from)| *to = from);
    OnceKey(key)
}
