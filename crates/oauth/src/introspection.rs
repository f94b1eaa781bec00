//! Introspection, RFC 7662: whether a token is valid, and what the caller may learn about it.

use std::net::IpAddr;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::OAuth;
use crate::claims::groups_of;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::refusals::TOKEN_UNKNOWN;
use jeton_ledger::address_ranges::admits;
use jeton_ledger::ledger::{Inspection, Verdict};
use jeton_ledger::request_source::RequestSource;
use jeton_ledger::use_source::Source;
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, ServiceId};
use jeton_model::records::{
    Client, CompatibilityMode, Introspect, Permission, ResponseScope, Service, Subject, Token, TokenKind,
};
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING};
use jeton_model::scope::PROTECTION_SCOPE;

/// The caller.
pub enum Asker<'a> {
    /// A client that authenticates.
    Client(&'a Presented),
    /// The holder of a bearer token, and the source of the request.
    Bearer(&'a str, &'a RequestSource),
    /// The service's own authorization server, which may see every token and decides who learns what.
    Backend,
}

/// Who reads the permissions in a requesting party token: a caller sees those on its own resources.
#[derive(Clone, Copy)]
pub enum Reader<'a> {
    /// Permissions on all resources.
    All,
    /// The holder of a token with the scope `uma_protection`.
    Bearer(&'a Inspection),
    /// A resource server that authenticates as a client.
    Server(ClientKey),
}

/// Reports what a requesting party token permits now: implemented by UMA, where it is served.
pub trait Permissions: Sync {
    /// The permissions, as far as the reader may see them.
    ///
    /// # Errors
    /// When the store fails.
    fn reported<'a>(
        &'a self,
        oauth: &'a OAuth,
        service: ServiceId,
        token: &'a Token,
        reader: Reader<'a>,
    ) -> BoxFuture<'a, Result<Vec<Permission>, Refusal>>;
}

/// What a resource server learns about a token's user, in addition to `username` (`docs/contracts/indigo-iam.md` section 7.4):
/// what the token's scopes release.
#[derive(Debug, Default, PartialEq)]
pub struct Person {
    /// The user name.
    pub user_id: Option<String>,
    /// With `profile`.
    pub name: Option<String>,
    /// With `profile`.
    pub preferred_username: Option<String>,
    /// With `profile`, and with `groups` those that are not optional: paths without the slash before them; none when there are none.
    pub groups: Option<Vec<String>>,
    /// With `email`.
    pub email: Option<String>,
}

impl Person {
    /// The user of a token; empty when it has none.
    fn of(oauth: &OAuth, service: &Service, seen: &Inspection) -> Self {
        let Some(user) = &seen.user else { return Self::default() };
        let scope = &seen.token.scope;
        let claim = |name: &str| user.claims.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let mut person = Self { user_id: Some(user.username.clone()), ..Self::default() };
        if scope.contains("profile") {
            let groups: Vec<_> = user.groups.iter().map(|path| path.trim_start_matches('/').to_owned()).collect();
            person.name = claim("name");
            person.preferred_username = claim("preferred_username").or_else(|| Some(user.username.clone()));
            person.groups = (!groups.is_empty()).then_some(groups);
        } else if scope.contains("groups") {
            person.groups = groups_of(user, &oauth.ledger.entities().catalog(service.id));
        }
        if scope.contains("email") {
            person.email = claim("email");
        }
        person
    }
}

/// An introspection request.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The text of the token.
    pub token: Option<&'a str>,
    /// The address from which the resource server got it, if it sends one: a token is inactive outside its address ranges.
    /// A resource server that sends none gets the ranges in the answer and must enforce them, as with `cnf` (RFC 8705
    /// section 3.2).
    pub client_address: Option<&'a str>,
    /// The URI of the resource server, if the service's own authorization server names it: a token with an audience is inactive
    /// at a server that is not in it (RFC 9701 section 5).
    pub resource_server: Option<&'a str>,
}

