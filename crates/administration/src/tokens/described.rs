//! Tokens with related data: client, person, the refresh token issued with them, their text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::try_join_all;
use jeton_jose::Secret;

use super::{TokenList, Tokens};
use jeton_model::Refusal;
use jeton_model::ids::{GrantId, ServiceId, TokenId};
use jeton_model::records::{Actor, Client, Event, EventKind, Subject, Token, TokenKind, User};
use jeton_model::store::{Page, TokenFilter, Write};

/// A token for a list. Only [`Tokens`] makes one.
#[derive(Debug)]
pub struct ListedToken {
    /// The row.
    pub token: Arc<Token>,
    /// Its client; none when it has none, or when the client was deleted.
    pub client: Option<Arc<Client>>,
    /// Its user; none when it has none, or when the user was deleted.
    pub user: Option<Arc<User>>,
    /// The live refresh token of the same authorization, for access tokens.
    pub refresh: Option<TokenId>,
    /// Its text, if the reader may see it and a copy was kept.
    pub value: Option<Secret>,
}

impl Tokens {
    /// Rows with related data, and with their texts if they are to be shown. Each client and user is looked up once, usually in
    /// the cache; refresh tokens need one query for each authorization.
    pub(super) async fn described(
        &self,
        rows: Vec<Token>,
        with_refresh: bool,
        shown_to: Option<Actor>,
    ) -> Result<Vec<ListedToken>, Refusal> {
        let (mut clients, mut users) = (BTreeMap::new(), BTreeMap::new());
        for row in &rows {
            if let Some(key) = row.client
                && !clients.contains_key(&key)
            {
                clients.insert(key, self.ledger.entities().client(key).await?);
            }
            if let Some(Subject::User(key)) = row.subject
                && !users.contains_key(&key)
            {
                users.insert(key, self.ledger.entities().user(key).await?);
            }
        }
        let refresh = if with_refresh { self.refresh_tokens_of(&rows).await? } else { BTreeMap::new() };
        let values = self.values_of(&rows, shown_to).await?;
        let listed = rows.into_iter().zip(values).map(|(row, value)| ListedToken {
            client: row.client.and_then(|key| clients.get(&key).cloned().flatten()),
            user: match row.subject {
                Some(Subject::User(key)) => users.get(&key).cloned().flatten(),
                _ => None,
            },
            refresh: row.grant.filter(|_| row.kind != TokenKind::Refresh).and_then(|id| refresh.get(&id).copied()),
            value,
            token: Arc::new(row),
        });
        Ok(listed.collect())
    }

    async fn refresh_tokens_of(&self, rows: &[Token]) -> Result<BTreeMap<GrantId, TokenId>, Refusal> {
        let of = |row: &Token| row.grant.filter(|_| row.kind != TokenKind::Refresh).map(|id| (id, row.service));
        let families: BTreeSet<(GrantId, ServiceId)> = rows.iter().filter_map(of).collect();
        let now = self.ledger.now();
        let found = try_join_all(families.into_iter().map(|(grant, service)| async move {
            let filter = TokenFilter { grant: Some(grant), ..TokenList::REFRESH.live(service, now) };
            let listing = self.ledger.list(&filter, Page::first(1)).await?;
            Ok::<_, Refusal>(listing.items.first().map(|token| (grant, token.id)))
        }));
        Ok(found.await?.into_iter().flatten().collect())
    }

    /// The texts of rows, in their order. Showing them is recorded before they are returned.
    async fn values_of(&self, rows: &[Token], shown_to: Option<Actor>) -> Result<Vec<Option<Secret>>, Refusal> {
        let Some(actor) = shown_to else { return Ok(rows.iter().map(|_| None).collect()) };
        let values: Vec<_> = rows.iter().map(|row| self.ledger.secrets().opened_value(row)).collect();
        let shown: Vec<_> =
            rows.iter().zip(&values).filter(|(_, value)| value.is_some()).map(|(row, _)| row.id).collect();
        if let (Some(first), false) = (rows.first(), shown.is_empty()) {
            let event = Event::new(EventKind::ValuesRead, self.ledger.now(), Some(first.service), actor);
            let event = event.concerning("the texts of these tokens were shown", &shown, &[]);
            self.ledger.applied(vec![Write::Event(Box::new(event))]).await?;
        }
        Ok(values)
    }
}
