//! Tokens that an administrator creates and changes.

use std::sync::Arc;
use std::time::Duration;

use super::Lifetime;
use crate::{Administration, Caller, named};
use jeton_ledger::ledger::{Amendment, Issued, LONGEST_LIFETIME, Plan, TokenPlan};
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::readable::{are_readable_lines, is_readable};
use jeton_model::records::{Actor, Binding, Client, Service, Subject, Token, TokenDetails, TokenFormat, TokenKind};
use jeton_model::refusals::{INVALID, NOT_FOUND};
use jeton_model::scope::Scope;

/// A request for a token.
#[derive(Debug)]
pub struct NewToken {
    /// [`TokenKind::Access`] or [`TokenKind::Api`].
    pub kind: TokenKind,
    /// Its format; none: the client's or the service's for access tokens, opaque for API tokens.
    pub format: Option<TokenFormat>,
    /// The id of the client that it is issued to.
    pub client: Option<String>,
    /// The name of its user.
    pub user: Option<String>,
    /// Its scope; none: the client's default.
    pub scope: Option<Scope>,
    /// Its audience, space-separated; none: as the client or the service says.
    pub audience: Option<Arc<str>>,
    /// Its lifetime.
    pub lifetime: Lifetime,
    /// Not valid before.
    pub not_before: Option<Timestamp>,
    /// The key that it is bound to (RFC 9449); only for [`TokenKind::Api`].
    pub binding: Option<Binding>,
    /// Name, description, properties.
    pub details: TokenDetails,
}

impl Administration {
    /// Mints a token as an administrator. The row records who did it (`minted_by`).
    ///
    /// # Errors
    /// [`NOT_FOUND`] for client or user, [`SCOPE_NOT_ALLOWED`] beyond the client's scope, `API_TOKEN_LIFETIME` beyond the policy
    /// of API tokens, `AUTHORITY_EXCEEDED` beyond the caller's rights, [`INVALID`] for a kind or a format that cannot be created
    /// this way.
    pub async fn mint_for(&self, caller: &Caller, service: &Arc<Service>, new: NewToken) -> Result<Issued, Refusal> {
        let client = named::enabled_client(&self.ledger, service, new.client.as_deref()).await?;
        let user = named::enabled_user(&self.ledger, service, new.user.as_deref()).await?;
        let is_for_nobody = client.is_none() && user.is_none();
        let token = planned(service, client.as_deref(), new, caller)?;
        let text = match (token.kind, token.format) {
            (TokenKind::Access, _) if is_for_nobody => {
                "`client_id` and `username` are missing: an access token is issued to a client, in the name of a user, or both"
            }
            // RFC 9068 section 2.2. For a client, it is the client.
            (_, TokenFormat::Jwt) if client.is_none() && token.audience.is_empty() => {
                "`audience` is missing: a JWT without `client_id` names whom it is for"
            }
            _ => "",
        };
        if !text.is_empty() {
            return Err(INVALID.with(text));
        }
        caller.may_put(&token.scope, client.as_deref(), user.as_deref())?;
        let plan = Plan { tokens: vec![token], ..Plan::new(Arc::clone(service), client) };
        self.ledger
            .mint(match user {
                Some(user) => plan.of_user(user),
                None => plan,
            })
            .await
    }

    /// Changes a live token.
    ///
    /// # Errors
    /// As [`Ledger::amend`]; `API_TOKEN_LIFETIME` when an API token would live longer than the policy allows.
    pub async fn amend_for(&self, caller: &Caller, row: &Arc<Token>, change: Amendment) -> Result<Arc<Token>, Refusal> {
        if let (TokenKind::Api, Some(end)) = (row.kind, change.expires) {
            let left = end.map_or(Lifetime::Never, |end| Lifetime::For(end.since(self.ledger.now())));
            let service = self.ledger.entities().service(row.service).ok_or_else(|| NOT_FOUND.with("service"))?;
            left.within(&service.settings.api_tokens)?;
        }
        if let Some(details) = &change.details {
            jeton_ledger::address_ranges::fit(row.format, details)?;
            check_readable(details, row.details.as_deref())?;
        }
        if let Some(scope) = &change.scope {
            let client = match row.client {
                Some(key) => self.ledger.entities().client(key).await?,
                None => None,
            };
            let user = match row.subject {
                Some(Subject::User(key)) => self.ledger.entities().user(key).await?,
                _ => None,
            };
            caller.may_put(scope, client.as_deref(), user.as_deref())?;
        }
        Ok(self.ledger.amend(row, change, caller.administers()?).await?.token)
    }
}

