//! The cache changes only by a commit that is known to have happened.

use std::sync::Arc;

use jeton_core::ledger::{Ending, Verdict};
use jeton_core::model::{Actor, Reason, TokenKind};
use jeton_core::store::{Page, TokenFilter};
use jeton_testkit::{Fault, FaultyStore, ModelStore};

use crate::fixture::{Fixture, text_of};
use crate::held_store::HeldStore;

async fn fixture() -> (Fixture, Arc<FaultyStore>) {
    let store = FaultyStore::over(Arc::new(ModelStore::new()));
    (Fixture::on(store.clone()).await, store)
}

/// Lets the tasks that are ready run to their end.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// How many tokens have not ended.
async fn alive(fixture: &Fixture) -> u64 {
    let filter = TokenFilter { live_at: Some(fixture.jeton.ledger.now()), ..TokenFilter::default() };
    fixture.store.tokens(&filter, Page::first(0)).await.unwrap().total
}

fn is_unavailable<T>(result: &Result<T, jeton_core::client_auth::Refused>) -> bool {
    result.as_ref().is_err_and(|refused| refused.refusal.is_unavailable())
}

#[tokio::test]
async fn a_revocation_that_failed_is_not_remembered_and_done_again() {
    for fault in Fault::ALL {
        for kind in [TokenKind::Access, TokenKind::Refresh] {
            let (fixture, store) = fixture().await;
            let issued = fixture.by_password("openid offline_access read").await.unwrap();
            let (text, other) = (text_of(&issued, kind), text_of(&issued, TokenKind::Access));
            assert!(fixture.is_live(&text).await && fixture.is_live(&other).await);
            let Verdict::Active(live) = fixture.jeton.ledger.inspect(fixture.service, &text).await.unwrap() else {
                panic!()
            };
            let row = live.token;
            store.fail_write(0, fault);
            let first = fixture.jeton.ledger.revoke(&row, Ending::new(Reason::Client, Actor::System)).await;
            assert!(first.is_err_and(|refusal| refusal.is_unavailable()), "{fault:?}");
            let written = fault == Fault::After;
            for node in [&fixture, &fixture.another().await] {
                assert_eq!(node.is_live(&text).await, !written, "{fault:?}: memory says what the store holds");
                assert_eq!(node.is_live(&other).await, !written, "{fault:?}");
            }
            let again = fixture.jeton.ledger.revoke(&row, Ending::new(Reason::Client, Actor::System)).await.unwrap();
            assert_eq!(again.changed, !written, "{fault:?}");
            for node in [&fixture, &fixture.another().await] {
                assert!(!node.is_live(&text).await && !node.is_live(&other).await, "{fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_code_whose_first_use_was_not_answered_ends_nothing() {
    for fault in Fault::ALL {
        for elsewhere in [false, true] {
            let (fixture, store) = fixture().await;
            let code = fixture.code("openid offline_access read").await;
            store.fail_write(0, fault);
            assert!(is_unavailable(&fixture.by_code(&code).await), "{fault:?}");
            settle().await;
            let before = alive(&fixture).await;
            let node = fixture.another().await;
            let asked = if elsewhere { &node } else { &fixture };
            match asked.by_code(&code).await {
                Ok(issued) => assert!(asked.is_live(&text_of(&issued, TokenKind::Refresh)).await, "{fault:?}"),
                Err(refused) => {
                    assert_eq!((fault, refused.refusal.id()), (Fault::After, "code_invalid"));
                    assert_eq!(alive(&fixture).await, before, "{fault:?}: nothing ended");
                }
            }
            assert!(alive(&fixture).await > 1);
        }
    }
}

#[tokio::test]
async fn a_code_that_was_answered_still_ends_what_it_issued_when_it_comes_again() {
    let (fixture, store) = fixture().await;
    let code = fixture.code("openid offline_access read").await;
    // The first attempt failed before the commit; the second was answered: the third is a replay.
    store.fail_write(0, Fault::During);
    assert!(is_unavailable(&fixture.by_code(&code).await));
    fixture.clock.advance(std::time::Duration::from_millis(5));
    let issued = fixture.by_code(&code).await.unwrap();
    settle().await;
    assert!(fixture.by_code(&code).await.is_err());
    assert!(!fixture.is_live(&text_of(&issued, TokenKind::Access)).await);
}

#[tokio::test]
async fn a_code_whose_client_hung_up_ends_nothing() {
    let store = Arc::new(HeldStore::default());
    let fixture = Arc::new(Fixture::on(store.clone()).await);
    let code = fixture.code("openid offline_access read").await;
    let gate = store.hold(|write| matches!(write, jeton_core::store::Write::Token { .. }));
    let task = {
        let (fixture, code) = (Arc::clone(&fixture), code.clone());
        tokio::spawn(async move { fixture.by_code(&code).await.is_ok() })
    };
    gate.done().await;
    task.abort();
    assert!(task.await.is_err());
    settle().await;
    let before = alive(&fixture).await;
    for node in [&*fixture, &fixture.another().await] {
        assert_eq!(node.by_code(&code).await.err().map(|refused| refused.refusal.id()), Some("code_invalid"));
    }
    assert_eq!(alive(&fixture).await, before, "nothing ended");
}

#[tokio::test]
async fn a_refresh_token_whose_first_use_was_not_answered_ends_nothing() {
    for fault in Fault::ALL {
        for late in [false, true] {
            let (fixture, store) = fixture().await;
            let issued = fixture.by_password("openid offline_access read").await.unwrap();
            let (access, refresh) = (text_of(&issued, TokenKind::Access), text_of(&issued, TokenKind::Refresh));
            store.fail_write(0, fault);
            assert!(is_unavailable(&fixture.by_refresh(&refresh).await), "{fault:?}");
            settle().await;
            if late {
                // The store was away for longer than the grace period.
                fixture.clock.advance(std::time::Duration::from_secs(200));
            }
            for node in [&fixture, &fixture.another().await] {
                let before = alive(&fixture).await;
                match node.by_refresh(&refresh).await {
                    Ok(issued) => {
                        assert!(node.is_live(&text_of(&issued, TokenKind::Refresh)).await, "{fault:?}");
                        break;
                    }
                    Err(refused) => {
                        assert_eq!((fault, late, refused.refusal.id()), (Fault::After, true, "refresh_token_invalid"));
                        assert_eq!(alive(&fixture).await, before, "{fault:?}: nothing ended");
                    }
                }
            }
            assert!(fixture.is_live(&access).await, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_service_that_may_have_been_switched_off_is_read_again() {
    let (fixture, store) = fixture().await;
    let admin = jeton_core::administration::Caller::local();
    store.fail_write(0, Fault::After);
    let off = fixture.jeton.administration.enable_service(&admin, fixture.service, false).await;
    assert!(off.is_err_and(|refusal| refusal.is_unavailable()));
    settle().await;
    assert!(!fixture.service().enabled);
    // Only the store decides that there is nothing to do.
    fixture.jeton.administration.enable_service(&admin, fixture.service, true).await.unwrap();
    assert!(fixture.another().await.service().enabled);
}

#[tokio::test]
async fn suspensions_that_may_have_come_are_read_before_any_answer() {
    let (fixture, store) = fixture().await;
    let issued = fixture.by_password("read").await.unwrap();
    let text = text_of(&issued, TokenKind::Access);
    assert!(fixture.is_live(&text).await);
    store.fail_write(0, Fault::After);
    assert!(crate::suspension::suspend(&fixture, &[("client_id", "app")]).await.is_err());
    store.fail_read(0);
    let unread = fixture.jeton.ledger.inspect(fixture.service, &text).await;
    assert!(unread.is_err_and(|refusal| refusal.is_unavailable()), "not answered from what is in doubt");
    assert!(!fixture.is_live(&text).await);
}
