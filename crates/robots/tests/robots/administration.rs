//! What administrators see of robots and change.

use jeton_core::administration::Caller;
use jeton_core::model::EventKind;
use jeton_core::refusals::{
    AUTHORITY_EXCEEDED, INVALID, NOT_FOUND, PARAMETER_MISSING, ROBOT_BANNED, ROBOT_JWT, ROBOT_KEY_CHANGED,
    ROBOT_NOT_BANNED, ROBOT_STILL_BANNED,
};
use jeton_core::robots::Presented;
use jeton_core::store::Page;

use crate::house::{ADMIN_APP, House, Vector, refused};

#[tokio::test]
async fn robots_are_listed_with_owners_apps_and_times() {
    let house = House::new().await;
    let caller = Caller::local();
    let mut robots: Vec<_> = (1..=5).map(|n| Vector::new(&format!("0000000{n}"))).collect();
    for robot in &mut robots {
        house.associate(robot, &house.alice).await.unwrap();
    }
    house.add_app(&robots[0], &house.alice, "laptop").await.unwrap();
    let first = house.robots().robots(&caller, Page::first(2)).await.unwrap();
    assert_eq!((first.total, first.items.len()), (5, 2));
    let shown = &first.items[0];
    assert_eq!((shown.name.as_str(), shown.owner_name.as_deref(), shown.apps), ("vic:00000001", Some("alice"), 2));
    assert!(shown.enabled && shown.key_pinned && shown.last_refresh.is_none() && shown.jwt_expires.is_some());
    let rest = house.robots().robots(&caller, Page { after: first.items[1].id, ..Page::first(9) }).await.unwrap();
    assert_eq!(rest.items.len(), 3);
    let apps = house.robots().apps(&caller, "00000001").await.unwrap();
    assert_eq!((apps[1].client_name.as_str(), apps[1].app_id.as_str()), ("laptop", "SDK"));
    let alice = house.jeton.ledger.entities().user_by_name(house.service, "alice").await.unwrap().unwrap();
    let nobody = Caller::signed_in(alice);
    refused(house.robots().robots(&nobody, Page::first(1)).await, &AUTHORITY_EXCEEDED);
    refused(house.robots().forget(&nobody, "00000001").await, &AUTHORITY_EXCEEDED);
    refused(house.robots().robot(&caller, "00000009").await, &NOT_FOUND);
    refused(house.robots().release(&caller, "x").await, &NOT_FOUND);
}

#[tokio::test]
async fn a_forgotten_robot_begins_anew_and_a_barred_one_stays_barred() {
    let house = House::new().await;
    let caller = Caller::local();
    let mut robot = Vector::new("00601b50");
    let app = house.associate(&mut robot, &house.alice).await.unwrap().client_token.unwrap();
    house.robots().forget(&caller, &robot.name).await.unwrap();
    refused(house.renew(&robot).await, &ROBOT_JWT);
    assert!(house.verdict(app.expose()).await.is_err());
    // With another key, too.
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.bob).await.unwrap();
    let tool = Presented { app_key: Some(ADMIN_APP), ..robot.presented() };
    house.robots().revoke_factory_certificate(&tool, &robot.name).await.unwrap();
    house.robots().forget(&caller, &robot.name).await.unwrap();
    refused(house.associate(&mut robot, &house.bob).await, &ROBOT_BANNED);
    let events = house.jeton.ledger.events(Some(house.service), 100).await.unwrap();
    let told: Vec<_> = events.iter().filter(|event| event.kind == EventKind::DeviceChanged).collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told.iter().all(|event| event.detail.as_ref().unwrap().starts_with("vic:00601b50: ")));
}

/// What is accepted has an effect; a robot that is barred comes back only by the call that says so, with a reason.
#[tokio::test]
async fn a_barred_robot_comes_back_by_an_administrator_with_a_reason_and_by_nothing_else() {
    let house = House::new().await;
    let (caller, mut robot) = (Caller::local(), Vector::new("00601b50"));
    house.associate(&mut robot, &house.alice).await.unwrap();
    refused(house.robots().unban(&caller, &robot.name, "why not").await, &ROBOT_NOT_BANNED);
    let tool = Presented { app_key: Some(ADMIN_APP), jwt: None, ..robot.presented() };
    house.robots().revoke_factory_certificate(&tool, &robot.name).await.unwrap();
    let hour = std::time::Duration::from_secs(3600);
    refused(house.robots().release(&caller, &robot.name).await, &ROBOT_STILL_BANNED);
    refused(house.robots().adopt(&caller, &robot.name, hour).await, &ROBOT_STILL_BANNED);
    refused(house.robots().unban(&caller, &robot.name, " ").await, &PARAMETER_MISSING);
    refused(house.robots().unban(&caller, &robot.name, "two\nlines").await, &INVALID);
    refused(house.robots().unban(&caller, "00000009", "unknown").await, &NOT_FOUND);
    let alice = house.jeton.ledger.entities().user_by_name(house.service, "alice").await.unwrap().unwrap();
    refused(house.robots().unban(&Caller::signed_in(alice), &robot.name, "mine").await, &AUTHORITY_EXCEEDED);
    refused(house.associate(&mut robot.clone(), &house.alice).await, &ROBOT_BANNED);

    house.robots().unban(&caller, &robot.name, "stolen, and found again").await.unwrap();
    let events = house.jeton.ledger.events(Some(house.service), 100).await.unwrap();
    let told = events.iter().any(|event| {
        event.kind == EventKind::DeviceChanged
            && event.detail.as_deref() == Some("vic:00601b50: let in again: stolen, and found again")
    });
    assert!(told, "{events:?}");
    assert!(house.robots().robot(&caller, &robot.name).await.unwrap().enabled);
    // What was issued before stays ended; the same key is still pinned.
    refused(house.renew(&robot).await, &ROBOT_JWT);
    refused(house.associate(&mut Vector::new("00601b50"), &house.alice).await, &ROBOT_KEY_CHANGED);
    house.associate(&mut robot, &house.alice).await.unwrap();
    house.apps(&robot).await.unwrap();
}
