//! Many robots at once, as after an outage: each on a new TLS connection.

use std::time::Duration;

use tokio::time::Instant;

use crate::home::Home;
use crate::robot::Robot;

/// `JETON_ROBOTS` sets another number: 10,000 is what the listener is made for.
const ROBOTS: u32 = 200;

/// How soon all must be served, and how many robots may be at work on this side.
const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_come_at_once_and_all_are_served() {
    let number = std::env::var("JETON_ROBOTS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROBOTS);
    let home = Home::new().await;
    let mut robots = Vec::new();
    for esn in 0..number {
        let mut robot = Robot::new(&home, &format!("{esn:08x}"));
        robot.associate().await;
        robots.push(robot);
    }
    let began = Instant::now();
    let running: Vec<_> = robots
        .into_iter()
        .map(|robot| {
            tokio::spawn(async move {
                let began = Instant::now();
                robot.refresh(&robot.jwt).await.map(|_| began.elapsed())
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in running {
        took.push(task.await.unwrap().unwrap());
    }
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    println!("{number} robots: {:?} in all, p50 {:?}, p99 {:?}, max {:?}", began.elapsed(), at(50), at(99), at(100));
    assert!(began.elapsed() < SOON.max(Duration::from_millis(u64::from(number) * 3)), "{:?}", began.elapsed());
}
