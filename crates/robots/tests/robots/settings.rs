//! The four settings that robots write and read back.

use jeton_core::administration::Caller;
use jeton_core::refusals::{ROBOT_JWT, ROBOT_JWT_FOREIGN};
use jeton_core::robots::Presented;
use jeton_core::robots::documents::{Accepted, DeleteDoc, Doc, DocStatus, ReadDocs, WriteDoc, Written};

use crate::house::{APP, House, Vector, refused};

fn doc(version: u64, json: &str) -> Doc {
    Doc { version, format: 2, client_metadata: "m".into(), json: json.into() }
}

async fn write(house: &House, robot: &Vector, name: &str, doc: Doc) -> Written {
    let presented = Presented { certificate: None, ..robot.presented() };
    let asked = WriteDoc { name: name.into(), doc, ..WriteDoc::default() };
    house.robots().write_doc(&presented, asked).await.unwrap()
}

async fn associated() -> (House, Vector) {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    (house, robot)
}

const fn written(accepted: Accepted, latest: u64) -> Written {
    Written { accepted, latest }
}

#[tokio::test]
async fn a_setting_is_written_over_the_version_that_it_names() {
    let (house, mut robot) = associated().await;
    let name = "vic.RobotSettings";
    assert_eq!(write(&house, &robot, name, doc(7, "{}")).await, written(Accepted::BadVersion, 0));
    assert_eq!(write(&house, &robot, name, doc(0, "{}")).await, written(Accepted::Yes, 1));
    assert_eq!(write(&house, &robot, name, doc(0, "{}")).await, written(Accepted::BadVersion, 1));
    assert_eq!(write(&house, &robot, name, doc(1, "[1]")).await, written(Accepted::Yes, 2));
    let older = Doc { format: 1, ..doc(2, "{}") };
    assert_eq!(write(&house, &robot, name, older).await, written(Accepted::BadFormat, 2));
    house.refresh(&mut robot).await.unwrap();
    assert_eq!(house.read(&robot, name).await.unwrap(), doc(2, "[1]"));
    let presented = Presented { certificate: None, ..robot.presented() };
    let asked = ReadDocs { items: vec![(name.into(), 2)], ..ReadDocs::default() };
    let found = house.robots().read_docs(&presented, &asked).await.unwrap();
    assert_eq!(found[0].status, DocStatus::Unchanged);
    let delete = DeleteDoc { name: name.into(), ..DeleteDoc::default() };
    for _ in 0..2 {
        house.robots().delete_doc(&presented, &delete).await.unwrap();
    }
    assert_eq!(house.read(&robot, name).await.unwrap(), Doc::default());
}

#[tokio::test]
async fn the_four_fit_into_the_robots_buffer_and_no_other_is_kept() {
    let (house, robot) = associated().await;
    let names = ["vic.RobotSettings", "vic.AccountSettings", "vic.UserEntitlements", "vic.RobotLifetimeStats"];
    let mut bytes = 0;
    for name in names {
        let (mut fits, mut length) = (0, 8192);
        while length > 0 {
            if write(&house, &robot, name, doc(fits, &"\"".repeat(length))).await.accepted == Accepted::Yes {
                fits += 1;
                break;
            }
            length -= 64;
        }
        assert_eq!(fits, 1, "{name}");
        bytes += serde_json::to_string(&house.read(&robot, name).await.unwrap().json).unwrap().len() + 255;
    }
    assert!((15_000..=20_480).contains(&bytes), "{bytes}");
    let long = Doc { client_metadata: "m".repeat(256), ..doc(1, "{}") };
    assert_eq!(write(&house, &robot, names[0], long).await, written(Accepted::TooLarge, 1));
    for other in ["vic.AppTokens", "vic.Other", ""] {
        assert_eq!(write(&house, &robot, other, doc(0, "{}")).await.accepted, Accepted::TooLarge);
    }
    assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_owner_does_not_see_them_and_forgetting_removes_them() {
    let (house, mut robot) = associated().await;
    write(&house, &robot, "vic.AccountSettings", doc(0, "alice's")).await;
    house.associate(&mut robot, &house.bob).await.unwrap();
    assert_eq!(house.read(&robot, "vic.AccountSettings").await.unwrap(), Doc::default());
    house.associate(&mut robot, &house.alice).await.unwrap();
    assert_eq!(house.read(&robot, "vic.AccountSettings").await.unwrap().json, "alice's");
    house.robots().forget(&Caller::local(), &robot.name).await.unwrap();
    house.associate(&mut robot, &house.alice).await.unwrap();
    assert_eq!(house.read(&robot, "vic.AccountSettings").await.unwrap(), Doc::default());
}

#[tokio::test]
async fn a_robot_reads_its_own_only() {
    let (house, robot) = associated().await;
    let presented = Presented { certificate: None, ..robot.presented() };
    let read = async |user_id: &str, thing: &str| {
        let asked = ReadDocs { user_id: user_id.into(), thing: thing.into(), items: Vec::new() };
        house.robots().read_docs(&presented, &asked).await
    };
    assert!(read("sub-of-alice", &robot.name).await.unwrap().is_empty());
    refused(read("sub-of-bob", &robot.name).await, &ROBOT_JWT_FOREIGN);
    refused(read("sub-of-alice", "vic:00000001").await, &ROBOT_JWT_FOREIGN);
    let none = Presented { app_key: Some(APP), ..Presented::default() };
    refused(house.robots().read_docs(&none, &ReadDocs::default()).await, &ROBOT_JWT);
    let session = Presented { jwt: Some(&house.alice), ..none };
    refused(house.robots().read_docs(&session, &ReadDocs::default()).await, &ROBOT_JWT);
}
