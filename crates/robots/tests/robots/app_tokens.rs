//! The document of the apps that a robot lets in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_core::robots::documents::{DocStatus, ReadDocs};
use jeton_jose::digest::sha256;

use crate::house::{House, Vector};

/// As the robot's gateway compares them.
fn lets_in(entry: &serde_json::Value, token: &str) -> bool {
    let stored = STANDARD.decode(entry["hash"].as_str().unwrap()).unwrap();
    let (hash, salt) = stored.split_at(32);
    sha256(&[&STANDARD.decode(token).unwrap()[..], salt].concat()) == *hash
}

#[tokio::test]
async fn the_hash_is_readable_before_the_answer_leaves_and_lets_the_app_in() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    let first = house.associate(&mut robot, &house.alice).await.unwrap().client_token.unwrap();
    let second = house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    for reader in [house.another().await, house] {
        let apps = reader.apps(&robot).await.unwrap();
        assert_eq!(apps.len(), 2);
        assert!(lets_in(&apps[0], first.expose()) && lets_in(&apps[1], &second) && !lets_in(&apps[0], &second));
        for entry in &apps {
            let mut members: Vec<_> = entry.as_object().unwrap().keys().map(String::as_str).collect();
            members.sort_unstable();
            assert_eq!(members, ["app_id", "client_name", "hash", "issued_at"]);
            let issued = entry["issued_at"].as_str().unwrap();
            assert!(issued.ends_with('Z') && !issued.contains('.'), "{issued}");
        }
    }
}

#[tokio::test]
async fn it_is_never_unchanged_and_its_version_grows() {
    let house = House::new().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    let presented = jeton_core::robots::Presented { certificate: None, ..robot.presented() };
    let mut version = 0;
    for n in 0..4 {
        let items = vec![("vic.AppTokens".into(), version), ("vic.RobotSettings".into(), 0), ("x".into(), 7)];
        let asked = ReadDocs { items, ..ReadDocs::default() };
        let found = house.robots().read_docs(&presented, &asked).await.unwrap();
        let statuses: Vec<_> = found.iter().map(|found| found.status).collect();
        assert_eq!(statuses, [DocStatus::Changed, DocStatus::NotFound, DocStatus::NotFound]);
        assert!(found[0].doc.version > version && found[0].doc.format == 1);
        version = found[0].doc.version;
        house.add_app(&robot, &house.alice, &format!("app {n}")).await.unwrap();
    }
}

/// It fits into the robot's buffer, whatever names have to be escaped; the oldest apps make room.
#[tokio::test]
async fn the_oldest_apps_go_when_the_robot_could_not_read_the_list() {
    for name in ["laptop".to_owned(), "\u{1}\"\\".repeat(100), "ä".repeat(300)] {
        let house = House::new().await;
        let mut robot = Vector::new("00601b50");
        let first = house.associate(&mut robot, &house.alice).await.unwrap().client_token.unwrap();
        let mut last = String::new();
        for n in 0..260 {
            last = house.add_app(&robot, &house.alice, &format!("{n}{name}")).await.unwrap();
        }
        let doc = house.read(&robot, "vic.AppTokens").await.unwrap();
        let escaped = serde_json::to_string(&doc.json).unwrap().len();
        assert!((20_000..32_768).contains(&escaped), "{escaped}");
        let apps = house.apps(&robot).await.unwrap();
        assert!(lets_in(apps.last().unwrap(), &last) && !apps.iter().any(|entry| lets_in(entry, first.expose())));
        assert!(house.verdict(first.expose()).await.is_err(), "it has ended, so every face shows that it is out");
        let times: Vec<_> = apps.iter().map(|entry| entry["client_name"].as_str().unwrap().len()).collect();
        assert!(times.iter().all(|bytes| *bytes <= 255));
    }
}
