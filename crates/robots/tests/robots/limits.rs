//! How many robots an account may own, and how fast it may associate them.

use std::net::IpAddr;
use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::refusals::{REQUEST_PACE, ROBOT_TOO_MANY};
use jeton_core::robots::Presented;
use jeton_core::robots::calls::Association;

use crate::house::{FIXED, House, Vector, refused};

#[tokio::test]
async fn an_account_owns_so_many_robots_and_others_are_not_concerned() {
    let house = House::new().await;
    house.configure(|settings| settings.robots_per_account = 2);
    let mut robots: Vec<_> = (1..=4).map(|n| Vector::new(&format!("0000000{n}"))).collect();
    house.associate(&mut robots[0], &house.alice).await.unwrap();
    house.reassociate(&robots[1], &house.alice).await.unwrap();
    refused(house.associate(&mut robots[2], &house.alice).await, &ROBOT_TOO_MANY);
    refused(house.reassociate(&robots[2], &house.alice).await, &ROBOT_TOO_MANY);
    house.associate(&mut robots[3], &house.bob).await.unwrap();
    refused(house.associate(&mut robots[3], &house.alice).await, &ROBOT_TOO_MANY);
    // Those that are there go on.
    house.associate(&mut robots[0], &house.alice).await.unwrap();
    house.refresh(&mut robots[0]).await.unwrap();
    house.add_app(&robots[0], &house.alice, "laptop").await.unwrap();
    // One that is forgotten makes room, a minute later at most.
    house.robots().forget(&Caller::local(), &robots[1].name).await.unwrap();
    house.clock.advance(Duration::from_secs(60));
    house.associate(&mut robots[2], &house.alice).await.unwrap();
}

#[tokio::test]
async fn an_account_associates_at_its_pace_and_others_at_theirs() {
    let house = House::new().await;
    let minute = Duration::from_secs(60);
    house.configure(|settings| (settings.associations, settings.association_interval) = (3, minute));
    let mut robot = Vector::new("00601b50");
    for _ in 0..2 {
        house.associate(&mut robot, &house.alice).await.unwrap();
    }
    house.add_app(&robot, &house.alice, "laptop").await.unwrap();
    refused(house.add_app(&robot, &house.alice, "laptop").await, &REQUEST_PACE);
    refused(house.reassociate(&robot, &house.alice).await, &REQUEST_PACE);
    refused(house.associate(&mut robot.clone(), &house.alice).await, &REQUEST_PACE);
    // Renewing has no pace, and neither has anybody else used theirs.
    house.refresh(&mut robot).await.unwrap();
    house.associate(&mut Vector::new("00000002"), &house.bob).await.unwrap();
    house.clock.advance(minute);
    house.add_app(&robot, &house.alice, "laptop").await.unwrap();
}

/// Many may know a configured session token: they are told apart by where they are.
#[tokio::test]
async fn a_stranger_with_a_configured_session_slows_nobody_else() {
    let house = House::new().await;
    house.configure(|settings| settings.associations = 1);
    let robot = Vector::new("00601b50");
    let associate = async |address: &str| {
        let address: IpAddr = address.parse().unwrap();
        let presented = Presented { session: Some(FIXED), address: Some(address), ..robot.presented() };
        house.robots().associate_primary(&presented, Association::default()).await
    };
    associate("192.0.2.1").await.unwrap();
    refused(associate("192.0.2.1").await, &REQUEST_PACE);
    associate("192.0.2.2").await.unwrap();
}
