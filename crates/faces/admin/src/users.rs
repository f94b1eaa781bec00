//! `/admin/v1/users`: documents with OpenID Connect names.

use axum::extract::Path;
use jeton_core::Secret;
use jeton_core::administration::{NewUser, invalid, read_user, user_document};
use serde_json::json;

use crate::wire::{Answer, Call, Document, Query, created, next, nothing, ok};

/// Creates a user.
pub(crate) async fn create(call: Call, Document(document): Document) -> Answer {
    let new = read_user(call.service.id, document)?;
    let user = call.ledger.put_user(&call.caller, new, false).await?;
    created(user_document(&user))
}

/// A page of users.
pub(crate) async fn list(call: Call, mut query: Query) -> Answer {
    let page = query.page()?;
    query.finish()?;
    let listing = call.ledger.users(call.service.id, page).await?;
    let next = next(page, listing.items.len(), listing.items.last().map(|user| user.key.get()));
    let items: Vec<_> = listing.items.iter().map(user_document).collect();
    ok(json!({ "items": items, "total": listing.total, "next": next }))
}

/// One user.
pub(crate) async fn show(call: Call, Path(username): Path<String>) -> Answer {
    ok(user_document(&call.ledger.show_user(call.service.id, &username).await?))
}

/// Replaces a user; without `password` he keeps his.
pub(crate) async fn put(call: Call, Path(username): Path<String>, Document(mut document): Document) -> Answer {
    call.ledger.show_user(call.service.id, &username).await?;
    let named = document.entry("username").or_insert_with(|| username.clone().into());
    if *named != username {
        return Err(invalid("username", "is not the user of this path; a user keeps his name").into());
    }
    let new = read_user(call.service.id, document)?;
    ok(user_document(&*call.ledger.put_user(&call.caller, new, true).await?))
}

/// Deletes a user; tokens in his name are dead from then on.
pub(crate) async fn delete(call: Call, Path(username): Path<String>) -> Answer {
    call.ledger.delete_user(&call.caller, call.service.id, &username).await?;
    nothing()
}

/// Gives a user a new password: the one that is sent, or one that is made and stands in this answer only.
pub(crate) async fn password(call: Call, Path(username): Path<String>, document: Document) -> Answer {
    let mut members = document.members();
    let sent: Option<Secret> = members.take("password")?;
    members.finish(&[])?;
    if sent.as_ref().is_some_and(|password| password.is_empty() || password.expose().len() > 1024) {
        return Err(invalid("password", "must be 1 to 1024 bytes").into());
    }
    let user = call.ledger.show_user(call.service.id, &username).await?;
    let (password, made) = match sent {
        Some(password) => (password, None),
        None => {
            let made = call.ledger.new_secret().await?;
            (made.clone(), Some(made))
        }
    };
    let user = call.ledger.put_user(&call.caller, NewUser { user, password: Some(password) }, true).await?;
    let mut document = user_document(&user);
    if let Some(made) = made {
        document.insert("password".into(), made.expose().into());
    }
    ok(document)
}
