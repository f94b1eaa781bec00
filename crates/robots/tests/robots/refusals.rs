//! The rows of the status table (`docs/contracts/vector.md` section 7): which class each case has, so which status.

use jeton_core::Refusal;
use jeton_core::refusal::Class;
use jeton_core::refusals::{
    ROBOT_APP_KEY, ROBOT_APP_SCOPE, ROBOT_JWT, ROBOT_JWT_MISSING, ROBOT_OWNER_MISMATCH, ROBOT_SECOND_SESSION,
    ROBOT_SESSION,
};
use jeton_core::robots::Presented;
use jeton_core::robots::calls::{Association, Reassociation, Refresh, SecondaryClient};
use jeton_core::robots::refusals::KINDS;

use crate::house::{APP, House, SERVICE_APP, Vector, refused};

#[tokio::test]
async fn app_keys_come_first_then_scopes_then_sessions_and_jwts() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    for app_key in [None, Some(""), Some("unknown"), Some(SERVICE_APP), Some(APP)] {
        let bare = Presented { app_key, certificate: Some(&robot.certificate), ..Presented::default() };
        let expected = |last: Refusal| match app_key {
            Some(APP) => last,
            Some(SERVICE_APP) => ROBOT_APP_SCOPE,
            _ => ROBOT_APP_KEY,
        };
        let robots = house.robots();
        refused(robots.associate_primary(&bare, Association::default()).await, &expected(ROBOT_SESSION));
        refused(robots.reassociate_primary(&bare, Reassociation::default()).await, &expected(ROBOT_SESSION));
        refused(robots.associate_secondary(&bare, SecondaryClient::default()).await, &expected(ROBOT_JWT_MISSING));
        refused(robots.refresh(&bare, Refresh::default()).await, &expected(ROBOT_JWT_MISSING));
        refused(robots.disassociate_primary(&bare).await, &expected(ROBOT_JWT_MISSING));
    }
    // A JWT that is not valid comes before the session in the body.
    let junk = Vector { jwt: Some("x.y.z".into()), ..robot.clone() };
    refused(house.add_app(&junk, "unknown", "x").await, &ROBOT_JWT);
    refused(house.add_app(&robot, "unknown", "x").await, &ROBOT_SECOND_SESSION);
    refused(house.add_app(&robot, "", "x").await, &ROBOT_SECOND_SESSION);
}

/// A robot takes `INVALID_ARGUMENT` for "wrong account", so nothing else that it can cause has this class.
#[test]
fn only_wrong_accounts_and_what_tools_send_are_malformed() {
    let malformed: Vec<_> = KINDS.iter().filter(|kind| kind.class == Class::Malformed).map(|kind| kind.id).collect();
    let expected = [&ROBOT_OWNER_MISMATCH, &ROBOT_SECOND_SESSION].map(|refusal| refusal.kind().id);
    assert_eq!(malformed[..2], expected);
    assert_eq!(malformed[2..], ["robot_index_unknown", "robot_certificate_id", "robot_account_invalid"]);
}
