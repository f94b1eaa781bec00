//! What administrators see of robots and change.

use jeton_core::administration::Caller;
use jeton_core::model::EventKind;
use jeton_core::refusals::{AUTHORITY_EXCEEDED, NOT_FOUND, ROBOT_BANNED, ROBOT_JWT};
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
