//! The cache changes only by a commit that is known to have happened.

use std::sync::Arc;

use jeton_core::ledger::{Ending, Verdict};
use jeton_core::model::{Actor, Reason, TokenKind};
use jeton_core::store::{Page, TokenFilter};
use jeton_testkit::{Fault, FaultyStore, ModelStore};

use crate::held_store::HeldStore;
use crate::house::{House, text_of};

async fn house() -> (House, Arc<FaultyStore>) {
    let store = FaultyStore::over(Arc::new(ModelStore::new()));
    (House::on(store.clone()).await, store)
}

/// Lets the tasks that are ready run to their end.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// How many tokens have not ended.
async fn alive(house: &House) -> u64 {
    let filter = TokenFilter { live_at: Some(house.jeton.ledger.now()), ..TokenFilter::default() };
    house.store.tokens(&filter, Page::first(0)).await.unwrap().total
}

fn is_unavailable<T>(result: &Result<T, jeton_core::client_auth::Refused>) -> bool {
    result.as_ref().is_err_and(|refused| refused.refusal.is_unavailable())
}

#[tokio::test]
async fn a_revocation_that_failed_is_not_remembered_and_done_again() {
    for fault in Fault::ALL {
        for kind in [TokenKind::Access, TokenKind::Refresh] {
            let (house, store) = house().await;
            let issued = house.by_password("openid offline_access read").await.unwrap();
            let (text, other) = (text_of(&issued, kind), text_of(&issued, TokenKind::Access));
            assert!(house.is_live(&text).await && house.is_live(&other).await);
            let Verdict::Active(live) = house.jeton.ledger.inspect(house.service, &text).await.unwrap() else {
                panic!()
            };
            let row = live.token;
            store.fail_write(0, fault);
            let first = house.jeton.ledger.revoke(&row, Ending::new(Reason::Client, Actor::System)).await;
            assert!(first.is_err_and(|refusal| refusal.is_unavailable()), "{fault:?}");
            let written = fault == Fault::After;
            for node in [&house, &house.another().await] {
                assert_eq!(node.is_live(&text).await, !written, "{fault:?}: memory says what the store holds");
                assert_eq!(node.is_live(&other).await, !written, "{fault:?}");
            }
            let again = house.jeton.ledger.revoke(&row, Ending::new(Reason::Client, Actor::System)).await.unwrap();
            assert_eq!(again.changed, !written, "{fault:?}");
            for node in [&house, &house.another().await] {
                assert!(!node.is_live(&text).await && !node.is_live(&other).await, "{fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_code_whose_first_use_was_not_answered_ends_nothing() {
    for fault in Fault::ALL {
        for elsewhere in [false, true] {
            let (house, store) = house().await;
            let code = house.code("openid offline_access read").await;
            store.fail_write(0, fault);
            assert!(is_unavailable(&house.by_code(&code).await), "{fault:?}");
            settle().await;
            let before = alive(&house).await;
            let node = house.another().await;
            let asked = if elsewhere { &node } else { &house };
            match asked.by_code(&code).await {
                Ok(issued) => assert!(asked.is_live(&text_of(&issued, TokenKind::Refresh)).await, "{fault:?}"),
                Err(refused) => {
                    assert_eq!((fault, refused.refusal.id()), (Fault::After, "code_invalid"));
                    assert_eq!(alive(&house).await, before, "{fault:?}: nothing ended");
                }
            }
            assert!(alive(&house).await > 1);
        }
    }
}

#[tokio::test]
async fn a_code_that_was_answered_still_ends_what_it_issued_when_it_comes_again() {
    let (house, store) = house().await;
    let code = house.code("openid offline_access read").await;
    // The first attempt failed before the commit; the second was answered: the third is a replay.
    store.fail_write(0, Fault::During);
    assert!(is_unavailable(&house.by_code(&code).await));
    house.clock.advance(std::time::Duration::from_millis(5));
    let issued = house.by_code(&code).await.unwrap();
    settle().await;
    assert!(house.by_code(&code).await.is_err());
    assert!(!house.is_live(&text_of(&issued, TokenKind::Access)).await);
}

#[tokio::test]
async fn a_code_whose_client_hung_up_ends_nothing() {
    let store = Arc::new(HeldStore::default());
    let house = Arc::new(House::on(store.clone()).await);
    let code = house.code("openid offline_access read").await;
    let gate = store.hold(|write| matches!(write, jeton_core::store::Write::Token { .. }));
    let task = {
        let (house, code) = (Arc::clone(&house), code.clone());
        tokio::spawn(async move { house.by_code(&code).await.is_ok() })
    };
    gate.done().await;
    task.abort();
    assert!(task.await.is_err());
    settle().await;
    let before = alive(&house).await;
    for node in [&*house, &house.another().await] {
        assert_eq!(node.by_code(&code).await.err().map(|refused| refused.refusal.id()), Some("code_invalid"));
    }
    assert_eq!(alive(&house).await, before, "nothing ended");
}

#[tokio::test]
async fn a_refresh_token_whose_first_use_was_not_answered_ends_nothing() {
    for fault in Fault::ALL {
        for late in [false, true] {
            let (house, store) = house().await;
            let issued = house.by_password("openid offline_access read").await.unwrap();
            let (access, refresh) = (text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh));
            store.fail_write(0, fault);
            assert!(is_unavailable(&house.by_refresh(&refresh).await), "{fault:?}");
            settle().await;
            if late {
                // The store was away for longer than the grace period.
                house.clock.advance(std::time::Duration::from_secs(200));
            }
            for node in [&house, &house.another().await] {
                let before = alive(&house).await;
                match node.by_refresh(&refresh).await {
                    Ok(issued) => {
                        assert!(node.is_live(&text_of(&issued, TokenKind::Refresh)).await, "{fault:?}");
                        break;
                    }
                    Err(refused) => {
                        assert_eq!((fault, late, refused.refusal.id()), (Fault::After, true, "refresh_token_invalid"));
                        assert_eq!(alive(&house).await, before, "{fault:?}: nothing ended");
                    }
                }
            }
            assert!(house.is_live(&access).await, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_service_that_may_have_been_switched_off_is_read_again() {
    let (house, store) = house().await;
    let admin = jeton_core::administration::Caller::local();
    store.fail_write(0, Fault::After);
    let off = house.jeton.administration.enable_service(&admin, house.service, false).await;
    assert!(off.is_err_and(|refusal| refusal.is_unavailable()));
    settle().await;
    assert!(!house.service().enabled);
    // Only the store decides that there is nothing to do.
    house.jeton.administration.enable_service(&admin, house.service, true).await.unwrap();
    assert!(house.another().await.service().enabled);
}

#[tokio::test]
async fn suspensions_that_may_have_come_are_read_before_any_answer() {
    let (house, store) = house().await;
    let issued = house.by_password("read").await.unwrap();
    let text = text_of(&issued, TokenKind::Access);
    assert!(house.is_live(&text).await);
    store.fail_write(0, Fault::After);
    assert!(crate::suspension::suspend(&house, &[("client_id", "app")]).await.is_err());
    store.fail_read(0);
    let unread = house.jeton.ledger.inspect(house.service, &text).await;
    assert!(unread.is_err_and(|refusal| refusal.is_unavailable()), "not answered from what is in doubt");
    assert!(!house.is_live(&text).await);
}
