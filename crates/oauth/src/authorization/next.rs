//! Decides the next step of a request: sign in, ask for consent, or answer.

use serde_json::json;

use super::AuthorizationRequest;
use crate::OAuth;
use crate::authorization::refusals::{CONSENT_REQUIRED, LOGIN_REQUIRED};
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::DocumentId;
use jeton_model::records::{Client, Document, DocumentKind, Service};
use jeton_model::scope::Scope;
use jeton_model::store::Write;
use jeton_people::Session;

/// The next step for a request.
#[derive(Debug)]
pub enum Next {
    /// The user must sign in.
    SignIn,
    /// The user must be asked for consent.
    Ask,
    /// No interaction is needed.
    Answer,
}

/// Decides. `fresh`: the user signed in during this request.
///
/// # Errors
/// [`LOGIN_REQUIRED`] or [`CONSENT_REQUIRED`] when `prompt=none` forbids the page that is needed.
pub async fn next(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&Session>,
    fresh: bool,
) -> Result<Next, Refusal> {
    let age_allows = |s: &Session| {
        let demanded = request.oldest_sign_in(client);
        // `max_age=0` asks for a new sign-in, even if the last one was a moment ago (OIDC Core section 3.1.2.1).
        demanded.is_none_or(|max| fresh || (!max.is_zero() && oauth.ledger.now().since(s.token.issued) <= max))
    };
    let is_meant = |s: &Session| request.subject.as_ref().is_none_or(|sub| *sub == s.user.sub);
    if fresh && session.is_some_and(|s| !is_meant(s)) {
        // The user who signed in is not the one that the client asked for: the client must not get an answer about them.
        return Err(LOGIN_REQUIRED);
    }
    let session = session.filter(|s| (fresh || !request.prompt.login) && age_allows(s) && is_meant(s));
    let Some(session) = session else {
        return if request.prompt.none { Err(LOGIN_REQUIRED) } else { Ok(Next::SignIn) };
    };
    let ask = if client.skip_consent {
        request.prompt.consent
    } else {
        request.prompt.consent
            || is_new(client)
            || can_be_impersonated(client, request)
            || !request.asked().within(&consented(oauth, service, client, session).await?)
    };
    match (ask, request.prompt.none) {
        (false, _) => Ok(Next::Answer),
        (true, true) => Err(CONSENT_REQUIRED),
        (true, false) => Ok(Next::Ask),
    }
}

/// Stores that a user allowed a client these scopes, in addition to those allowed before.
///
/// # Errors
/// When the store fails.
pub async fn remember_consent(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    session: &Session,
    scope: &Scope,
) -> Result<(), Refusal> {
    oauth.client_use.note(&oauth.ledger, client).await;
    let mut attempts = Attempts::default();
    loop {
        let before = consent(oauth, service, client, session).await?;
        let all = Scope::from_words(words(before.as_ref()).words().chain(scope.words()));
        let document = Document {
            id: DocumentId::new(oauth.ledger.new_number().await?),
            service: service.id,
            kind: DocumentKind::Consent,
            owner: session.user.key.to_string(),
            name: client.key.to_string(),
            updated: oauth.ledger.now(),
            body: json!({ "scope": all }),
        };
        let put = oauth.ledger.put_over(before, vec![Write::Document(Box::new(document))]).await;
        if let Some(done) = attempts.unless_changed(put) {
            return done;
        }
    }
}

async fn consented(oauth: &OAuth, service: &Service, client: &Client, session: &Session) -> Result<Scope, Refusal> {
    Ok(words(consent(oauth, service, client, session).await?.as_ref()))
}

async fn consent(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    session: &Session,
) -> Result<Option<Document>, Refusal> {
    let (owner, name) = (session.user.key.to_string(), client.key.to_string());
    Ok(oauth.ledger.store().document(service.id, DocumentKind::Consent, &owner, &name).await?)
}

/// The scopes of a consent, if there is one.
fn words(consent: Option<&Document>) -> Scope {
    let words = consent.and_then(|d| d.body.get("scope")).and_then(|s| s.as_str()).unwrap_or_default();
    Scope::from_words(words.split(' '))
}

/// A client that nobody has allowed anything yet, and that is in no ledger: whatever it asks for, a person decides.
fn is_new(client: &Client) -> bool {
    client.key.get() == 0
}

/// A client without a secret whose redirect URI is a loopback address or has a private-use scheme: any program on the device
/// can send its requests, so earlier consent is not reused (RFC 8252 section 8.6).
fn can_be_impersonated(client: &Client, request: &AuthorizationRequest) -> bool {
    client.is_public() && !request.redirect_uri.starts_with("https://")
}
