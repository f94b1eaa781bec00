//! What features add to the ledger's verbs, and what no feature can bypass.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_core::Ledger;
use jeton_core::catalog::Catalog;
use jeton_core::formats::jwt_form::{JwtContent, JwtForm};
use jeton_core::ledger::{
    EndRule, Ending, Hooks, IdTokenPlan, IdTokenReader, Issued, MintObserver, MintRule, Plan, TokenPlan,
};
use jeton_core::model::{Actor, Client, Document, DocumentKind, Reason, Token, TokenFormat, TokenKind};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::GRANT_ENDED;
use jeton_core::store::Write;
use jeton_jose::Algorithm;
use jeton_testkit::sample;

use crate::fixture::Fixture;

/// A plan of `app` for itself.
async fn plan(fixture: &Fixture, format: TokenFormat) -> Plan {
    let token = TokenPlan::new(TokenKind::Access, format, sample::scope("read"), Some(Duration::from_secs(60)));
    Plan { tokens: vec![token], ..Plan::new(fixture.service(), Some(fixture.record().await)) }
}

/// Adds a scope to each token.
struct Gives(&'static str);

impl MintRule for Gives {
    fn apply(&self, plan: &mut Plan, _: &Catalog) -> Result<(), Refusal> {
        plan.tokens.iter_mut().for_each(|token| token.scope = sample::scope(self.0));
        Ok(())
    }
}

#[tokio::test]
async fn a_plan_is_checked_after_the_last_mint_rule() {
    let hooks = || Hooks { mint_rules: vec![Box::new(Gives("write"))], ..Hooks::default() };
    let fixture = Fixture::with(hooks()).await;
    let issued = fixture.jeton.ledger.mint(plan(&fixture, TokenFormat::Opaque).await).await.unwrap();
    assert_eq!(issued.tokens[0].scope.as_str(), "write", "a rule may change a plan");

    let beyond = Hooks { mint_rules: vec![Box::new(Gives("admin"))], ..Hooks::default() };
    let fixture = Fixture::with(beyond).await;
    let rows = fixture.rows().await;
    let refused = fixture.jeton.ledger.mint(plan(&fixture, TokenFormat::Opaque).await).await;
    assert!(
        refused.as_ref().is_err_and(|refusal| refusal.cause().as_deref() == Some("plan exceeded scope")),
        "and give nobody more than their client has"
    );
    assert_eq!(fixture.rows().await, rows);
}

/// Refuses every plan.
struct Never;

impl MintRule for Never {
    fn apply(&self, _: &mut Plan, _: &Catalog) -> Result<(), Refusal> {
        Err(GRANT_ENDED)
    }
}

#[tokio::test]
async fn nothing_is_minted_that_a_mint_rule_refuses() {
    let fixture = Fixture::with(Hooks { mint_rules: vec![Box::new(Never)], ..Hooks::default() }).await;
    let rows = fixture.rows().await;
    assert!(
        fixture
            .jeton
            .ledger
            .mint(plan(&fixture, TokenFormat::Opaque).await)
            .await
            .is_err_and(|refusal| refusal.is(&GRANT_ENDED))
    );
    assert!(fixture.ask(&[("grant_type", "client_credentials"), ("scope", "read")]).await.is_err());
    assert_eq!(fixture.rows().await, rows);
}

/// Writes only the audience.
struct Terse;

impl MintRule for Terse {
    fn apply(&self, plan: &mut Plan, _: &Catalog) -> Result<(), Refusal> {
        plan.jwt_form = Some(&Self);
        Ok(())
    }
}

impl JwtForm for Terse {
    fn write(&self, content: &JwtContent<'_>, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        serde_json::to_writer(out, &serde_json::json!({ "jti": content.claims.jti, "for": content.claims.client_id }))
    }
}

#[tokio::test]
async fn a_mint_rule_chooses_the_form_of_a_jwt_and_the_ledger_its_validity() {
    let fixture = Fixture::with(Hooks { mint_rules: vec![Box::new(Terse)], ..Hooks::default() }).await;
    let issued = fixture.jeton.ledger.mint(plan(&fixture, TokenFormat::Jwt).await).await.unwrap();
    let text = issued.tokens[0].text.expose();
    let payload = jeton_jose::base64url::decode(text.split('.').nth(1).unwrap()).unwrap();
    let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!((payload.as_object().unwrap().len(), &payload["for"]), (2, &"app".into()));
    let row = fixture.jeton.ledger.inspect(fixture.service, text).await.unwrap();
    assert_eq!(row.row().unwrap().id, issued.tokens[0].id, "what it says of itself does not count");
}

/// Writes a document for each API token that ends.
#[derive(Clone, Default)]
struct Leaves(Arc<Mutex<Vec<u64>>>);

impl EndRule for Leaves {
    fn concerns(&self, token: &Token) -> bool {
        token.kind == TokenKind::Api
    }

    fn writes<'a>(&'a self, _: &'a Ledger, token: &'a Token) -> BoxFuture<'a, Result<Vec<Write>, Refusal>> {
        let document = Document {
            id: jeton_core::ids::DocumentId::new(1 << 40 | token.id.get()),
            service: token.service,
            kind: DocumentKind::LogoutNotice,
            owner: "ended".into(),
            name: token.id.to_string(),
            updated: token.issued,
            body: serde_json::Value::Null,
        };
        Box::pin(async move { Ok(vec![Write::Document(Box::new(document))]) })
    }

    fn ended(&self, _: &Ledger, token: &Token) {
        self.0.lock().unwrap().push(token.id.get());
    }
}