impl<'a> Question<'a> {
    fn token(self) -> Result<&'a str, Refusal> {
        self.token.ok_or_else(|| PARAMETER_MISSING.with("token"))
    }

    /// Whether the token is meant for other resource servers than the named one.
    fn is_elsewhere(self, token: &Token) -> bool {
        let is_for = |server: &str| token.audience.is_empty() || token.audience.split(' ').any(|one| one == server);
        self.resource_server.is_some_and(|server| !is_for(server))
    }

    fn address(self) -> Result<Option<IpAddr>, Refusal> {
        let parsed = self.client_address.map(str::parse).transpose();
        parsed.map_err(|_| PARAMETER_INVALID.with("client_address"))
    }
}

/// The verdict, as far as the caller may see it.
#[derive(Debug)]
pub enum IntrospectionAnswer {
    /// The token is valid and the caller may see it. For an RPT with the permissions that concern the caller and still
    /// hold; for a client as caller, with what the token releases about its user.
    Active(Inspection, Option<Vec<Permission>>, Person),
    /// Only that, whatever the reason (RFC 7662 section 2.2).
    Inactive,
    /// SimpleIdServer clients see the record of an ended token.
    Ended(Inspection),
}

/// How the caller reads the answer.
#[derive(Clone, Copy, Debug)]
pub struct AnswerForm {
    /// The form of `scope`.
    pub scope: ResponseScope,
    /// In which mode: `username` is the login name, except in SimpleIdServer's, where it is the person's `name`
    /// (`docs/contracts/oauth-token-endpoint.md` section 9).
    pub profile: CompatibilityMode,
}

impl AnswerForm {
    /// That of the standards.
    const STANDARD: Self = Self { scope: ResponseScope::String, profile: CompatibilityMode::Standard };
}

/// What introspection answers a caller.
#[derive(Debug)]
pub struct Introspected {
    /// The verdict.
    pub answer: IntrospectionAnswer,
    /// How the caller reads it.
    pub form: AnswerForm,
    /// The client that asked: the one that authenticated, or that of the bearer token. None: the service's own authorization
    /// server asked, or the bearer token has no client.
    pub caller: Option<Arc<Client>>,
}

/// The verdict on a token for a caller.
///
/// # Errors
/// [`PARAMETER_MISSING`], those of client authentication; for SimpleIdServer clients [`TOKEN_UNKNOWN`].
pub async fn introspect(
    oauth: &OAuth,
    service: &Arc<Service>,
    caller: Asker<'_>,
    asked: Question<'_>,
) -> Result<Introspected, Refused> {
    match caller {
        Asker::Bearer(text, origin) => {
            asked.token()?;
            let live = oauth
                .ledger
                .admit(service.id, text, origin, (Some(PROTECTION_SCOPE), jeton_ledger::ledger::Relying::OnMemory))
                .await?;
            let reader = Reader::Bearer(&live);
            // A PAT is for RPTs (UMA 2.0 Federated Authorization section 5); for other tokens it shows what its client may see.
            let client = live.client.as_deref();
            let may_see =
                |seen: &Token| seen.kind == TokenKind::Rpt || client.is_some_and(|client| may_see(client, seen));
            let answer = match verdict(oauth, service, asked, may_see, reader, CompatibilityMode::Standard).await? {
                // The holder of a PAT gets no data about the user.
                IntrospectionAnswer::Active(live, permissions, _) => {
                    IntrospectionAnswer::Active(live, permissions, Person::default())
                }
                other => other,
            };
            note_use(oauth, &answer, live.client.as_deref());
            Ok(Introspected { answer, form: AnswerForm::STANDARD, caller: live.client })
        }
        Asker::Backend => {
            // Its APIs are asked about what it issued; an API token is for this server's administration, also the one of this call.
            let may_see = |seen: &Token| seen.kind != TokenKind::Api;
            let answer = verdict(oauth, service, asked, may_see, Reader::All, CompatibilityMode::Standard).await?;
            note_use(oauth, &answer, None);
            Ok(Introspected { answer, form: AnswerForm::STANDARD, caller: None })
        }
        Asker::Client(presented) => {
            let claimed = client_auth::claimed(oauth, service.id, presented).await?;
            let profile = claimed.profile();
            let refused = |refusal| Refused::new(refusal, profile);
            asked.token().map_err(refused)?;
            let client = client_auth::authenticate(oauth, service, claimed, presented, Purpose::Introspect).await;
            let client = client.map_err(refused)?;
            let may_see = |seen: &Token| may_see(&client, seen);
            let reader = match client.introspect {
                Introspect::Audience => Reader::Server(client.key),
                Introspect::Own | Introspect::Any => Reader::All,
            };
            let answer = verdict(oauth, service, asked, may_see, reader, profile).await.map_err(refused)?;
            note_use(oauth, &answer, Some(&client));
            Ok(Introspected {
                answer,
                form: AnswerForm { scope: client.response_scope(), profile },
                caller: Some(client.record()),
            })
        }
    }
}

