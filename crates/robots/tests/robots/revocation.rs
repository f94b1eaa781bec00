//! What others end, the robot's next call sees; and what services learn about it.

use std::time::Duration;

use jeton_core::ledger::Inactive;
use jeton_core::model::{Subject, TokenKind};
use jeton_core::refusals::{
    ROBOT_APP_SCOPE, ROBOT_CERTIFICATE, ROBOT_CERTIFICATE_ID, ROBOT_INDEX_UNKNOWN, ROBOT_JWT, ROBOT_OWNER_DISABLED,
    ROBOT_SESSION,
};
use jeton_core::robots::Presented;
use jeton_core::store::TokenFilter;

use crate::house::{ADMIN_APP, APP, House, SERVICE_APP, Vector, refused};

fn tool<'a>(app: &'a str, robot: &'a Vector) -> Presented<'a> {
    Presented { app_key: Some(app), certificate: Some(&robot.certificate), ..Presented::default() }
}

/// As `/admin/v1/tokens/{id}/revoke` does.
#[tokio::test]
async fn a_jwt_ended_elsewhere_is_refused_and_its_apps_are_out() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    let app = house.associate(&mut robot, &house.alice).await.unwrap().client_token.unwrap();
    let before = robot.clone();
    house.refresh(&mut robot).await.unwrap();
    house.revoke(robot.jwt()).await;
    for robot in [&robot, &before] {
        refused(house.renew(robot).await, &ROBOT_JWT);
        refused(house.apps(robot).await, &ROBOT_JWT);
        refused(house.add_app(robot, &house.alice, "laptop").await, &ROBOT_JWT);
    }
    assert_eq!(house.verdict(app.expose()).await, Err(Inactive::GrantEnded));
    // Not even when everything about it was swept.
    house.clock.advance(Duration::from_secs(86_400 * 2));
    while jeton_core::Store::sweep(&*house.store, house.jeton.ledger.now(), 1000).await.unwrap() > 0 {}
    refused(house.another().await.renew(&robot).await, &ROBOT_JWT);
    // With its owner it begins anew.
    house.associate(&mut robot, &house.alice).await.unwrap();
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_app_ended_elsewhere_is_out_and_the_others_stay() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let laptop = house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    let version = house.read(&robot, "vic.AppTokens").await.unwrap().version;
    house.revoke(&laptop).await;
    let apps = house.apps(&robot).await.unwrap();
    assert_eq!(apps.len(), 1, "{apps:?}");
    assert!(house.read(&robot, "vic.AppTokens").await.unwrap().version > version);
    house.renew(&robot).await.unwrap();
}

#[tokio::test]
async fn tokens_ended_by_a_filter_and_suspended_ones_do_not_renew() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let alice = house.jeton.ledger.entities().user_by_name(house.service, "alice").await.unwrap().unwrap();
    let filter = TokenFilter {
        service: Some(house.service),
        kinds: vec![TokenKind::Robot],
        subject: Some(Subject::User(alice.key)),
        ..TokenFilter::default()
    };
    let ending = || {
        let actor = jeton_core::model::Actor::System;
        jeton_core::ledger::Ending::new(jeton_core::model::Reason::Admin, actor)
    };
    let count = house.jeton.ledger.revoke_matching(filter.clone(), ending()).await.unwrap();
    assert_eq!(count, 1);
    refused(house.renew(&robot).await, &ROBOT_JWT);
}

#[tokio::test]
async fn a_disabled_or_deleted_owner_ends_everything() {
    let house = House::new().await;
    let (mut first, mut second) = (Vector::new("00000001"), Vector::new("00000002"));
    house.associate(&mut first, &house.alice).await.unwrap();
    house.associate(&mut second, &house.bob).await.unwrap();
    let caller = jeton_core::administration::Caller::local();
    let administration = &house.jeton.administration;
    administration.delete_user(&caller, house.service, "alice").await.unwrap();
    let bob = administration.show_user(house.service, "bob").await.unwrap();
    let disabled = jeton_core::model::User { enabled: false, ..bob };
    let new = jeton_core::administration::NewUser { user: disabled, password: None };
    administration.put_user(&caller, new, true).await.unwrap();
    // An account that was deleted is gone; one that is disabled may be enabled again.
    for (robot, expected) in [(&first, &ROBOT_JWT), (&second, &ROBOT_OWNER_DISABLED)] {
        refused(house.renew(robot).await, expected);
        refused(house.apps(robot).await, expected);
    }
    refused(house.associate(&mut first, &house.alice).await, &ROBOT_SESSION);
}

