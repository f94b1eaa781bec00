//! A token as administrators see it. Times in seconds since 1970.

use std::collections::HashMap;
use std::sync::Arc;

use jeton_core::api_tokens::AddressRanges;
use jeton_core::ids::TokenId;
use jeton_core::ledger::{Inactive, Verdict};
use jeton_core::model::{Property, Reason, Subject, Token, TokenFormat, TokenKind, TokenState, TokenUse};
use jeton_core::refusals::NOT_FOUND;
use jeton_core::{Administration, Refusal, Scope};
use serde::Serialize;

/// A token as administrators see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TokenView {
    /// Its text; only in the answer that minted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    pub(crate) id: u64,
    pub(crate) kind: TokenKind,
    format: TokenFormat,
    /// `live`, or why it is not valid.
    pub(crate) state: &'static str,
    pub(crate) client_id: Option<String>,
    pub(crate) username: Option<String>,
    sub: Option<String>,
    pub(crate) scope: Scope,
    audience: Vec<String>,
    pub(crate) issued_at: i64,
    not_before: Option<i64>,
    pub(crate) expires_at: Option<i64>,
    /// The family; none: the token has no family.
    grant: Option<u64>,
    parent: Option<u64>,
    revoked_at: Option<i64>,
    revoked_why: Option<Reason>,
    rotated_to: Option<u64>,
    /// Whether it is bound to a key.
    bound: bool,
    name: Option<String>,
    description: Option<String>,
    properties: Vec<Property>,
    /// What a ProdManager API token permits, in the order of its request, and with its repetitions.
    pub(crate) permissions: Vec<String>,
    minted_by: Option<String>,
    /// The addresses from which it may be used; empty: any.
    address_ranges: Vec<String>,
    /// Its use, if the use of such tokens is recorded (`tokens.track_use`).
    #[serde(flatten)]
    used: Used,
}

/// The recorded use of a token.
#[derive(Clone, Debug, Default, Serialize)]
struct Used {
    last_used_at: Option<i64>,
    /// A network, or the client that introspected it.
    last_used_from: Option<String>,
    use_count: Option<u64>,
    /// The scopes that no use has needed so far.
    unused_scopes: Option<Scope>,
}

impl Used {
    fn of(row: &Token, known: Option<&TokenUse>) -> Self {
        let needed = known.map_or_else(Scope::empty, |known| known.scopes.clone());
        Self {
            last_used_at: known.map(|known| known.last.seconds()),
            last_used_from: known.map(|known| known.source.to_string()),
            use_count: Some(known.map_or(0, |known| known.count)),
            unused_scopes: Some(Scope::from_words(row.scope.words().filter(|word| !needed.contains(word)))),
        }
    }
}

impl TokenView {
    /// The view of a row.
    pub(crate) async fn of(administration: &Administration, row: Arc<Token>) -> Result<Self, Refusal> {
        Self::all(administration, [row]).await?.pop().ok_or_else(|| NOT_FOUND.with("token"))
    }

    /// The view of a verdict; client and user are looked up if the verdict did not need them.
    async fn with_use(
        administration: &Administration,
        verdict: Verdict,
        uses: &HashMap<TokenId, TokenUse>,
    ) -> Result<Self, Refusal> {
        let (state, row) = match verdict {
            Verdict::Active(live) => ("live", live.token),
            Verdict::Inactive(why, row) => (word(why), row.ok_or_else(|| NOT_FOUND.with("token"))?),
        };
        let entities = administration.ledger.entities();
        let client = match row.client {
            Some(key) => entities.client(key).await?,
            None => None,
        };
        let user = match row.subject {
            Some(Subject::User(key)) => entities.user(key).await?,
            _ => None,
        };
        let sub = match (&user, &row.subject) {
            (Some(user), _) => Some(user.sub.clone()),
            (None, Some(Subject::External(name))) => Some(name.to_string()),
            _ => None,
        };
        Ok(Self {
            client_id: client.map(|client| client.client_id.to_string()),
            username: user.map(|user| user.username.clone()),
            sub,
            used: if administration.ledger.uses().tracks(row.kind) {
                Used::of(&row, uses.get(&row.id))
            } else {
                Used::default()
            },
            ..Self::of_row(state, &row)
        })
    }

    /// The views of many rows.
    pub(crate) async fn all(
        administration: &Administration,
        rows: impl IntoIterator<Item = impl Into<Arc<Token>>>,
    ) -> Result<Vec<Self>, Refusal> {
        let mut verdicts = Vec::new();
        for row in rows {
            verdicts.push(administration.ledger.judge(row.into()).await?);
        }
        let rows = verdicts.iter().filter_map(Verdict::row).filter(|row| administration.ledger.uses().tracks(row.kind));
        let uses = administration.ledger.uses().of(&rows.map(|row| row.id).collect::<Vec<_>>()).await?;
        let mut views = Vec::with_capacity(verdicts.len());
        for verdict in verdicts {
            views.push(Self::with_use(administration, verdict, &uses).await?);
        }
        Ok(views)
    }

    /// With the text of the token that was just minted.
    pub(crate) fn with_text(self, text: &str) -> Self {
        Self { token: Some(text.to_owned()), ..self }
    }

    fn of_row(state: &'static str, row: &Token) -> Self {
        let details = row.details.as_deref().cloned().unwrap_or_default();
        let (revoked_at, revoked_why, rotated_to) = match row.state {
            // An API token that was rotated stays valid for the overlap.
            TokenState::Active => (None, None, details.other.get("rotated_to").and_then(serde_json::Value::as_u64)),
            TokenState::Revoked { at, why } => (Some(at.seconds()), Some(why), None),
            TokenState::Rotated { to, .. } => (None, None, Some(to.get())),
        };
        Self {
            token: None,
            id: row.id.get(),
            kind: row.kind,
            format: row.format,
            state,
            client_id: None,
            username: None,
            sub: None,
            scope: row.scope.clone(),
            audience: row.audience.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            issued_at: row.issued.seconds(),
            not_before: row.not_before.map(|at| at.seconds()),
            expires_at: row.expires.map(|at| at.seconds()),
            grant: row.grant.map(|id| id.get()),
            parent: row.parent.map(|id| id.get()),
            revoked_at,
            revoked_why,
            rotated_to,
            bound: row.binding.is_some(),
            minted_by: details.other.get("minted_by").and_then(|by| by.as_str()).map(str::to_owned),
            address_ranges: AddressRanges::of(row).texts(),
            used: Used::default(),
            name: details.name,
            description: details.description,
            properties: details.properties,
            permissions: match row.kind {
                TokenKind::Api => details.permissions.into_iter().map(|permission| permission.resource_id).collect(),
                // The permissions of an RPT say more than a name.
                _ => Vec::new(),
            },
        }
    }
}

fn word(why: Inactive) -> &'static str {
    match why {
        Inactive::Unknown => "unknown",
        Inactive::Expired => "expired",
        Inactive::NotYet => "not_yet",
        Inactive::Revoked => "revoked",
        Inactive::Suspended => "suspended",
        Inactive::Rotated => "rotated",
        Inactive::GrantEnded => "grant_ended",
        Inactive::ClientGone => "client_gone",
        Inactive::UserGone => "user_gone",
        Inactive::ServiceDisabled => "service_disabled",
    }
}
