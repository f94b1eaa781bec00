//! Administrative scopes: of people only administrators get them in their tokens, whatever the grant.

use jeton_core::administration::{Caller, NewUser};
use jeton_core::model::{TokenKind, User};
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};

const ASKED: &str = "openid offline_access read iam:admin.read iam:admin.write scim:read scim:write";
const LEFT: &str = "openid offline_access read";

async fn fixture() -> Fixture {
    let fixture = Fixture::new().await;
    fixture.client("app", |client| client.scope = sample::scope(ASKED)).await;
    fixture
}

async fn make_admin(fixture: &Fixture, is_admin: bool) {
    let roles = if is_admin { vec!["admin".to_owned()] } else { Vec::new() };
    let user = User { roles, ..User::clone(&*fixture.user().await) };
    fixture.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
}

/// The scopes of everything that one flow issued, and of what its refresh token gives afterwards.
async fn given(fixture: &Fixture, by_code: bool) -> Vec<String> {
    let begun = match by_code {
        true => fixture.by_code(&fixture.code(ASKED).await).await.unwrap(),
        false => fixture.by_password(ASKED).await.unwrap(),
    };
    let refreshed = fixture.by_refresh(&text_of(&begun, TokenKind::Refresh)).await.unwrap();
    let all = begun.issued.tokens.iter().chain(&refreshed.issued.tokens);
    all.map(|token| token.scope.to_string()).collect()
}

#[tokio::test]
async fn a_person_cannot_hand_on_what_is_for_administrators() {
    let fixture = fixture().await;
    for by_code in [false, true] {
        assert_eq!(given(&fixture, by_code).await, [LEFT; 4], "by code: {by_code}");
    }
}

#[tokio::test]
async fn an_administrator_can_until_he_is_none() {
    let fixture = fixture().await;
    make_admin(&fixture, true).await;
    for by_code in [false, true] {
        assert_eq!(given(&fixture, by_code).await, [ASKED; 4], "by code: {by_code}");
    }
    let begun = fixture.by_password(ASKED).await.unwrap();
    make_admin(&fixture, false).await;
    let refreshed = fixture.by_refresh(&text_of(&begun, TokenKind::Refresh)).await.unwrap();
    assert!(refreshed.issued.tokens.iter().all(|token| token.scope.as_str() == LEFT), "{refreshed:?}");
}

#[tokio::test]
async fn a_client_that_acts_for_itself_has_what_it_was_given() {
    let fixture = fixture().await;
    let scope = ("scope", "iam:admin.read iam:admin.write");
    let answer = fixture.ask(&[("grant_type", "client_credentials"), scope]).await.unwrap();
    assert_eq!(answer.issued.tokens[0].scope.as_str(), scope.1);
}
