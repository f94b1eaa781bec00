//! The requesting party: the client, and what is known of the person who uses it.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Owner, Rule};
use crate::refusals::CLAIM_TOKEN_INVALID;
use jeton_ledger::formats::jwt::is_access;
use jeton_ledger::ledger::Verdict;
use jeton_model::Refusal;
use jeton_model::records::{Client, Service, Subject, Token, TokenKind, User};
use jeton_oauth::OAuth;
use jeton_oauth::assertion::{Assertion, AssertionError};
use jeton_oauth::own_id_token::is_id_token;
use jeton_oauth::trusted_keys::providers;
use jeton_oauth::trusted_keys::{Asker, KeySet};
use jeton_oauth::withdrawn;

/// The longest lifetime of an ID token that is accepted as a claim token.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// The largest claims that a PCT keeps, in bytes of JSON.
const LARGEST: usize = 8 * 1_024;
/// The member of a PCT's details that holds the person.
const MEMBER: &str = "uma_person";

/// A client and the person who uses it, if known.
pub struct Party<'a> {
    /// The client.
    pub client: &'a Client,
    /// The person.
    pub person: Option<Person>,
}

/// A person as an issuer knows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The issuer.
    pub issuer: String,
    /// Their `sub` there.
    pub sub: String,
    /// Their other claims.
    pub claims: Map<String, Value>,
    /// Their record, when the issuer is this one.
    #[serde(skip)]
    pub user: Option<Arc<User>>,
}

impl Party<'_> {
    /// Whether the person is this owner.
    #[must_use]
    pub fn is(&self, owner: Owner) -> bool {
        match owner {
            Owner::Client(key) => self.client.key == key,
            Owner::User(key) => self.person.as_ref().and_then(|p| p.user.as_ref()).is_some_and(|user| user.key == key),
        }
    }

    /// The subject of the tokens; none: the client itself.
    pub(crate) fn subject(&self) -> Option<Subject> {
        let person = self.person.as_ref()?;
        Some(match &person.user {
            Some(user) => Subject::User(user.key),
            // With its issuer, so that it is never confused with a user of this one.
            None => Subject::External(person.name().into()),
        })
    }
}

impl Person {
    /// One name for the person, unique across issuers.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}|{}", self.issuer, self.sub)
    }

    /// Whether a rule accepts the person's issuer.
    #[must_use]
    pub fn is_vouched_for(&self, service: &Service, rule: &Rule) -> bool {
        providers::is_same(&self.issuer, issuer_for(service, rule))
    }

    /// Whether a claim has a value: equal, or, for `role`, contained.
    #[must_use]
    pub fn has(&self, kind: &str, value: &str) -> bool {
        let equals = |is: &Value| match is {
            Value::String(text) => text == value,
            Value::Bool(_) | Value::Number(_) => serde_json::to_string(is).is_ok_and(|text| text == value),
            _ => false,
        };
        match self.claims.get(kind) {
            Some(Value::Array(several)) if kind == "role" => several.iter().any(equals),
            Some(one) => equals(one),
            None => false,
        }
    }

    /// What a PCT keeps of the person; none when it is too large.
    pub(crate) fn kept(&self) -> Option<Map<String, Value>> {
        let value = serde_json::to_value(self).ok()?;
        (value.to_string().len() <= LARGEST).then(|| Map::from_iter([(MEMBER.to_owned(), value)]))
    }
}

/// The issuer that a rule accepts.
#[must_use]
pub fn issuer_for<'a>(service: &'a Service, rule: &'a Rule) -> &'a str {
    rule.provider.as_deref().and_then(providers::issuer_of).unwrap_or(&service.issuer)
}