/// An introspection answered `active` counts as a use of the token; it needed the scopes that the token and the resource
/// server's registration have in common.
fn note_use(oauth: &OAuth, answer: &IntrospectionAnswer, by: Option<&Client>) {
    if let IntrospectionAnswer::Active(live, ..) = answer {
        let source = by.map_or(Source::Unknown, |client| Source::Client(client.key));
        oauth.ledger.uses().mark(&live.token, source, |word| by.is_some_and(|client| client.scope.contains(word)));
    }
}

async fn verdict(
    oauth: &OAuth,
    service: &Service,
    asked: Question<'_>,
    visible: impl Fn(&Token) -> bool,
    reader: Reader<'_>,
    profile: CompatibilityMode,
) -> Result<IntrospectionAnswer, Refusal> {
    let address = asked.address()?;
    Ok(match oauth.ledger.inspect(service.id, asked.token()?).await? {
        Verdict::Active(live) if address.is_some() && !admits(&live.token, address) => IntrospectionAnswer::Inactive,
        Verdict::Active(live) if asked.is_elsewhere(&live.token) => IntrospectionAnswer::Inactive,
        Verdict::Active(live) if presentable(&live.token) && visible(&live.token) => {
            let permissions = match (live.token.kind, oauth.permissions) {
                (TokenKind::Rpt, Some(of)) => Some(of.reported(oauth, service.id, &live.token, reader).await?),
                _ => None,
            };
            let person = Person::of(oauth, service, &live);
            IntrospectionAnswer::Active(live, permissions, person)
        }
        Verdict::Inactive(_, Some(token))
            if profile == CompatibilityMode::Classic && presentable(&token) && visible(&token) =>
        {
            IntrospectionAnswer::Ended(ended(oauth, token).await?)
        }
        Verdict::Inactive(_, None) if profile == CompatibilityMode::Classic => return Err(TOKEN_UNKNOWN),
        _ => IntrospectionAnswer::Inactive,
    })
}

/// Whether the token may be introspected: a browser session concerns only the person and this server; a registration access
/// token or a PCT only a client and this server.
fn presentable(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Session | TokenKind::Registration | TokenKind::Pct)
}

/// The record of an ended token, with client and user if they still exist.
async fn ended(oauth: &OAuth, token: Arc<Token>) -> Result<Inspection, Refusal> {
    let client = match token.client {
        Some(key) => oauth.ledger.entities().client(key).await?,
        None => None,
    };
    let user = match token.subject {
        Some(Subject::User(key)) => oauth.ledger.entities().user(key).await?,
        _ => None,
    };
    Ok(Inspection { token, grant: None, client, user })
}

/// Whether a name in an audience means this client: its id, or a URI that it is registered to be.
fn is(client: &Client, name: &str) -> bool {
    name == client.client_id.as_str() || client.metadata.resources.iter().flatten().any(|uri| uri == name)
}

/// A client sees its own tokens, and others as its registration says (RFC 7662 section 4).
fn may_see(client: &Client, token: &Token) -> bool {
    token.client == Some(client.key)
        || match client.introspect {
            Introspect::Own => false,
            Introspect::Audience => token.audience.split(' ').any(|name| is(client, name)),
            Introspect::Any => true,
        }
}
