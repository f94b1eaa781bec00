//! A client in an answer, with its secret for a caller who may see it.

use std::sync::Arc;

use jeton_core::backend::clients::client_document;
use jeton_core::model::Client;
use jeton_core::refusal::Refusal;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::call::Cx;

/// Documents of clients, each with its secret where the caller may see it and the server keeps it.
///
/// # Errors
/// When the store fails.
pub(super) async fn with_secrets(cx: &Cx<'_>, clients: &[Arc<Client>]) -> Result<Vec<Map<String, Value>>, Refusal> {
    let secrets = cx.backend.client_secrets(&cx.caller, clients).await?;
    let documents = clients.iter().zip(secrets).map(|(client, secret)| {
        let mut document = client_document(client);
        if let Some(secret) = secret {
            document.insert("clientSecret".to_owned(), secret.expose().into());
        }
        document
    });
    Ok(documents.collect())
}

/// One client as an answer.
///
/// # Errors
/// When the store fails.
pub(super) async fn one(cx: &Cx<'_>, client: Arc<Client>) -> Result<Answer, Refusal> {
    let document = with_secrets(cx, &[client]).await?.pop().unwrap_or_default();
    Ok(Answer::Plain(document.into()))
}

/// Documents for a list; none at all when it is empty, as one SDK expects.
pub(super) fn list(documents: Vec<Map<String, Value>>) -> Value {
    let documents: Vec<Value> = documents.into_iter().map(Value::Object).collect();
    if documents.is_empty() { Value::Null } else { documents.into() }
}
