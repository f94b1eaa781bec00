//! `/resource_owners`: people, by user name. Never a password or its hash.

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::administration::{Members, NewUser, read_user, user_document};
use jeton_core::model::User;
use jeton_core::refusal::Refusal;
use jeton_core::refusal::invalid;
use jeton_core::store::Page;
use jeton_wire::{Entity, Path};
use serde_json::{Map, Value, json};

use crate::answers::{created, nothing, ok};
use crate::manager::Manager;
use crate::search::{Record, Search, every};

/// All people, the first 1000 of them.
pub(crate) async fn list(manager: Manager) -> Response {
    manager.say(async { ok(&page(&manager, Page::first(1000)).await?.0) }.await)
}

/// One person.
pub(crate) async fn show(manager: Manager, Path(login): Path<String>) -> Response {
    let found = manager.oauth().administration.show_user(manager.service.id, &login).await;
    manager.say(found.and_then(|user| ok(&shown(&user))))
}

/// Creates a person.
pub(crate) async fn create(manager: Manager, body: Entity) -> Response {
    let work = async {
        let (oauth, service) = (manager.oauth(), manager.service.id);
        let mut document = manager.document(&body)?;
        if let Some(login) = document.remove("login") {
            document.insert("username".into(), login);
        }
        let claims = document.remove("claims").map(read_claims).transpose()?;
        let NewUser { user, password } = read_user(service, document)?;
        let user = match claims {
            Some(claims) => oauth.administration.with_claims(user, claims)?,
            None => user,
        };
        let made = oauth.administration.put_user(&manager.caller, NewUser { user, password }, false).await?;
        created(&shown(&made))
    };
    manager.say(work.await)
}

/// Deletes a person; tokens in their name are invalid from then on.
pub(crate) async fn delete(manager: Manager, Path(login): Path<String>) -> Response {
    let deleted = manager.oauth().administration.delete_user(&manager.caller, manager.service.id, &login).await;
    manager.say(deleted.and_then(|()| nothing()))
}

/// Gives a person a new password and signs them out everywhere; `keep_tokens` names the tokens that stay.
pub(crate) async fn password(manager: Manager, body: Entity) -> Response {
    let work = async {
        let mut members = Members::new(manager.document(&body)?);
        let login: String = members.take("login")?.ok_or_else(|| invalid("login", "is missing"))?;
        let password: Secret = members.take("password")?.ok_or_else(|| invalid("password", "is missing"))?;
        let keep = members.take("keep_tokens")?.unwrap_or_default();
        members.finish(&[])?;
        let (caller, service) = (&manager.caller, manager.service.id);
        let user = manager.oauth().administration.set_password(caller, service, &login, &password, keep).await?;
        ok(&shown(&user))
    };
    manager.say(work.await)
}

/// Replaces a person's claims.
pub(crate) async fn claims(manager: Manager, body: Entity) -> Response {
    let work = async {
        let mut members = Members::new(manager.document(&body)?);
        let login: String = members.take("login")?.ok_or_else(|| invalid("login", "is missing"))?;
        let claims: Value = members.take("claims")?.ok_or_else(|| invalid("claims", "is missing"))?;
        members.finish(&[])?;
        let claims = read_claims(claims)?;
        let user =
            manager.oauth().administration.set_claims(&manager.caller, manager.service.id, &login, claims).await?;
        ok(&shown(&user))
    };
    manager.say(work.await)
}

/// Searches people.
pub(crate) async fn search(manager: Manager, body: Entity) -> Response {
    let work = async {
        let search = Search::read(manager.document(&body)?, &[("logins", "login"), ("subjects", "sub")])?;
        search.of(every("people", |at| page(&manager, at)).await?)
    };
    manager.say(work.await)
}

/// Claims as an object, or as a list of `{key, value}` or `{type, value}`; a repeated name has a list of values.
fn read_claims(claims: Value) -> Result<Map<String, Value>, Refusal> {
    let list = match claims {
        Value::Object(claims) => return Ok(claims),
        Value::Array(list) => list,
        _ => return Err(invalid("claims", "must be an object or a list")),
    };
    let mut all: Map<String, Value> = Map::new();
    for claim in list {
        let Value::Object(claim) = claim else { return Err(invalid("claims", "must be a list of {key, value}")) };
        let mut members = Members::new(claim);
        let name: Option<String> = members.take("key")?.or(members.take("type")?);
        let name = name.ok_or_else(|| invalid("claims", "must be a list of {key, value}"))?;
        let value: Value = members.take("value")?.unwrap_or_default();
        members.finish(&[])?;
        match all.remove(&name) {
            None => all.insert(name, value),
            Some(Value::Array(mut values)) => {
                values.push(value);
                all.insert(name, values.into())
            }
            Some(first) => all.insert(name, json!([first, value])),
        };
    }
    Ok(all)
}

fn shown(user: &User) -> Record {
    let mut document = user_document(user);
    document.insert("login".into(), json!(user.username));
    let present = user.claims.iter().filter(|(_, value)| !value.is_null());
    let claims: Map<String, Value> = present.map(|(name, value)| (name.clone(), value.clone())).collect();
    document.insert("claims".into(), claims.into());
    document.insert("create_datetime".into(), json!(user.created.seconds()));
    document.insert("update_datetime".into(), json!(user.updated.seconds()));
    document.retain(|_, value| !value.is_null());
    document
}

async fn page(manager: &Manager, page: Page) -> Result<(Vec<Record>, Option<u64>), Refusal> {
    let listing = manager.oauth().administration.users(manager.service.id, page).await?;
    let last = listing.items.last().map(|user| user.key.get());
    Ok((listing.items.iter().map(shown).collect(), last))
}
