//! Random lives of a robot: answers are lost, the store fails before, in the middle of and after its commits, processes end,
//! months pass. It is never stranded, no app that was let in is shut out, and what was revoked stays so.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::refusals::ROBOT_JWT;
use jeton_core::{Refusal, Store};
use jeton_testkit::{Fault, FaultyStore, ModelStore, TestLedger};
use proptest::prelude::*;

use crate::house::{House, Vector, refused};

#[derive(Clone, Copy, Debug)]
enum Step {
    Renew {
        arrives: bool,
    },
    AddApp {
        arrives: bool,
    },
    Read,
    Reassociate,
    Wait(u64),
    Sweep,
    Restart,
    EndApp(usize),
    /// The next write fails so.
    Fail(Fault),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => any::<bool>().prop_map(|arrives| Step::Renew { arrives }),
        3 => any::<bool>().prop_map(|arrives| Step::AddApp { arrives }),
        3 => Just(Step::Read),
        1 => Just(Step::Reassociate),
        5 => prop_oneof![Just(1), Just(3600), Just(86_400), Just(86_400 * 200)].prop_map(Step::Wait),
        1 => Just(Step::Sweep),
        1 => Just(Step::Restart),
        1 => any::<usize>().prop_map(Step::EndApp),
        4 => prop::sample::select(Fault::ALL.to_vec()).prop_map(Step::Fail),
    ]
}

struct Life {
    house: House,
    faults: Arc<FaultyStore>,
    robot: Vector,
    /// The texts of apps that were let in and not ended.
    apps: Vec<String>,
    /// For how long the robot has not renewed its JWT, in seconds.
    idle: u64,
}

impl Life {
    async fn begin() -> Self {
        let faults = FaultyStore::over(Arc::new(ModelStore::new()));
        let store: Arc<dyn Store> = Arc::clone(&faults) as _;
        let house = House::open(TestLedger { store, ..TestLedger::default() }).await;
        let mut robot = Vector::new("00601b50");
        let app = house.associate(&mut robot, &house.alice).await.unwrap().client_token.unwrap();
        let apps = vec![app.expose().to_owned()];
        Self { house, faults, robot, apps, idle: 0 }
    }

    /// An outcome that a failing store explains.
    fn explained<T>(&self, outcome: Result<T, Refusal>) -> Option<T> {
        let failed = self.faults.heal();
        match outcome {
            Ok(done) => Some(done),
            Err(refusal) if failed => {
                assert!(!refusal.is(&ROBOT_JWT), "a robot would give up: {refusal:?}");
                None
            }
            Err(refusal) => panic!("{refusal:?} without a fault"),
        }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Renew { arrives } => {
                let renewed = self.house.renew(&self.robot).await;
                if let Some(new) = self.explained(renewed)
                    && arrives
                {
                    self.robot.jwt = Some(new);
                    self.idle = 0;
                }
            }
            Step::AddApp { arrives } => {
                let added = self.house.add_app(&self.robot, &self.house.alice, "app").await;
                if let Some(text) = self.explained(added)
                    && arrives
                {
                    self.apps.push(text);
                }
            }
            Step::Read => {
                // An expired or renewed JWT is refused here, and the robot renews it.
                if self.house.verdict(self.robot.jwt()).await.is_ok() {
                    let read = self.house.apps(&self.robot).await;
                    drop(self.explained(read));
                }
            }
            Step::Reassociate => {
                let done = self.house.reassociate(&self.robot, &self.house.alice).await;
                if let Some(bundle) = self.explained(done) {
                    self.apps.push(bundle.client_token.unwrap().expose().to_owned());
                }
            }
            // The accounts' sessions live for a year too.
            Step::Wait(seconds) if self.idle + seconds < 86_400 * 300 => {
                self.faults.heal();
                self.idle += seconds;
                self.house.clock.advance(Duration::from_secs(seconds));
                self.house.alice = self.house.sign_in("alice").await;
            }
            Step::Wait(_) => {}
            Step::Sweep => {
                while self.house.store.sweep(self.house.jeton.ledger.now(), 100).await.unwrap_or(0) > 0 {}
                self.faults.heal();
            }
            Step::Restart => {
                self.faults.heal();
                self.house = self.house.another().await;
            }
            Step::EndApp(which) => {
                self.faults.heal();
                if self.apps.len() > 1 {
                    let text = self.apps.remove(which % self.apps.len());
                    self.house.revoke(&text).await;
                }
            }
            Step::Fail(fault) => self.faults.fail_write(0, fault),
        }
    }

    /// With a healthy store, the robot goes on, and lets in whom it let in.
    async fn check(&mut self) {
        self.faults.heal();
        let before = self.robot.clone();
        self.house.refresh(&mut self.robot).await.expect("the robot is stranded");
        self.idle = 0;
        let apps = self.house.apps(&self.robot).await.unwrap();
        for text in &self.apps {
            assert_eq!(self.house.verdict(text).await, Ok(()), "an app is shut out");
        }
        assert!(apps.len() >= self.apps.len(), "an app is missing in the list");
        refused(self.house.renew(&before).await, &ROBOT_JWT);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_robot_is_never_stranded(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut life = Life::begin().await;
            for step in steps {
                life.take(step).await;
            }
            life.check().await;
            life.house.revoke(life.robot.jwt()).await;
            refused(life.house.renew(&life.robot).await, &ROBOT_JWT);
            life.house.clock.advance(Duration::from_secs(86_400 * 30));
            while life.house.store.sweep(life.house.jeton.ledger.now(), 100).await.unwrap() > 0 {}
            let other = life.house.another().await;
            refused(other.renew(&life.robot).await, &ROBOT_JWT);
        });
    }
}
