//! The query of a list: the ledger's filter under the names of the wire.

use jeton_core::Refusal;
use jeton_core::clock::Timestamp;
use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{Subject, TokenKind};
use jeton_core::store::TokenFilter;

use crate::wire::{Call, Query};

/// Parameters of the query.
pub(crate) const PARAMETERS: &[&str] = &[
    "service",
    "kind",
    "client_id",
    "username",
    "sub",
    "grant",
    "parent",
    "scope",
    "issued_from",
    "issued_before",
    "expires_before",
    "live",
    "after",
    "limit",
];

/// Reads the query; none when it names a client or a user that does not exist, and so no token.
pub(super) async fn read(call: &Call, query: &mut Query) -> Result<Option<TokenFilter>, Refusal> {
    let directory = call.ledger.directory();
    let mut filter = TokenFilter { service: Some(call.service.id), ..TokenFilter::default() };
    filter.kinds = kinds(query)?;
    if let Some(client_id) = query.text("client_id") {
        let Some(client) = directory.client_by_id(call.service.id, &client_id).await? else { return Ok(None) };
        filter.client = Some(client.key);
    }
    if let Some(username) = query.text("username") {
        let Some(user) = directory.user_by_name(call.service.id, &username).await? else { return Ok(None) };
        filter.subject = Some(Subject::User(user.key));
    }
    if let Some(sub) = query.text("sub") {
        let subject = match directory.user_by_sub(call.service.id, &sub).await? {
            Some(user) => Subject::User(user.key),
            None => Subject::External(sub.into()),
        };
        if filter.subject.as_ref().is_some_and(|other| *other != subject) {
            return Ok(None);
        }
        filter.subject = Some(subject);
    }
    filter.grant = query.value("grant")?.map(GrantId::new);
    filter.parent = query.value("parent")?.map(TokenId::new);
    filter.scope = query.text("scope");
    filter.issued_from = query.value("issued_from")?.map(Timestamp::from_seconds);
    filter.issued_before = query.value("issued_before")?.map(Timestamp::from_seconds);
    filter.expires_before = query.value("expires_before")?.map(Timestamp::from_seconds);
    filter.live_at = query.value("live")?.unwrap_or(false).then(|| call.ledger.now());
    Ok(Some(filter))
}

fn kinds(query: &mut Query) -> Result<Vec<TokenKind>, Refusal> {
    let words = query.text("kind").unwrap_or_default();
    let words = words.split([',', ' ']).filter(|word| !word.is_empty());
    let kind = |word: &str| TokenKind::ALL.into_iter().find(|kind| kind.name() == word);
    words.map(|word| kind(word).ok_or(Refusal::ParameterInvalid("kind"))).collect()
}
