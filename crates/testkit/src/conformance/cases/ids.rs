//! Numbers are handed out once, ever.

use std::collections::BTreeSet;

use jeton_core::ids::ID_LIMIT;

use super::super::Fixture;
use super::super::probe::Probe;
use super::super::race::together;

/// Reserves a block and checks that none of it was seen before.
async fn reserve(s: &Probe, count: u32, seen: &mut BTreeSet<u64>) {
    let first = s.reserve_ids(count).await.unwrap();
    note(first, count, seen);
}

fn note(first: u64, count: u32, seen: &mut BTreeSet<u64>) {
    let end = first + u64::from(count);
    assert!(first > 0, "0 is no id: a page begins after it");
    assert!(end <= ID_LIMIT, "{end} is beyond what JSON numbers hold");
    for id in first..end {
        assert!(seen.insert(id), "{id} was handed out twice");
    }
}

pub(in super::super) async fn reserved_ids_never_repeat(f: &mut dyn Fixture) {
    let (s, mut seen) = (Probe::of(f), BTreeSet::new());
    for count in [1, 1, 2, 100, 1, 10_000, 3] {
        reserve(&s, count, &mut seen).await;
    }
}

pub(in super::super) async fn reserved_ids_rise(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let mut last = 0;
    for _ in 0..20 {
        let first = s.reserve_ids(7).await.unwrap();
        assert!(first > last, "{first} after {last}: inserts would not append");
        last = first + 6;
    }
}

pub(in super::super) async fn reserved_ids_never_repeat_across_reopen(f: &mut dyn Fixture) {
    let mut seen = BTreeSet::new();
    for _ in 0..4 {
        let s = Probe::of(f);
        reserve(&s, 1, &mut seen).await;
        reserve(&s, 50, &mut seen).await;
        f.reopen().await;
    }
}

pub(in super::super) async fn reserved_ids_never_repeat_among_many_callers(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let firsts = together(0..64_u32, |n| {
        let s = s.clone();
        async move { (s.reserve_ids(n + 1).await.unwrap(), n + 1) }
    })
    .await;
    let mut seen = BTreeSet::new();
    for (first, count) in firsts {
        note(first, count, &mut seen);
    }
}