#[tokio::test]
async fn an_end_rule_writes_in_the_commit_that_ends_the_token_however_it_ends() {
    let ended = Leaves::default();
    let fixture = Fixture::with(Hooks { end_rules: vec![Box::new(ended.clone())], ..Hooks::default() }).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut plan = plan(&fixture, TokenFormat::Opaque).await;
        plan.tokens[0].kind = TokenKind::Api;
        ids.push(fixture.jeton.ledger.mint(plan).await.unwrap().tokens[0].id);
    }
    let access = fixture.jeton.ledger.mint(plan(&fixture, TokenFormat::Opaque).await).await.unwrap().tokens[0].id;
    let row = |id| fixture.jeton.ledger.token_by_number(fixture.service, id);

    let one = row(ids[0]).await.unwrap().unwrap();
    fixture.jeton.ledger.revoke(&one, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
    assert_eq!(*ended.0.lock().unwrap(), [ids[0].get()], "told once it is done");
    let all = jeton_core::store::TokenFilter { service: Some(fixture.service), ..Default::default() };
    fixture
        .jeton
        .ledger
        .revoke_matching(all, Ending::new(Reason::Admin, Actor::System).noting("all of them"))
        .await
        .unwrap();
    assert!(row(access).await.unwrap().is_some(), "of no concern to the rule");
    let (kind, page) = (DocumentKind::LogoutNotice, jeton_core::store::Page::first(10));
    let left = fixture.store.documents(fixture.service, kind, Some("ended"), page).await.unwrap().items;
    let mut left: Vec<_> = left.into_iter().map(|document| document.name).collect();
    left.sort();
    let mut wanted: Vec<_> = ids.iter().map(ToString::to_string).collect();
    wanted.sort();
    assert_eq!(left, wanted);
    assert_eq!(ended.0.lock().unwrap().len(), 3);
}

/// Counts the tokens that clients got.
#[derive(Clone, Default)]
struct Counts(Arc<AtomicUsize>);

impl MintObserver for Counts {
    fn minted<'a>(&'a self, ledger: &'a Ledger, client: &'a Client, issued: &'a Issued) -> Option<BoxFuture<'a, ()>> {
        (client.client_id.as_str() == "app").then(|| {
            let work = async move {
                for token in &issued.tokens {
                    // It is durable, and this node can read it.
                    let row = ledger.token_by_number(client.service, token.id).await.unwrap();
                    self.0.fetch_add(usize::from(row.is_some()), Ordering::Relaxed);
                }
            };
            Box::pin(work) as BoxFuture<'a, ()>
        })
    }
}

#[tokio::test]
async fn an_observer_is_told_of_what_a_client_was_given_and_of_nothing_else() {
    let counts = Counts::default();
    let fixture = Fixture::with(Hooks { observers: vec![Box::new(counts.clone())], ..Hooks::default() }).await;
    fixture.jeton.ledger.mint(plan(&fixture, TokenFormat::Opaque).await).await.unwrap();
    assert_eq!(counts.0.load(Ordering::Relaxed), 1);
    let mut refused = plan(&fixture, TokenFormat::Opaque).await;
    refused.tokens[0].scope = sample::scope("admin");
    assert!(fixture.jeton.ledger.mint(refused).await.is_err());
    assert_eq!(counts.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn no_id_token_goes_out_readable_because_nobody_looked_up_its_readers_key() {
    let fixture = Fixture::new().await;
    let wanted = |reader| IdTokenPlan {
        sub: "alice".into(),
        nonce: None,
        authentication: None,
        lifetime: Duration::from_secs(60),
        alg: Algorithm::RS256,
        reader,
        claims: serde_json::Map::new(),
        code: None,
        header: serde_json::Map::new(),
        has_id: false,
        audience_as_array: false,
    };
    let rows = fixture.rows().await;
    let plan = async |reader| Plan { id_token: Some(wanted(reader)), ..plan(&fixture, TokenFormat::Opaque).await };
    let refused = fixture.jeton.ledger.mint(plan(IdTokenReader::NotLookedUp).await).await;
    assert!(refused.as_ref().is_err_and(|refusal| refusal.cause().as_deref() == Some("plan exceeded reader")));
    assert_eq!(fixture.rows().await, rows);
    assert!(fixture.jeton.ledger.mint(plan(IdTokenReader::Anyone).await).await.unwrap().id_token.is_some());
}
