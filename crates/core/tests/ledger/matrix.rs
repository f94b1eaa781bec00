//! Every way to get a token, with everything that can be missing: each is refused, and nothing is minted.

use std::sync::Arc;

use jeton_core::administration::{Authorization, Caller, NewToken, Requirement};
use jeton_core::api_tokens::Lifetime;
use jeton_core::api_tokens::{AddressRanges, ImportEnd, ImportedToken, NewApiToken, Rotation};
use jeton_core::client_auth::Refused;
use jeton_core::filter::FilterWords;
use jeton_core::ledger::{Ending, Family, NewGrant, Plan, TokenPlan};
use jeton_core::model::{Actor, GrantDetails, Reason, TokenDetails, TokenFormat, TokenKind};
use jeton_core::people::{find_session, start_session};
use jeton_core::prodmanager::{self, TokenApi};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BEARER_MISSING, NOT_FOUND, PLAN_EXCEEDED};
use jeton_core::store::{Command, Write};
use jeton_core::suspension::SuspensionRequest;
use jeton_core::tokens::TokenList;
use jeton_core::{Scope, Secret};
use jeton_jose::Algorithm;
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};

/// The ways.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    ClientCredentials,
    Password,
    Code,
    Refresh,
    RefreshWithoutRotation,
    Session,
    AdminAccess,
    AdminApi,
    PlanOfNewFamily,
    PlanOfOldFamily,
    /// A person's API token, made with another of their tokens, which was issued to a client.
    OwnByToken,
    /// The same, by a caller who was admitted before.
    OwnByHeldToken,
    /// The same, in a browser.
    OwnBySession,
    /// A person's API token, rotated by its holder.
    RotateOwn,
    /// The same, by an administrator.
    RotateForAdmin,
    /// A token that was made elsewhere, imported by its hash.
    Import,
    /// ProdManager's, which belongs to nobody.
    Named,
}

const WAYS: [Way; 17] = [
    Way::ClientCredentials,
    Way::Password,
    Way::Code,
    Way::Refresh,
    Way::RefreshWithoutRotation,
    Way::Session,
    Way::AdminAccess,
    Way::AdminApi,
    Way::PlanOfNewFamily,
    Way::PlanOfOldFamily,
    Way::OwnByToken,
    Way::OwnByHeldToken,
    Way::OwnBySession,
    Way::RotateOwn,
    Way::RotateForAdmin,
    Way::Import,
    Way::Named,
];

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lack {
    ServiceDisabled,
    ClientDisabled,
    ClientDeleted,
    PersonDisabled,
    PersonDeleted,
    ParentRevoked,
    ParentSuspended,
    FamilyRevoked,
    FamilyExpired,
}

const LACKS: [Lack; 9] = [
    Lack::ServiceDisabled,
    Lack::ClientDisabled,
    Lack::ClientDeleted,
    Lack::PersonDisabled,
    Lack::PersonDeleted,
    Lack::ParentRevoked,
    Lack::ParentSuspended,
    Lack::FamilyRevoked,
    Lack::FamilyExpired,
];

/// Whether a way depends on what is missing.
fn concerns(way: Way, lack: Lack) -> bool {
    let own = has_own(way);
    let of_client = !matches!(way, Way::Session | Way::OwnByHeldToken | Way::OwnBySession | Way::Named);
    let of_person = !matches!(way, Way::ClientCredentials | Way::OwnByHeldToken | Way::Named);
    let of_refresh = matches!(way, Way::Refresh | Way::RefreshWithoutRotation);
    let of_parent = of_refresh || own;
    let of_family = of_refresh || way == Way::PlanOfOldFamily;
    match lack {
        Lack::ServiceDisabled => true,
        Lack::ClientDisabled | Lack::ClientDeleted => of_client,
        Lack::PersonDisabled | Lack::PersonDeleted => of_person,
        Lack::ParentRevoked | Lack::ParentSuspended => of_parent,
        Lack::FamilyRevoked | Lack::FamilyExpired => of_family,
    }
}

/// Whether the way first needs a token of the person's own.
fn has_own(way: Way) -> bool {
    let own = [Way::OwnByToken, Way::OwnByHeldToken, Way::OwnBySession, Way::RotateOwn, Way::RotateForAdmin];
    own.contains(&way)
}