/// The person in a claim token. `rules`: the rules whose providers' keys may be fetched.
///
/// # Errors
/// [`CLAIM_TOKEN_INVALID`], or a fault.
pub(crate) async fn by_claim_token(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    text: Secret,
    rules: &[&Rule],
) -> Result<Person, Refusal> {
    let token = Assertion::parse(text).map_err(invalid)?;
    let issuer = token.claims().iss().ok().flatten().ok_or(CLAIM_TOKEN_INVALID)?.to_owned();
    let is_own = issuer == *service.issuer;
    // Access tokens, logout tokens and the like are signed with the same keys (RFC 8725 section 3.12).
    let is_other_kind = is_access(token.header()) || token.header().typ().is_some() && !token.header().is_typ("JWT");
    if is_other_kind || is_own && !is_id_token(token.header(), token.claims(), service) {
        return Err(CLAIM_TOKEN_INVALID);
    }
    let keys = if is_own {
        Arc::new(
            KeySet::new(oauth.ledger.keys().ring(service.id).await?.published(oauth.ledger.now()))
                .map_err(|_| CLAIM_TOKEN_INVALID)?,
        )
    } else {
        let provider = rules.iter().filter_map(|rule| rule.provider.as_deref());
        let provider =
            provider.into_iter().find(|p| providers::issuer_of(p).is_some_and(|i| providers::is_same(i, &issuer)));
        let provider = provider.ok_or(CLAIM_TOKEN_INVALID)?;
        providers::keys(oauth, provider, Asker::client(client.key), token.header().kid())
            .await
            .map_err(|_| CLAIM_TOKEN_INVALID)?
    };
    token.verify(&keys, |alg| !alg.is_symmetric()).map_err(invalid)?;
    token.is_for(&[client.client_id.as_str()]).map_err(invalid)?;
    token.check_times(oauth.ledger.now(), LONGEST).map_err(invalid)?;
    let claims = token.claims();
    let sub = claims.sub().ok().flatten().filter(|sub| !sub.is_empty()).ok_or(CLAIM_TOKEN_INVALID)?;
    let person = Person { issuer, sub: sub.to_owned(), claims: claims.members().clone(), user: None };
    if !is_own {
        return Ok(person);
    }
    let issued = claims.iat().ok().flatten().ok_or(CLAIM_TOKEN_INVALID)?;
    let user = oauth.ledger.entities().user_by_sub(service.id, sub).await?;
    // A user who was disabled or signed out everywhere since is not accepted.
    let user = user.filter(|u| u.enabled && u.tokens_from <= issued).ok_or(CLAIM_TOKEN_INVALID)?;
    if withdrawn::is_withdrawn(oauth, service, &user, claims, issued).await? {
        return Err(CLAIM_TOKEN_INVALID);
    }
    Ok(person.known_as(user))
}

/// The person in a PCT of this client; none when it is not, or no longer, valid (UMA 2.0 Grant section 3.3.3).
pub(crate) async fn by_pct(
    oauth: &OAuth,
    service: &Service,
    client: &Client,
    text: &str,
) -> Result<Option<Person>, Refusal> {
    let Verdict::Active(live) = oauth.ledger.inspect(service.id, text).await? else { return Ok(None) };
    if live.token.kind != TokenKind::Pct || live.token.client != Some(client.key) {
        return Ok(None);
    }
    let Some(person) = kept_in(&live.token) else { return Ok(None) };
    Ok(Some(match live.user {
        Some(user) => person.known_as(user),
        None => person,
    }))
}

fn kept_in(token: &Token) -> Option<Person> {
    let kept = token.details.as_ref()?.other.get(MEMBER)?;
    serde_json::from_value(kept.clone()).ok()
}

impl Person {
    /// Adds what this issuer's own record says of the person now, as its ID tokens do.
    fn known_as(mut self, user: Arc<User>) -> Self {
        self.claims.extend(user.claims.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.claims.insert("sub".into(), user.sub.clone().into());
        self.claims.insert("preferred_username".into(), user.username.clone().into());
        self.claims.insert("role".into(), user.roles.clone().into());
        Self { user: Some(user), ..self }
    }
}

fn invalid(_: AssertionError) -> Refusal {
    CLAIM_TOKEN_INVALID
}
