//! One request of each kind, before any load: does the target answer, and how long are its answers?

use anyhow::{Context as _, bail};

use crate::{
    args::Op,
    bare::Sizes,
    endpoints::Endpoints,
    http::{Endpoint, get},
    json::string_member,
    load::{encoded, in_words, once},
    ops::{Load, Setup},
};

/// The sizes of the target's answers, in bytes, for the operations that will be measured.
pub(super) async fn sizes(setup: &Setup, asked: &[Op]) -> anyhow::Result<Sizes> {
    let mut sizes = Sizes::default();
    let Endpoints { introspect, revoke, list, .. } = &setup.endpoints;
    if let Some(place) = list
        && asked.contains(&Op::List)
    {
        let request = get(place, setup.list_authorization.as_deref());
        sizes.list = ask("listing", place, &request).await?.len();
    }
    if let Some(backend) = &setup.backend {
        if asked.contains(&Op::BackendCreate) {
            sizes.backend_create = answered(backend.create()).await?.len();
        }
        if asked.contains(&Op::BackendIntrospect) {
            let live = backend.clone().with_live(1, 1).await?;
            sizes.backend_introspect = answered(live.introspect()).await?.len();
        }
    }
    // A client that may only refresh, or only list, is not asked to issue.
    if !asked.iter().any(|op| matches!(op, Op::Issue | Op::Introspect | Op::Revoke)) {
        return Ok(sizes);
    }
    let answer = issuance(setup).await?;
    sizes.token = answer.len();
    let token = string_member(&answer, "access_token").context("issuance answers no access_token")?;
    let token = encoded(&token);
    if let Some(place) = introspect
        && asked.contains(&Op::Introspect)
    {
        let answer = introspection(setup, place, &token).await?;
        if !is_active(&answer) {
            bail!("introspection does not know the token just issued: {}", in_words(200, &answer));
        }
        sizes.introspect = answer.len();
    }
    if let Some(place) = revoke
        && asked.contains(&Op::Revoke)
    {
        let request = setup.client.form(place, "token=".to_owned()).with(&token);
        sizes.revoke = ask("revocation", place, &request).await?.len();
        // Revocation that revokes nothing would be fast; one that other nodes learn of later is only to be known.
        if let Some(place) = introspect
            && is_active(&introspection(setup, place, &token).await?)
        {
            eprintln!("# a token is still active right after its revocation");
        }
    }
    Ok(sizes)
}

async fn issuance(setup: &Setup) -> anyhow::Result<Vec<u8>> {
    let load = Op::Issue.on_target(setup).context("no token endpoint")?;
    let mut request = Vec::new();
    load.work.next(&mut request);
    ask("issuance", &load.place, &request).await
}

/// Whether the operation is still answered with success: a fast answer about inactive tokens is not a valid figure.
pub(super) async fn still_good(setup: &Setup, op: Op) -> anyhow::Result<bool> {
    match (op, &setup.endpoints.introspect, setup.live.first()) {
        (Op::Introspect, Some(place), Some(token)) => Ok(is_active(&introspection(setup, place, token).await?)),
        (Op::Introspect, ..) => Ok(false),
        (Op::BackendCreate | Op::BackendIntrospect, ..) => {
            let load = op.on_target(setup).context("no backend")?;
            Ok(answered(load).await.is_ok())
        }
        _ => Ok(true),
    }
}

/// The answer to one request to a backend, whose `action` says that it was carried out.
async fn answered(load: Load) -> anyhow::Result<Vec<u8>> {
    let mut request = Vec::new();
    load.work.next(&mut request);
    let answer = ask("the backend", &load.place, &request).await?;
    match string_member(&answer, "action").as_deref() {
        Some("OK") => Ok(answer),
        _ => bail!("the backend answers {}", in_words(200, &answer)),
    }
}

async fn introspection(setup: &Setup, place: &Endpoint, token: &str) -> anyhow::Result<Vec<u8>> {
    ask("introspection", place, &setup.client.form(place, "token=".to_owned()).with(token)).await
}

async fn ask(what: &str, place: &Endpoint, request: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (status, body) = once(place, request).await.with_context(|| format!("{what} at {}", place.origin()))?;
    if !(200..300).contains(&status) {
        bail!("{what} at {}{} answers {}", place.origin(), place.path, in_words(status, &body));
    }
    Ok(body)
}

fn is_active(body: &[u8]) -> bool {
    let parsed: Result<serde_json::Value, _> = serde_json::from_slice(body);
    parsed.is_ok_and(|v| v.get("active") == Some(&serde_json::Value::Bool(true)))
}
