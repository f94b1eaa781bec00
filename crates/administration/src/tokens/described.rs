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

/// The member of an access token's details that is there when its scope has `openid` and no ID token was issued with it.
pub const WITHOUT_ID_TOKEN: &str = "without_id_token";

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
    /// Whether introspection says that it is active. A token in these lists has not ended; it is not active while it is suspended,
    /// or its client or its person is disabled or was told to begin anew.
    pub active: bool,
}

impl ListedToken {
    /// Whether an ID token was issued together with it. Its number is the access token's, which its `jti` names.
    #[must_use]
    pub fn has_id_token(&self) -> bool {
        let row = &self.token;
        let details = row.details.as_deref();
        row.kind == TokenKind::Access
            && row.subject.is_some()
            && row.grant.is_some()
            && row.scope.names("openid")
            && !details.is_some_and(|details| details.exchanged || details.other.contains_key(WITHOUT_ID_TOKEN))
    }
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
        let refresh_tokens = if with_refresh { self.refresh_tokens_of(&rows).await? } else { BTreeMap::new() };
        let values = self.values_of(&rows, shown_to).await?;
        let mut listed = Vec::with_capacity(rows.len());
        for (row, value) in rows.into_iter().zip(values) {
            let client = row.client.and_then(|key| clients.get(&key).cloned().flatten());
            let user = match row.subject {
                Some(Subject::User(key)) => users.get(&key).cloned().flatten(),
                _ => None,
            };
            let refresh = row.grant.filter(|_| row.kind != TokenKind::Refresh);
            listed.push(ListedToken {
                active: self.is_active(&row, client.as_deref(), user.as_deref()).await?,
                refresh: refresh.and_then(|id| refresh_tokens.get(&id).copied()),
                token: Arc::new(row),
                client,
                user,
                value,
            });
        }
        Ok(listed)
    }

    /// What introspection says of a row that has not ended, without a read of the store: client and person are known here.
    async fn is_active(&self, row: &Token, client: Option<&Client>, user: Option<&User>) -> Result<bool, Refusal> {
        let is_current = match (row.client, client) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(_), Some(client)) => {
                client.tokens_from <= row.issued && self.ledger.entities().is_active(client).await?
            }
        };
        let counts = match (&row.subject, user) {
            (Some(Subject::User(_)), None) => false,
            (_, None) => true,
            (_, Some(user)) => user.enabled && user.counts_from(row.kind) <= row.issued,
        };
        Ok(is_current && counts && !self.ledger.is_suspended(row).await?)
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
