//! Long lists, page by page.

use jeton_core::model::Token;
use jeton_core::store::{Page, TokenFilter};

use super::super::probe::{ALL, Probe};
use super::super::race::together;
use super::super::{Fixture, write};
use crate::sample;

const MANY: u64 = 1_500;

/// Fifteen hundred tokens of a client, by many callers in many small commands, and as many of no client.
async fn fill(s: &Probe) {
    together(0..30_u64, |caller| {
        let s = s.clone();
        async move {
            let mine: Vec<_> = (0..MANY / 30).rev().map(|n| 2 * (n * 30 + caller) + 1).collect();
            for ids in mine.chunks(5) {
                let other = |id: &u64| write::token(Token { client: None, ..sample::token(id + 1) });
                let writes = ids.iter().flat_map(|id| [write::token(sample::token(*id)), other(id)]);
                s.done(writes.collect::<Vec<_>>()).await;
            }
        }
    })
    .await;
}

pub(in super::super) async fn a_long_list_is_read_page_by_page(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    fill(&s).await;
    let filter = TokenFilter { client: Some(sample::CLIENT), ..Default::default() };
    let expected: Vec<u64> = (0..MANY).map(|n| 2 * n + 1).collect();
    let (mut by_key, mut after) = (Vec::new(), 0);
    loop {
        let listing = s.tokens(&filter, Page { after, skip: 0, limit: 257, ..Page::first(0) }).await.unwrap();
        assert_eq!(listing.total, MANY);
        let Some(last) = listing.items.last() else { break };
        after = last.id.get();
        by_key.extend(listing.items.iter().map(|t| t.id.get()));
    }
    assert_eq!(by_key, expected);
    let mut by_number = Vec::new();
    for skip in (0..=MANY).step_by(500) {
        let listing = s.tokens(&filter, Page { after: 0, skip, limit: 500, ..Page::first(0) }).await.unwrap();
        assert_eq!(listing.total, MANY);
        by_number.extend(listing.items.iter().map(|t| t.id.get()));
    }
    assert_eq!(by_number, expected);
    assert_eq!(s.tokens(&TokenFilter::default(), Page::first(1)).await.unwrap().total, 2 * MANY);
}

pub(in super::super) async fn totals_follow_what_ends_and_goes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    fill(&s).await;
    let all = async |live: Option<i64>| {
        let filter = TokenFilter { client: Some(sample::CLIENT), live_at: live.map(sample::at), ..Default::default() };
        s.tokens(&filter, Page::first(0)).await.unwrap().total
    };
    let some = (0..500).map(|n| write::revoke(2 * n + 1, sample::at(1), jeton_core::model::Reason::Admin));
    assert_eq!(s.done(some.collect::<Vec<_>>()).await, 500);
    assert_eq!((all(None).await, all(Some(2)).await), (MANY, MANY - 500));
    let mut removed = 0;
    loop {
        let step = s.sweep(sample::at(4_000), 700).await.unwrap();
        removed += step;
        assert_eq!(s.tokens(&TokenFilter::default(), Page::first(0)).await.unwrap().total, 2 * MANY - removed);
        if step == 0 {
            break;
        }
    }
    assert_eq!((removed, all(None).await), (2 * MANY, 0));
}

/// An acknowledged write is in the next list, however many others write.
pub(in super::super) async fn a_list_includes_what_was_just_acknowledged(f: &mut dyn Fixture) {
    use jeton_core::ids::ClientKey;
    let s = Probe::of(f);
    together(1..=16_u64, |caller| {
        let s = s.clone();
        async move {
            let client = Some(ClientKey::new(caller));
            let filter = TokenFilter { client, ..Default::default() };
            for n in 0..20 {
                s.done([write::token(Token { client, ..sample::token(n * 16 + caller) })]).await;
                let listing = s.tokens(&filter, ALL).await.unwrap();
                let ids: Vec<_> = listing.items.iter().map(|t| t.id.get()).collect();
                assert_eq!(ids, (0..=n).map(|n| n * 16 + caller).collect::<Vec<_>>());
                assert_eq!(listing.total, n + 1);
            }
        }
    })
    .await;
}

