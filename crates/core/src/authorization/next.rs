//! What must happen next: sign in, ask, or answer.

use serde_json::json;

use super::AuthorizationRequest;
use crate::Ledger;
use crate::ids::DocumentId;
use crate::model::{Client, Document, DocumentKind, Service};
use crate::people::Session;
use crate::refusal::Refusal;
use crate::scope::Scope;
use crate::store::Write;

/// The next step for a request.
#[derive(Debug)]
pub enum Next {
    /// Somebody must sign in.
    SignIn,
    /// The person must be asked.
    Ask,
    /// Nothing is left to do: answer.
    Answer,
}

/// Decides. `fresh`: the person has signed in for this very request.
///
/// # Errors
/// [`Refusal::LoginRequired`] or [`Refusal::ConsentRequired`] when `prompt=none` forbids what is needed.
pub async fn next(
    ledger: &Ledger,
    service: &Service,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&Session>,
    fresh: bool,
) -> Result<Next, Refusal> {
    let age_allows = |s: &Session| {
        let demanded = request.max_age.or_else(|| default_max_age(client));
        demanded.is_none_or(|max| fresh || ledger.now().since(s.token.issued) <= max)
    };
    let session = session.filter(|s| (fresh || !request.prompt.login) && age_allows(s));
    let Some(session) = session else {
        return if request.prompt.none { Err(Refusal::LoginRequired) } else { Ok(Next::SignIn) };
    };
    let ask = if client.skip_consent {
        request.prompt.consent
    } else {
        request.prompt.consent || !request.scope.within(&consented(ledger, service, client, session).await?)
    };
    match (ask, request.prompt.none) {
        (false, _) => Ok(Next::Answer),
        (true, true) => Err(Refusal::ConsentRequired),
        (true, false) => Ok(Next::Ask),
    }
}

/// Remembers that a person allowed a client these scopes, beside what he allowed before.
///
/// # Errors
/// When the store fails.
pub async fn remember_consent(
    ledger: &Ledger,
    service: &Service,
    client: &Client,
    session: &Session,
    scope: &Scope,
) -> Result<(), Refusal> {
    let before = consented(ledger, service, client, session).await?;
    let all = Scope::from_words(before.words().chain(scope.words()));
    let document = Document {
        id: DocumentId::new(ledger.new_number().await?),
        service: service.id,
        kind: DocumentKind::Consent,
        owner: session.user.key.to_string(),
        name: client.key.to_string(),
        updated: ledger.now(),
        body: json!({ "scope": all }),
    };
    ledger.applied(vec![Write::Document(Box::new(document))]).await.map(drop)
}

async fn consented(ledger: &Ledger, service: &Service, client: &Client, session: &Session) -> Result<Scope, Refusal> {
    let (owner, name) = (session.user.key.to_string(), client.key.to_string());
    let found = ledger.store().document(service.id, DocumentKind::Consent, &owner, &name).await?;
    let words = found.as_ref().and_then(|d| d.body.get("scope")).and_then(|s| s.as_str()).unwrap_or_default();
    Ok(Scope::from_words(words.split(' ')))
}

fn default_max_age(client: &Client) -> Option<std::time::Duration> {
    client.metadata.get("default_max_age").and_then(serde_json::Value::as_u64).map(std::time::Duration::from_secs)
}
