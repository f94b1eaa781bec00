//! Accounts and their sessions.

use std::time::Duration;

use jeton_core::Secret;
use jeton_core::refusals::{
    CREDENTIALS_INVALID, REQUEST_PACE, ROBOT_ACCOUNT_INVALID, ROBOT_ACCOUNT_TAKEN, ROBOT_APP_KEY, ROBOT_APP_SCOPE,
    ROBOT_RESET_UNAVAILABLE, ROBOT_SESSION, ROBOT_SIGN_UP_CLOSED,
};
use jeton_core::robots::Presented;
use jeton_core::robots::accounts::NewAccount;

use crate::house::{APP, FIXED, House, SERVICE_APP, Vector, refused};

fn app() -> Presented<'static> {
    Presented { app_key: Some(APP), ..Presented::default() }
}

fn account(email: &str, password: &str) -> NewAccount {
    NewAccount { email: email.into(), password: Secret::new(password), dob: None, created_by: Vec::new() }
}

#[tokio::test]
async fn a_person_signs_in_for_a_year() {
    let house = House::new().await;
    house.password("alice").await;
    let signed_in = house.robots().sign_in(&app(), "alice", &Secret::new("password")).await.unwrap();
    let session = signed_in.session.unwrap();
    assert_eq!((signed_in.user_id.as_str(), signed_in.scope), ("sub-of-alice", "user"));
    assert!(session.text.expose().len() == 23 && session.text.expose().bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(session.expires.unwrap().since(session.created), Duration::from_secs(365 * 86_400));
    refused(house.robots().sign_in(&app(), "alice", &Secret::new("wrong")).await, &CREDENTIALS_INVALID);
    refused(house.robots().sign_in(&app(), "nobody", &Secret::new("password")).await, &CREDENTIALS_INVALID);
    refused(house.robots().sign_in(&Presented::default(), "alice", &Secret::new("x")).await, &ROBOT_APP_KEY);
    house.clock.advance(Duration::from_secs(365 * 86_400));
    let presented = Presented { session: Some(session.text.expose()), ..app() };
    refused(house.robots().renew_session(&presented).await, &ROBOT_SESSION);
}

#[tokio::test]
async fn sessions_are_validated_renewed_and_ended() {
    let house = House::new().await;
    let service = Presented { app_key: Some(SERVICE_APP), ..Presented::default() };
    let text = Secret::new(house.alice.as_str());
    let validated = house.robots().validate_session(&service, APP, &text).await.unwrap();
    assert_eq!((validated.app_scopes, validated.account.user_id), (vec!["user"], "sub-of-alice".to_owned()));
    refused(house.robots().validate_session(&app(), APP, &text).await, &ROBOT_APP_SCOPE);
    refused(house.robots().validate_session(&service, "x", &text).await, &ROBOT_APP_KEY);
    refused(house.robots().validate_session(&service, APP, &Secret::new("x")).await, &ROBOT_SESSION);

    let old = Presented { session: Some(&house.alice), ..app() };
    let new = house.robots().renew_session(&old).await.unwrap().session.unwrap();
    refused(house.robots().renew_session(&old).await, &ROBOT_SESSION);
    let other = house.sign_in("alice").await;
    let third = house.sign_in("alice").await;
    let new = Presented { session: Some(new.text.expose()), ..app() };
    refused(house.robots().end_session(&new, &house.bob, false).await, &ROBOT_SESSION);
    house.robots().end_session(&new, &other, false).await.unwrap();
    refused(house.robots().end_session(&new, &other, false).await, &ROBOT_SESSION);
    house.robots().end_session(&new, &third, true).await.unwrap();
    refused(house.robots().renew_session(&new).await, &ROBOT_SESSION);
    refused(
        house.robots().end_session(&Presented { session: Some(&third), ..app() }, &third, false).await,
        &ROBOT_SESSION,
    );
    let fixed = Presented { session: Some(FIXED), ..app() };
    assert_eq!(house.robots().renew_session(&fixed).await.unwrap().session.unwrap().text.expose(), FIXED);
    house.robots().end_session(&fixed, FIXED, false).await.unwrap();
    house.robots().renew_session(&fixed).await.unwrap();
}

#[tokio::test]
async fn people_make_accounts_only_where_that_is_open() {
    let house = House::new().await;
    let up = async |new| house.robots().sign_up(&app(), new).await;
    let made = up(account("carol@example.org", "a password")).await.unwrap();
    assert!(made.session.is_none() && made.user.roles.is_empty());
    house.robots().sign_in(&app(), "carol@example.org", &Secret::new("a password")).await.unwrap();
    refused(up(account("carol@example.org", "a password")).await, &ROBOT_ACCOUNT_TAKEN);
    for (email, password) in [("carol", "a password"), ("@x", "a password"), ("a b@c", "a password"), ("d@e", "short")]
    {
        refused(up(account(email, password)).await, &ROBOT_ACCOUNT_INVALID);
    }
    let odd = NewAccount { dob: Some("yesterday".into()), ..account("d@e", "a password") };
    refused(up(odd).await, &ROBOT_ACCOUNT_INVALID);
    let odd = NewAccount { created_by: vec![("roles".into(), "admin".into())], ..account("d@e", "a password") };
    refused(up(odd).await, &ROBOT_ACCOUNT_INVALID);
    for n in 0..3 {
        up(account(&format!("{n}@example.org"), "a password")).await.unwrap();
    }
    refused(up(account("more@example.org", "a password")).await, &REQUEST_PACE);
    house.configure(|settings| settings.sign_up = false);
    refused(up(account("more@example.org", "a password")).await, &ROBOT_SIGN_UP_CLOSED);
    refused(house.robots().reset_password(&app(), "carol@example.org").await, &ROBOT_RESET_UNAVAILABLE);
}

/// Names are text: whoever writes theirs in another case, in full width or with blanks around it, has the same account.
#[tokio::test]
async fn an_account_is_found_however_its_name_is_written() {
    let house = House::new().await;
    let up = async |email| house.robots().sign_up(&app(), account(email, "a password")).await;
    let made = up(" Carol@Example.org ").await.unwrap();
    assert_eq!(made.user.username, "Carol@Example.org");
    for name in ["Carol@Example.org", "carol@example.org", " CAROL@EXAMPLE.ORG ", "\u{ff23}arol@example.org"] {
        let signed_in = house.robots().sign_in(&app(), name, &Secret::new("a password")).await.unwrap();
        assert_eq!(signed_in.user_id, made.user_id, "{name}");
    }
    refused(up("cAROL@example.org").await, &ROBOT_ACCOUNT_TAKEN);
    refused(up("\u{ff23}arol@example.org").await, &ROBOT_ACCOUNT_TAKEN);
    // The robot of a session that was opened under another spelling has the same owner.
    let session = async |name| {
        let signed_in = house.robots().sign_in(&app(), name, &Secret::new("a password")).await.unwrap();
        signed_in.session.unwrap().text.expose().to_owned()
    };
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &session("CAROL@example.org").await).await.unwrap();
    house.add_app(&robot, &session("carol@EXAMPLE.org").await, "laptop").await.unwrap();
}