/// A list is consistent: its total is the number of its items, and what it once showed it keeps showing.
pub(in super::super) async fn a_list_is_of_one_moment_while_others_write(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let filter = TokenFilter { client: Some(sample::CLIENT), ..Default::default() };
    together(0..10_u64, |n| {
        let (s, filter) = (s.clone(), filter.clone());
        async move {
            let mut before = 0;
            for round in 0..40 {
                if n < 8 {
                    let pair = [1, 2].map(|m| write::token(sample::token(16 * round + 2 * n + m)));
                    s.done(pair).await;
                    continue;
                }
                let listing = s.tokens(&filter, ALL).await.unwrap();
                assert_eq!(listing.total, listing.items.len() as u64);
                assert!(listing.items.is_sorted_by(|a, b| a.id < b.id), "not in the order of ids, or twice");
                assert!(listing.total >= before && listing.total % 2 == 0, "{} after {before}", listing.total);
                before = listing.total;
            }
        }
    })
    .await;
    assert_eq!(s.ids(&filter).await, (1..=640).collect::<Vec<_>>());
}

pub(in super::super) async fn clients_users_and_devices_are_listed_by_number(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let numbers = [9, 3, 30, 12, 1, 7];
    s.done(numbers.map(|n| write::client(sample::client(n)))).await;
    s.done(numbers.map(|n| write::user(sample::user(n)))).await;
    s.done(numbers.map(|n| write::device(sample::device(n)))).await;
    let pages = [
        (ALL, vec![1, 3, 7, 9, 12, 30]),
        (Page::first(0), vec![]),
        (Page::first(2), vec![1, 3]),
        (Page { after: 7, skip: 0, limit: 2, ..Page::first(0) }, vec![9, 12]),
        (Page { after: 3, skip: 2, limit: 9, ..Page::first(0) }, vec![12, 30]),
        (Page { after: 30, skip: 0, limit: 9, ..Page::first(0) }, vec![]),
        (Page { after: 0, skip: 99, limit: 9, ..Page::first(0) }, vec![]),
    ];
    for (page, expected) in pages {
        let clients = s.clients(sample::SERVICE, page).await.unwrap();
        assert_eq!(clients.total, 6, "{page:?}");
        assert_eq!(clients.items, expected.iter().map(|n| sample::client(*n)).collect::<Vec<_>>(), "{page:?}");
        let users = s.users(sample::SERVICE, page).await.unwrap();
        assert_eq!(users.total, 6, "{page:?}");
        assert_eq!(users.items, expected.iter().map(|n| sample::user(*n)).collect::<Vec<_>>(), "{page:?}");
        let devices = s.devices(sample::SERVICE, page).await.unwrap();
        assert_eq!(devices.total, 6, "{page:?}");
        assert_eq!(devices.items, expected.iter().map(|n| sample::device(*n)).collect::<Vec<_>>(), "{page:?}");
    }
}

/// Pages beyond the end are empty, not wrong: the numbers come from a query string.
pub(in super::super) async fn absurd_pages_are_empty(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1)), write::client(sample::client(1)), write::user(sample::user(1))]).await;
    let absurd = [
        Page { after: u64::MAX, skip: 0, limit: 10, ..Page::first(0) },
        Page { after: i64::MAX as u64, skip: 0, limit: u32::MAX, ..Page::first(0) },
        Page { after: 0, skip: u64::MAX, limit: 10, ..Page::first(0) },
        Page { after: 0, skip: i64::MAX as u64, limit: u32::MAX, ..Page::first(0) },
    ];
    for page in absurd {
        let tokens = s.tokens(&TokenFilter::default(), page).await.unwrap();
        assert_eq!((tokens.total, tokens.items), (1, vec![]), "{page:?}");
        let clients = s.clients(sample::SERVICE, page).await.unwrap();
        assert_eq!((clients.total, clients.items), (1, vec![]), "{page:?}");
        let users = s.users(sample::SERVICE, page).await.unwrap();
        assert_eq!((users.total, users.items), (1, vec![]), "{page:?}");
    }
    let whole = s.tokens(&TokenFilter::default(), Page::first(u32::MAX)).await.unwrap();
    assert_eq!(whole.items, [sample::token(1)]);
}