/// The records before one goes missing.
struct Before {
    code: String,
    refresh: String,
    family: jeton_core::ids::GrantId,
    parent: jeton_core::ids::TokenId,
    own: Option<Own>,
}

/// What a person manages their tokens with.
struct Own {
    text: String,
    holder: Caller,
}

async fn own(fixture: &Fixture, way: Way) -> (jeton_core::ids::TokenId, Own) {
    let service = fixture.service();
    if way == Way::OwnBySession {
        let text =
            start_session(&fixture.jeton.ledger, &service, fixture.user().await).await.unwrap().expose().to_owned();
        let session = find_session(&fixture.jeton.ledger, &service, &text).await.unwrap().unwrap();
        return (session.token.id, Own { text, holder: Caller::signed_in(session.user) });
    }
    fixture.client("app", |c| c.scope = sample::scope("openid offline_access read write jeton:tokens")).await;
    let order = NewToken { scope: Some(sample::scope("jeton:tokens read")), ..api_order(TokenKind::Api) };
    let issued = fixture.jeton.administration.mint_for(&Caller::local(), &service, order).await.unwrap();
    let text = issued.tokens[0].text.expose().to_owned();
    let holder = by_token(fixture, &text).await.unwrap();
    (issued.tokens[0].id, Own { text, holder })
}

async fn by_token(fixture: &Fixture, text: &str) -> Result<Caller, Refusal> {
    let authorization = Authorization::by_token(&fixture.jeton.ledger, fixture.service(), text, None);
    authorization.admit(Requirement::OWN_API_TOKENS).await
}

async fn create(fixture: &Fixture, holder: &Caller, scope: &str) -> Result<(), Refusal> {
    let order = NewApiToken {
        name: "own".into(),
        description: None,
        scope: sample::scope(scope),
        lifetime: Lifetime::Usual,
        ranges: None,
    };
    fixture.jeton.administration.api_tokens.create(&fixture.service(), holder, order).await.map(drop)
}

async fn prepared(fixture: &Fixture, way: Way) -> Before {
    let own = if has_own(way) { Some(own(fixture, way).await) } else { None };
    if way == Way::RefreshWithoutRotation {
        fixture.client("app", |c| c.rotation = Some(jeton_core::model::Rotation::Public)).await;
    }
    let begun = fixture.by_password("read").await.unwrap();
    Before {
        code: fixture.code("openid read").await,
        refresh: text_of(&begun, TokenKind::Refresh),
        family: begun.issued.grant.unwrap(),
        parent: own.as_ref().map_or(begun.issued.first(TokenKind::Refresh).unwrap().id, |(id, _)| *id),
        own: own.map(|(_, own)| own),
    }
}

