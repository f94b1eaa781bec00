//! `/admin/v1/users`: documents with OpenID Connect names.

use jeton_core::administration::{KeepTokens, keep_enabled, read_user, user_document};
use jeton_core::name_key::name_key;
use jeton_core::refusal::invalid;
use jeton_core::{Refusal, Secret};
use jeton_wire::Path;
use serde_json::{Value, json};

use crate::wire::{AdminRequest, Document, HandlerResult, Query, created, next, nothing, ok};

/// Creates a user.
pub(crate) async fn create(call: AdminRequest, Document(document): Document) -> HandlerResult {
    let new = read_user(call.service.id, document)?;
    let user = call.administration.put_user(&call.caller, new, false).await?;
    created(user_document(&user))
}

/// A page of users.
pub(crate) async fn list(call: AdminRequest, mut query: Query) -> HandlerResult {
    let page = query.page()?;
    query.finish()?;
    let listing = call.administration.users(call.service.id, page).await?;
    let next = next(page, listing.items.len(), listing.items.last().map(|user| user.key.get()));
    let items: Vec<_> = listing.items.iter().map(user_document).collect();
    ok(json!({ "items": items, "total": listing.total, "next": next }))
}

/// One user.
pub(crate) async fn show(call: AdminRequest, Path(username): Path<String>) -> HandlerResult {
    ok(user_document(&call.administration.show_user(call.service.id, &username).await?))
}

/// Replaces a user; without `password` they keep theirs, and without `enabled` they stay enabled or disabled. A new password
/// ends their tokens, except those that `keep_tokens` names.
pub(crate) async fn put(
    call: AdminRequest,
    Path(username): Path<String>,
    Document(mut document): Document,
) -> HandlerResult {
    let old = call.administration.show_user(call.service.id, &username).await?;
    let named = document.entry("username").or_insert_with(|| old.username.clone().into());
    // Another way to write the same name is taken; it must not name somebody else whose name is matched exactly.
    let named = named.as_str().unwrap_or_default();
    let is_theirs = named == old.username
        || name_key(named) == name_key(&old.username)
            && call.administration.show_user(call.service.id, named).await?.key == old.key;
    if !is_theirs {
        return Err(invalid("username", "is not the user of this path; a user keeps their name").into());
    }
    let keep = kept(document.remove("keep_tokens"))?;
    keep_enabled(&mut document, old.enabled);
    let new = read_user(call.service.id, document)?;
    ok(user_document(&*call.administration.put_user_keeping(&call.caller, new, true, keep).await?))
}

/// Which tokens remain valid when the password changes.
fn kept(member: Option<Value>) -> Result<KeepTokens, Refusal> {
    let read =
        |value| serde_json::from_value(value).map_err(|_| invalid("keep_tokens", "must be none, api_tokens or all"));
    member.filter(|value| !value.is_null()).map_or(Ok(KeepTokens::None), read)
}

/// Deletes a user; tokens in their name are invalid from then on.
pub(crate) async fn delete(call: AdminRequest, Path(username): Path<String>) -> HandlerResult {
    call.administration.delete_user(&call.caller, call.service.id, &username).await?;
    nothing()
}

/// Gives a user a new password: the one in the request, or a generated one that is only in this answer.
pub(crate) async fn password(call: AdminRequest, Path(username): Path<String>, document: Document) -> HandlerResult {
    let mut members = document.members();
    let sent: Option<Secret> = members.take("password")?;
    let keep = kept(members.take("keep_tokens")?)?;
    members.finish(&[])?;
    let (password, made) = match sent {
        Some(password) => (password, None),
        None => {
            let made = call.administration.new_secret().await?;
            (made.clone(), Some(made))
        }
    };
    let user = call.administration.set_password(&call.caller, call.service.id, &username, &password, keep).await?;
    let mut document = user_document(&user);
    if let Some(made) = made {
        document.insert("password".into(), made.expose().into());
    }
    ok(document)
}
