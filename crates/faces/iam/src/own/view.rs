//! A token in the older form (`docs/contracts/indigo-iam.md` section 4).

use jeton_core::model::{Client, Token};
use jeton_core::tokens::{ListedToken, TokenList};
use serde::Serialize;

use crate::date;

/// Every member is written, even if null; `refreshTokenId` only for access tokens.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenView {
    value: Option<String>,
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_id: Option<Option<u64>>,
    scopes: Vec<String>,
    client_id: Option<String>,
    user_id: Option<String>,
    expiration: Option<String>,
    /// Only if introspection says that it is not active.
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
}

impl TokenView {
    pub(super) fn of(list: TokenList, listed: &ListedToken) -> Self {
        Self {
            active: (!listed.active).then_some(false),
            value: listed.value.as_ref().map(|value| value.expose().to_owned()),
            refresh_token_id: (list == TokenList::ACCESS).then(|| listed.refresh.map(|id| id.get())),
            client_id: listed.client.as_ref().map(|client| client.client_id.to_string()),
            user_id: listed.user.as_ref().map(|user| user.username.clone()),
            ..Self::of_row(&listed.token)
        }
    }

    pub(super) fn of_registration(client: &Client, token: &Token, text: Option<&str>) -> Self {
        Self {
            value: text.map(str::to_owned),
            refresh_token_id: Some(None),
            client_id: Some(client.client_id.to_string()),
            ..Self::of_row(token)
        }
    }

    fn of_row(row: &Token) -> Self {
        Self {
            value: None,
            id: row.id.get(),
            refresh_token_id: None,
            scopes: row.scope.words().map(str::to_owned).collect(),
            client_id: None,
            user_id: None,
            expiration: row.expires.map(date::text),
            active: None,
        }
    }
}
