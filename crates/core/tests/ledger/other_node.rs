//! Tokens that one node ended and another one has not read of yet: the other node makes nothing lasting from them.

use std::sync::Arc;

use jeton_core::administration::{Authorization, Caller, KeepTokens, Requirement};
use jeton_core::api_tokens::{Lifetime, NewApiToken};
use jeton_core::ledger::Ending;
use jeton_core::model::{Actor, Reason, TokenKind};
use jeton_core::people::{find_session, start_session};
use jeton_core::refusals::BEARER_INVALID;
use jeton_core::{Refusal, Secret};
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};
use crate::held_store::HeldStore;

const BY_CREDENTIALS: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "read")];

/// Two nodes on one store that never read each other's events, within the bound in which each may use its cache.
async fn nodes() -> (Fixture, Fixture) {
    let one = Fixture::on(Arc::new(HeldStore::shared())).await;
    let wide = "openid offline_access read write jeton:tokens jeton:admin";
    one.client("app", |client| client.scope = sample::scope(wide)).await;
    let other = one.another().await;
    (one, other)
}

async fn admitted(fixture: &Fixture, access: &str, asked: Requirement) -> Result<Caller, Refusal> {
    Authorization::by_token(&fixture.jeton.ledger, fixture.service(), access, None).admit(asked).await
}

/// Makes an API token with an access token.
async fn make_api_token(fixture: &Fixture, access: &str) -> Result<String, Refusal> {
    let holder = admitted(fixture, access, Requirement::OWN_API_TOKENS).await?;
    let order = NewApiToken {
        name: "one that lasts".into(),
        description: None,
        scope: sample::scope("read"),
        lifetime: Lifetime::Usual,
        ranges: None,
    };
    let issued = fixture.jeton.administration.api_tokens.create(&fixture.service(), &holder, order).await?;
    Ok(issued.tokens[0].text.expose().to_owned())
}

#[tokio::test]
async fn with_an_old_password_nothing_that_lasts_is_had_from_a_node_that_has_not_heard_of_the_new_one() {
    let (one, other) = nodes().await;
    let access = text_of(&one.by_password("read jeton:tokens").await.unwrap(), TokenKind::Access);
    let code = one.code("read").await;
    let session = start_session(&one.jeton.ledger, &one.service(), one.user().await).await.unwrap();
    assert!(other.is_live(&access).await && other.is_live(session.expose()).await, "now it remembers them");
    make_api_token(&other, &access).await.unwrap();

    let new = Secret::new("another-password-of-more-than-sixteen");
    let admin = Caller::local();
    one.jeton.administration.set_password(&admin, one.service, "alice", &new, KeepTokens::None).await.unwrap();
    one.clock.advance(std::time::Duration::from_millis(5));

    make_api_token(&other, &access).await.unwrap_err();
    other.by_code(&code).await.unwrap_err();
    assert!(find_session(&other.jeton.ledger, &other.service(), session.expose()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_that_another_node_ended_makes_no_other() {
    let (one, other) = nodes().await;
    for by_family in [false, true] {
        let begun = one.by_password("read jeton:tokens offline_access").await.unwrap();
        let access = text_of(&begun, TokenKind::Access);
        assert!(other.is_live(&access).await, "now it remembers it");
        let text = if by_family { text_of(&begun, TokenKind::Refresh) } else { access.clone() };
        let ended = one.jeton.ledger.inspect(one.service, &text).await.unwrap();
        let jeton_core::ledger::Verdict::Active(ended) = ended else { panic!("{ended:?}") };
        one.jeton.ledger.revoke(&ended.token, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
        make_api_token(&other, &access).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_token_that_another_node_ended_administers_nothing() {
    let (one, other) = nodes().await;
    let form = [("grant_type", "client_credentials"), ("scope", "jeton:admin")];
    let access = text_of(&one.ask(&form).await.unwrap(), TokenKind::Access);
    admitted(&other, &access, Requirement::ADMINISTRATION).await.unwrap();
    let row = one.jeton.ledger.inspect(one.service, &access).await.unwrap();
    let jeton_core::ledger::Verdict::Active(row) = row else { panic!("{row:?}") };
    one.jeton.ledger.revoke(&row.token, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
    let refused = admitted(&other, &access, Requirement::ADMINISTRATION).await;
    assert!(refused.as_ref().is_err_and(|refusal| refusal.is(&BEARER_INVALID)), "{refused:?}");
}

#[tokio::test]
async fn what_an_old_secret_gets_after_a_reset_is_dead_and_what_the_new_one_gets_lives() {
    let (one, other) = nodes().await;
    other.ask(&BY_CREDENTIALS).await.unwrap();
    let (_, secret) = one.jeton.administration.reset_client(&Caller::local(), one.service, "app").await.unwrap();
    one.clock.advance(std::time::Duration::from_millis(300));
    let late = text_of(&other.ask(&BY_CREDENTIALS).await.unwrap(), TokenKind::Access);
    assert!(!one.is_live(&late).await, "the node that was told");
    let secret = secret.unwrap();
    let new = text_of(&one.ask_with(secret.expose(), &BY_CREDENTIALS).await.unwrap(), TokenKind::Access);
    one.clock.advance(std::time::Duration::from_secs(2));
    assert!(one.is_live(&new).await);
    assert!(!one.is_live(&late).await && !other.is_live(&late).await, "both, later");
    assert!(other.is_live(&new).await);
}