async fn take_away(fixture: &Fixture, lack: Lack, before: &Before) {
    let (admin, jeton) = (Caller::local(), &fixture.jeton);
    match lack {
        Lack::ServiceDisabled => {
            drop(jeton.administration.enable_service(&admin, fixture.service, false).await.unwrap())
        }
        Lack::ClientDisabled => drop(fixture.client("app", |c| c.enabled = false).await),
        Lack::ClientDeleted => jeton.administration.delete_client(&admin, fixture.service, "app").await.unwrap(),
        Lack::PersonDisabled => {
            let mut user = jeton.administration.show_user(fixture.service, "alice").await.unwrap();
            user.enabled = false;
            let new = jeton_core::administration::NewUser { user, password: None };
            jeton.administration.put_user(&admin, new, true).await.unwrap();
        }
        Lack::PersonDeleted => jeton.administration.delete_user(&admin, fixture.service, "alice").await.unwrap(),
        Lack::ParentRevoked => {
            let at = jeton.ledger.now();
            let write = Write::RevokeToken { id: before.parent, at, why: Reason::Admin };
            fixture.store.apply(Command::of(vec![write])).await.unwrap();
            let row = jeton.ledger.token_by_number(fixture.service, before.parent).await.unwrap().unwrap();
            jeton.ledger.revoke(&row, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
        }
        Lack::ParentSuspended => {
            let words = FilterWords::read([("kind", "refresh,api,session")], jeton.ledger.now()).unwrap();
            let window = std::time::Duration::from_secs(900);
            let order = SuspensionRequest { words, all: false, undo_window: window, expect: None };
            jeton.administration.suspensions.suspend(&admin, fixture.service, order, "test").await.unwrap();
        }
        Lack::FamilyRevoked => {
            jeton
                .ledger
                .revoke_family(fixture.service, before.family, None, Ending::new(Reason::Admin, Actor::System))
                .await
                .unwrap();
        }
        Lack::FamilyExpired => drop(fixture.clock.advance(std::time::Duration::from_secs(31 * 86_400))),
    }
}

/// What a face holds when it begins: records that were read before.
struct Held {
    user: Arc<jeton_core::model::User>,
    client: Arc<jeton_core::model::Client>,
}

async fn attempt(fixture: &Fixture, way: Way, before: &Before, held: &Held) -> Result<(), Refusal> {
    let plain = |refused: Refused| refused.refusal;
    let now = || async {
        let user =
            fixture.jeton.ledger.entities().user(held.user.key).await.unwrap().ok_or_else(|| NOT_FOUND.with("user"))?;
        let client = fixture.jeton.ledger.entities().client(held.client.key).await.unwrap();
        Ok::<_, Refusal>((user, client.ok_or_else(|| NOT_FOUND.with("client"))?))
    };
    match way {
        Way::ClientCredentials => {
            fixture.ask(&[("grant_type", "client_credentials"), ("scope", "read")]).await.map(drop).map_err(plain)
        }
        Way::Password => fixture.by_password("read").await.map(drop).map_err(plain),
        Way::Code => fixture.by_code(&before.code).await.map(drop).map_err(plain),
        Way::Refresh | Way::RefreshWithoutRotation => {
            fixture.by_refresh(&before.refresh).await.map(drop).map_err(plain)
        }
        Way::Session => {
            let (user, _) = now().await?;
            start_session(&fixture.jeton.ledger, &fixture.service(), user).await.map(drop)
        }
        Way::OwnByToken => {
            let text = &before.own.as_ref().unwrap().text;
            let holder = by_token(fixture, text).await?;
            create(fixture, &holder, "read").await
        }
        Way::OwnByHeldToken => create(fixture, &before.own.as_ref().unwrap().holder, "read").await,
        Way::OwnBySession => {
            let text = &before.own.as_ref().unwrap().text;
            let session = find_session(&fixture.jeton.ledger, &fixture.service(), text).await?.ok_or(BEARER_MISSING)?;
            create(fixture, &Caller::signed_in(session.user), "openid").await
        }
        Way::RotateOwn => {
            let text = &before.own.as_ref().unwrap().text;
            let holder = by_token(fixture, text).await?;
            let (api_tokens, service) = (&fixture.jeton.administration.api_tokens, fixture.service());
            api_tokens.rotate(&holder, &service, TokenList::API, before.parent, ROTATION).await.map(drop)
        }
        Way::RotateForAdmin => {
            let (api_tokens, service) = (&fixture.jeton.administration.api_tokens, fixture.service());
            api_tokens.rotate(&Caller::local(), &service, TokenList::EVERY, before.parent, ROTATION).await.map(drop)
        }
        Way::Import => import(fixture).await,
        Way::Named => named(fixture).await,
        Way::AdminAccess => order(fixture, TokenKind::Access).await,
        Way::AdminApi => order(fixture, TokenKind::Api).await,
        Way::PlanOfNewFamily | Way::PlanOfOldFamily => {
            let (user, client) = now().await?;
            let family = if way == Way::PlanOfNewFamily {
                Family::New(Box::new(NewGrant {
                    id: None,
                    grant_type: "test".into(),
                    scope: sample::scope("read"),
                    audience: "".into(),
                    lifetime: None,
                    binding: None,
                    authentication: None,
                    details: GrantDetails::default(),
                }))
            } else {
                Family::Existing(Arc::new(fixture.store.grant(before.family).await.unwrap().unwrap()))
            };
            let life = Some(std::time::Duration::from_secs(60));
            let plan = Plan {
                family,
                tokens: vec![TokenPlan::new(TokenKind::Access, TokenFormat::Jwt, sample::scope("read"), life)],
                ..Plan::new(fixture.service(), Some(client)).of_user(user)
            };
            fixture.jeton.ledger.mint(plan).await.map(drop)
        }
    }
}

const ROTATION: Rotation = Rotation { overlap: std::time::Duration::from_secs(60), lifetime: Lifetime::Usual };

async fn import(fixture: &Fixture) -> Result<(), Refusal> {
    let order = ImportedToken {
        hash: [7; 32],
        name: "elsewhere".into(),
        description: None,
        user: Some("alice".into()),
        client: Some("app".into()),
        scope: Some(sample::scope("read")),
        end: ImportEnd::Usual,
        ranges: AddressRanges::default(),
    };
    let imported =
        fixture.jeton.administration.api_tokens.import(&Caller::local(), &fixture.service(), vec![Ok(order)]).await?;
    imported.into_iter().next().unwrap().map(drop)
}

async fn named(fixture: &Fixture) -> Result<(), Refusal> {
    let token_api = TokenApi::open(prodmanager::Options {
        secret: Secret::new("a secret of thirty-two characters"),
        issuer: "ProdManager".into(),
        permissions: Vec::new(),
        algorithm: Algorithm::HS256,
        shared_secret: true,
        strict_lengths: false,
        rate: None,
    })?;
    let order = prodmanager::CreateRequest {
        secret: Some(Secret::new("a secret of thirty-two characters")),
        name: Some("pipeline".into()),
        description: Some("builds".into()),
        ..prodmanager::CreateRequest::default()
    };
    fixture.jeton.administration.named_tokens.create(fixture.service, &token_api, None, order).await.map(drop)
}

async fn order(fixture: &Fixture, kind: TokenKind) -> Result<(), Refusal> {
    fixture.jeton.administration.mint_for(&Caller::local(), &fixture.service(), api_order(kind)).await.map(drop)
}

pub(crate) fn api_order(kind: TokenKind) -> NewToken {
    NewToken {
        binding: None,
        kind,
        format: None,
        client: Some("app".into()),
        user: Some("alice".into()),
        scope: Some(Scope::parse("read").unwrap()),
        audience: None,
        lifetime: Lifetime::Usual,
        not_before: None,
        details: TokenDetails::default(),
    }
}

#[tokio::test]
async fn every_way_works_when_nothing_is_missing() {
    for way in WAYS {
        let fixture = Fixture::new().await;
        let before = prepared(&fixture, way).await;
        let held = Held { user: fixture.user().await, client: fixture.record().await };
        let rows = fixture.rows().await;
        attempt(&fixture, way, &before, &held).await.unwrap_or_else(|refusal| panic!("{way:?}: {refusal:?}"));
        assert!(fixture.rows().await > rows, "{way:?}");
    }
}

#[tokio::test]
async fn nothing_is_minted_when_anything_is_missing() {
    let mut wrong = Vec::new();
    for way in WAYS {
        for lack in LACKS.into_iter().filter(|lack| concerns(way, *lack)) {
            let fixture = Fixture::new().await;
            let before = prepared(&fixture, way).await;
            let held = Held { user: fixture.user().await, client: fixture.record().await };
            take_away(&fixture, lack, &before).await;
            let rows = fixture.rows().await;
            match attempt(&fixture, way, &before, &held).await {
                Ok(()) => wrong.push(format!("{way:?} with {lack:?} was answered")),
                Err(refusal) if refusal.is(&PLAN_EXCEEDED) => {
                    wrong.push(format!("{way:?} with {lack:?}: {:?}", refusal.cause()));
                }
                Err(_) => {}
            }
            if fixture.rows().await != rows {
                wrong.push(format!("{way:?} with {lack:?} minted"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A token is invalid once something that it depends on is gone.
#[tokio::test]
async fn what_was_minted_dies_with_what_it_stands_on() {
    for lack in LACKS {
        let fixture = Fixture::new().await;
        let before = prepared(&fixture, Way::Refresh).await;
        assert!(fixture.is_live(&before.refresh).await);
        take_away(&fixture, lack, &before).await;
        assert!(!fixture.is_live(&before.refresh).await, "{lack:?}");
    }
}
