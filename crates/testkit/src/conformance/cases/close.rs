//! The end of a process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jeton_core::ids::TokenId;
use jeton_core::store::Command;
use tokio::time::{sleep, timeout};

use super::super::probe::{Probe, same};
use super::super::{Fixture, write};
use crate::sample;

/// What is not answered by then hangs, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(300);

pub(in super::super) async fn a_closed_store_refuses_and_does_not_hang(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1))]).await;
    timeout(PATIENCE, s.close()).await.expect("closes").unwrap();
    let late = timeout(PATIENCE, s.apply(Command::of(vec![write::token(sample::token(2))]))).await.expect("an answer");
    assert!(late.is_err(), "{late:?}");
    // A read may be answered or refused, but not left waiting.
    drop(timeout(PATIENCE, s.token(TokenId::new(1))).await.expect("an answer"));
    drop(timeout(PATIENCE, s.reserve_ids(1)).await.expect("an answer"));
    drop(timeout(PATIENCE, s.ping()).await.expect("an answer"));
    drop(timeout(PATIENCE, s.close()).await.expect("closes twice"));
    f.reopen().await;
    let s = Probe::of(f);
    same(s.token(TokenId::new(1)).await.unwrap(), &sample::token(1));
    assert_eq!(s.token(TokenId::new(2)).await.unwrap(), None);
}

/// Closing under load: acknowledged writes are found, refused ones are not.
pub(in super::super) async fn closing_loses_nothing_acknowledged(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writers: Vec<_> = (0..32_u64)
        .map(|writer| {
            let (s, stop, answered) = (s.clone(), Arc::clone(&stop), Arc::clone(&answered));
            tokio::spawn(async move {
                let (mut done, mut refused) = (Vec::new(), Vec::new());
                for id in (1 + writer * 10_000..).take(2_000) {
                    match timeout(PATIENCE, s.apply(Command::of(vec![write::token(sample::token(id))]))).await {
                        Ok(Ok(_)) => {
                            done.push(id);
                            answered.fetch_add(1, Ordering::SeqCst);
                        }
                        Ok(Err(error)) => refused.push((id, error)),
                        Err(_) => panic!("{id} was never answered"),
                    }
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
                (done, refused)
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < 200 {
        sleep(Duration::from_millis(1)).await;
    }
    timeout(PATIENCE, s.close()).await.expect("closes").unwrap();
    stop.store(true, Ordering::SeqCst);
    let mut done = Vec::new();
    let mut busy = Vec::new();
    for writer in writers {
        let (ok, refused) = writer.await.unwrap();
        done.extend(ok);
        // Busy promises that nothing was written; a failure promises nothing.
        busy.extend(refused.into_iter().filter(|(_, e)| matches!(e, jeton_core::store::StoreError::Busy)));
    }
    drop(s);
    f.reopen().await;
    let s = Probe::of(f);
    let there: std::collections::BTreeSet<_> = s.ids(&Default::default()).await.into_iter().collect();
    let lost: Vec<_> = done.iter().filter(|id| !there.contains(id)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged tokens are gone: {lost:?}", lost.len(), done.len());
    let ghosts: Vec<_> = busy.iter().filter(|(id, _)| there.contains(id)).collect();
    assert!(ghosts.is_empty(), "refused, yet written: {ghosts:?}");
}
