//! The store fails before, in the middle of and after the commit of each call. The call happened as a whole or not at all, and the
//! same call again succeeds.

use std::sync::Arc;

use jeton_core::Store;
use jeton_core::administration::Caller;
use jeton_core::refusals::ROBOT_JWT;
use jeton_testkit::{Fault, FaultyStore, ModelStore, TestLedger};

use crate::house::{House, Vector, refused};

async fn failing() -> (House, Arc<FaultyStore>) {
    let faults = FaultyStore::over(Arc::new(ModelStore::new()));
    let store: Arc<dyn Store> = Arc::clone(&faults) as _;
    (House::open(TestLedger { store, ..TestLedger::default() }).await, faults)
}

#[tokio::test]
async fn an_association_happens_as_a_whole_or_not_at_all() {
    for fault in Fault::ALL {
        let (house, faults) = failing().await;
        let mut robot = Vector::new("00601b50");
        house.associate(&mut robot.clone(), &house.bob).await.unwrap();
        faults.fail_write(0, fault);
        assert!(house.associate(&mut robot, &house.alice).await.is_err(), "{fault:?}");
        assert!(faults.heal());
        // The answer did not arrive, so the robot has no JWT and calls again.
        house.associate(&mut robot, &house.alice).await.unwrap();
        house.refresh(&mut robot).await.unwrap();
        let apps = house.apps(&robot).await.unwrap().len();
        assert_eq!(apps, if fault == Fault::After { 2 } else { 1 }, "{fault:?}");
    }
}

#[tokio::test]
async fn a_disassociation_a_ban_and_a_revocation_are_never_half_done() {
    for fault in Fault::ALL {
        let (house, faults) = failing().await;
        let mut robot = Vector::new("00601b50");
        house.associate(&mut robot, &house.alice).await.unwrap();
        faults.fail_write(0, fault);
        assert!(house.robots().disassociate_primary(&robot.presented()).await.is_err(), "{fault:?}");
        faults.heal();
        if fault == Fault::After {
            refused(house.renew(&robot).await, &ROBOT_JWT);
        } else {
            assert_eq!(house.apps(&robot).await.unwrap().len(), 1);
            house.refresh(&mut robot).await.unwrap();
        }
        let mut robot = Vector::new("00000002");
        house.associate(&mut robot, &house.alice).await.unwrap();
        faults.fail_write(0, fault);
        assert!(house.robots().forget(&Caller::local(), &robot.name).await.is_err(), "{fault:?}");
        faults.heal();
        let shown = house.robots().robot(&Caller::local(), &robot.name).await.unwrap();
        assert_eq!(shown.owner.is_none(), fault == Fault::After);
        assert_eq!(shown.apps, usize::from(fault != Fault::After));
        assert_eq!(house.renew(&robot).await.is_err(), fault == Fault::After);
    }
}

/// Reads that fail refuse the call in a way that robots survive, and never with what they take for final.
#[tokio::test]
async fn a_store_that_cannot_be_read_makes_no_robot_give_up() {
    let (house, faults) = failing().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    for after in 0..8 {
        faults.fail_read(after);
        if let Err(refusal) = house.renew(&robot).await {
            assert!(!refusal.is(&ROBOT_JWT), "{after}: {refusal:?}");
        }
        faults.heal();
        faults.fail_read(after);
        if let Err(refusal) = house.apps(&robot).await {
            assert!(!refusal.is(&ROBOT_JWT) || house.verdict(robot.jwt()).await.is_err(), "{after}: {refusal:?}");
        }
        faults.heal();
    }
    faults.set_away(true);
    assert!(house.apps(&robot).await.is_err() && house.renew(&robot).await.is_err());
    faults.set_away(false);
    house.refresh(&mut robot).await.unwrap();
}

/// While others change the record all the time, the call ends with an error that robots survive.
#[tokio::test]
async fn a_record_that_always_changes_ends_the_call() {
    let (house, faults) = failing().await;
    let mut robot = Vector::new("00601b50");
    house.associate(&mut robot, &house.alice).await.unwrap();
    faults.set_overtaken(true);
    refused(house.renew(&robot).await, &jeton_core::refusals::RECORD_CHANGED);
    faults.set_overtaken(false);
    house.renew(&robot).await.unwrap();
}