fn planned(service: &Service, client: Option<&Client>, new: NewToken, caller: &Caller) -> Result<TokenPlan, Refusal> {
    let scope =
        new.scope.or_else(|| client.and_then(|client| client.default_scope.clone())).unwrap_or_else(Scope::empty);
    if let Some(beyond) = client.and_then(|client| scope.beyond(&client.scope)) {
        return Err(SCOPE_NOT_ALLOWED.with(beyond));
    }
    let settings = &service.settings;
    let mut plan = match (new.kind, client) {
        (TokenKind::Access, Some(client)) => TokenPlan::access(service, client, scope),
        (TokenKind::Access, None) => {
            TokenPlan::new(new.kind, settings.access_token_format, scope, Some(settings.access_token_lifetime))
        }
        (TokenKind::Api, _) => {
            let life = new.lifetime.within(&settings.api_tokens)?;
            TokenPlan::new(new.kind, TokenFormat::Opaque, scope, life)
        }
        _ => return Err(INVALID.with("`kind` must be access or api")),
    };
    if new.binding.is_some() && new.kind != TokenKind::Api {
        return Err(INVALID.with("`dpop_key` is for API tokens"));
    }
    plan.binding = new.binding;
    plan.format = new.format.unwrap_or(plan.format);
    plan.audience = new.audience.unwrap_or(plan.audience);
    plan.not_before = new.not_before;
    plan.lifetime = match new.lifetime {
        Lifetime::Usual => plan.lifetime,
        Lifetime::For(life) => Some(life),
        Lifetime::Never => None,
    };
    if plan.lifetime.is_some_and(|life| life > LONGEST_LIFETIME || life < Duration::from_secs(1)) {
        return Err(INVALID.with("`lifetime` must be between 1 second and 10 years, or \"never\""));
    }
    match (plan.format, plan.lifetime) {
        (TokenFormat::Foreign, _) => return Err(INVALID.with("`format` must be jwt or opaque")),
        // RFC 9068 section 2.2 requires `exp`.
        (TokenFormat::Jwt, None) => {
            return Err(INVALID.with("`lifetime`: a JWT must end: use format opaque"));
        }
        _ => {}
    }
    jeton_ledger::address_ranges::fit(plan.format, &new.details)?;
    check_readable(&new.details, None)?;
    plan.details = new.details;
    plan.details.other.insert("minted_by".into(), name_of(&caller.administers()?).into());
    Ok(plan)
}

/// Name and description are shown to people; those that a token has already stay.
fn check_readable(new: &TokenDetails, old: Option<&TokenDetails>) -> Result<(), Refusal> {
    let name = new.name.as_deref().filter(|name| old.and_then(|old| old.name.as_deref()) != Some(name));
    let description =
        new.description.as_deref().filter(|text| old.and_then(|old| old.description.as_deref()) != Some(text));
    let wrong = match (name.is_none_or(is_readable), description.is_none_or(are_readable_lines)) {
        (false, _) => "name",
        (_, false) => "description",
        _ => return Ok(()),
    };
    Err(INVALID.with(format!("`{wrong}` must have no control characters, invisible ones and marks of direction")))
}

/// An actor in one line.
fn name_of(actor: &Actor) -> String {
    match actor {
        Actor::System => "the server".into(),
        Actor::Configuration => "the configuration".into(),
        Actor::Client(key) => format!("client {key}"),
        Actor::User(key) => format!("user {key}"),
        Actor::Admin(who) => who.clone(),
    }
}