#[tokio::test]
async fn services_revoke_by_robot_and_by_person_and_learn_how_many() {
    let house = House::new().await;
    let (mut first, mut second) = (Vector::new("00000001"), Vector::new("00000002"));
    house.associate(&mut first, &house.alice).await.unwrap();
    house.associate(&mut second, &house.alice).await.unwrap();
    house.refresh(&mut second).await.unwrap();
    let revoke = async |index, key: &str| house.robots().revoke_tokens(&tool(SERVICE_APP, &first), index, key).await;
    assert_eq!(revoke("requestor", "vic:00000001").await.unwrap(), 1);
    assert_eq!(revoke("requestor", "vic:00000001").await.unwrap(), 0, "there are none left");
    assert_eq!(revoke("requestor", "vic:00000009").await.unwrap(), 0);
    refused(house.renew(&first).await, &ROBOT_JWT);
    // Its owner begins anew: what ended before is not counted again.
    house.reassociate(&first, &house.alice).await.unwrap();
    assert_eq!(revoke("requestor", "vic:00000001").await.unwrap(), 1);
    refused(house.renew(&first).await, &ROBOT_JWT);
    // It expired a while ago, and could have been renewed.
    house.clock.advance(Duration::from_secs(30 * 86_400));
    while jeton_core::Store::sweep(&*house.store, house.jeton.ledger.now(), 1000).await.unwrap() > 0 {}
    assert_eq!(revoke("user", "sub-of-alice").await.unwrap(), 1);
    assert_eq!(revoke("", "sub-of-alice").await.unwrap(), 0);
    assert_eq!(revoke("user", "nobody").await.unwrap(), 0);
    refused(house.renew(&second).await, &ROBOT_JWT);
    refused(revoke("token", "x").await, &ROBOT_INDEX_UNKNOWN);
    refused(house.robots().revoke_tokens(&tool(APP, &first), "user", "x").await, &ROBOT_APP_SCOPE);
    let bare = Presented { app_key: Some(ADMIN_APP), ..Presented::default() };
    refused(house.robots().revoke_tokens(&bare, "user", "x").await, &ROBOT_CERTIFICATE);
    let with_session = Presented { session: Some("unknown"), ..tool(ADMIN_APP, &first) };
    refused(house.robots().revoke_tokens(&with_session, "user", "x").await, &ROBOT_SESSION);
    let ban = house.robots().revoke_factory_certificate(&tool(ADMIN_APP, &first), "serial 1").await;
    refused(ban, &ROBOT_CERTIFICATE_ID);
}

/// Every page once, in an order that does not change while others come and go; for a day.
#[tokio::test]
async fn revoked_jwts_are_listed_in_stable_pages_for_a_day() {
    let house = House::new().await;
    let service = Presented { app_key: Some(SERVICE_APP), ..Presented::default() };
    let page = house.robots().revoked_tokens(&service, "").await.unwrap();
    assert!(page.done && page.tokens.is_empty());
    let mut ended = Vec::new();
    let mut live = Vector::new("0000ffff");
    house.associate(&mut live, &house.bob).await.unwrap();
    for n in 0..130_u32 {
        let mut robot = Vector::new(&format!("{n:08x}"));
        house.associate(&mut robot, &house.alice).await.unwrap();
        ended.push(robot.jwt().to_owned());
        house.refresh(&mut robot).await.unwrap();
        if n % 2 == 0 {
            house.revoke(robot.jwt()).await;
            ended.push(robot.jwt().to_owned());
        }
    }
    let (mut found, mut key, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = house.robots().revoked_tokens(&service, &key).await.unwrap();
        found.extend(page.tokens.iter().map(|text| text.expose().to_owned()));
        pages += 1;
        // Others come meanwhile.
        house.refresh(&mut live).await.unwrap();
        (key, _) = (page.last_key, ());
        if page.done {
            break;
        }
    }
    assert!(pages > 1, "there was one page only");
    let mut expected = ended.clone();
    expected.sort();
    let mut all = found.clone();
    all.retain(|text| ended.contains(text));
    all.sort();
    assert_eq!(all, expected);
    refused(house.robots().revoked_tokens(&tool(APP, &live), "").await, &ROBOT_APP_SCOPE);
    house.clock.advance(Duration::from_secs(86_400));
    let page = house.robots().revoked_tokens(&service, "").await.unwrap();
    assert!(page.tokens.is_empty());
}
