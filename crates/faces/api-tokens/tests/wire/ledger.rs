//! The ledger manages these tokens (`docs/contracts/prodmanager.md` section 8).

use jeton_core::administration::{Caller, TokenName};
use jeton_core::ids::TokenId;
use jeton_core::ledger::RevocationScope;
use jeton_core::model::{Token, TokenFormat, TokenKind};
use jeton_core::store::{Page, TokenFilter};
use jeton_core::tokens::TokenList;

use crate::support::{Shop, claims};

async fn listed(shop: &Shop) -> Vec<Token> {
    let filter = TokenFilter { service: Some(shop.service), kinds: vec![TokenKind::Api], ..TokenFilter::default() };
    shop.jeton.ledger.list(&filter, Page::first(10)).await.unwrap().items
}

/// The row that the `jti` leads to.
fn number(shop: &Shop, token: &str) -> TokenId {
    shop.jeton.ledger.secrets().rows_of_jti(claims(token)["jti"].as_str().unwrap()).next().unwrap()
}

#[tokio::test]
async fn a_token_is_recorded_with_its_name_times_and_permissions() {
    let shop = Shop::open().await;
    let more = [("expiration_date", "2040-01-01T00:00"), ("permission", "scope_api"), ("permission", "scope_api")];
    let token = shop.make(&more).await;
    let claims = claims(&token);
    let rows = listed(&shop).await;
    let row = &rows[0];
    assert_eq!((rows.len(), row.format), (1, TokenFormat::Jwt));
    assert_eq!(number(&shop, &token), row.id);
    assert_eq!(row.expires.map(|at| at.seconds()), claims["exp"].as_i64());
    assert_eq!(row.not_before.map(|at| at.seconds()), claims["nbf"].as_i64());
    let details = row.details.as_deref().unwrap();
    assert_eq!(details.name.as_deref(), Some("nightly-report"));
    assert_eq!(details.description.as_deref(), Some("Nightly report job"));
    assert_eq!(
        details.permissions.iter().map(|p| p.resource_id.as_str()).collect::<Vec<_>>(),
        ["scope_api", "scope_api"]
    );
    assert!(row.scope.is_empty() && row.client.is_none() && row.subject.is_none() && row.grant.is_none());
}

#[tokio::test]
async fn a_refused_request_records_no_token() {
    let shop = Shop::open().await;
    shop.create(&[("secret", "wrong"), crate::support::USUAL[1], crate::support::USUAL[2]]).await;
    shop.create(&[]).await;
    assert!(listed(&shop).await.is_empty());
}

#[tokio::test]
async fn a_revoked_token_is_answered_like_an_expired_one() {
    let shop = Shop::open().await;
    let (token, other) = (shop.make(&[]).await, shop.make(&[]).await);
    let id = number(&shop, &token);
    let (tokens, name) = (&shop.jeton.administration.tokens, TokenName::Number(id));
    tokens.end(&Caller::local(), shop.service, TokenList::EVERY, &name, RevocationScope::Family).await.unwrap();
    let answer = shop.whoami(&format!("Bearer {token}")).await;
    let expected = r#"{"message": "Token validation failed", "reasons": {"token": ["Signature has expired"]}}"#;
    assert_eq!(answer.said(), (401, expected));
    assert_eq!(shop.whoami(&format!("Bearer {other}")).await.status, 200);
}

#[tokio::test]
async fn a_change_of_the_issuers_name_ends_the_tokens_that_carry_the_old_one() {
    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    let token_api = jeton_core::prodmanager::Options { issuer: "Renamed".into(), ..crate::support::options() };
    let renamed = shop.with_token_api(token_api);
    assert_eq!(renamed.token_error(&token).await, "Invalid issuer");
}

#[tokio::test]
async fn thirty_two_at_once_make_thirty_two_tokens() {
    let shop = std::sync::Arc::new(Shop::open().await);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let shop = std::sync::Arc::clone(&shop);
        calls.spawn(async move { shop.make(&[]).await });
    }
    let made: std::collections::BTreeSet<_> = calls.join_all().await.into_iter().collect();
    assert_eq!(made.len(), 32);
}

#[tokio::test]
async fn an_end_that_an_administrator_brought_forward_counts_and_a_later_one_does_not() {
    use std::time::Duration;

    let shop = Shop::open().await;
    let token = shop.make(&[]).await;
    let id = number(&shop, &token);
    let amend = async |after: u64| {
        let row = shop.jeton.ledger.token_by_number(shop.service, id).await.unwrap().unwrap();
        let expires = Some(Some(shop.jeton.ledger.now() + Duration::from_secs(after)));
        let change = jeton_core::ledger::Amendment { expires, ..Default::default() };
        shop.jeton.administration.amend_for(&Caller::local(), &row, change).await.unwrap();
    };
    amend(7200).await;
    shop.clock.advance(Duration::from_secs(3599));
    assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 200);
    // The expiry in the text holds, even if the row changes later.
    shop.clock.advance(Duration::from_secs(1));
    assert_eq!(shop.token_error(&token).await, "Signature has expired");
    shop.clock.set(shop.jeton.ledger.now() - Duration::from_secs(1800));
    amend(60).await;
    assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 200);
    shop.clock.advance(Duration::from_secs(60));
    assert_eq!(shop.token_error(&token).await, "Signature has expired");
}
