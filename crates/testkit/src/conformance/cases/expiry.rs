//! Lists of live tokens by expiry, with their totals: what a console shows of a million tokens.

use jeton_core::Timestamp;
use jeton_core::ids::{ClientKey, GrantId, UserKey};
use jeton_core::model::{Grant, Reason, Subject, Token, TokenKind};
use jeton_core::store::{Order, Page, TokenChange, TokenFilter};

use super::super::probe::Probe;
use super::super::{Fixture, write};
use crate::sample;

/// The live tokens at a time in the service of the samples.
fn live(at: i64) -> TokenFilter {
    TokenFilter { service: Some(sample::SERVICE), live_at: Some(sample::at(at)), ..Default::default() }
}

/// The numbers on a page by expiry, and the total.
async fn page(s: &Probe, filter: &TokenFilter, skip: u64, limit: u32) -> (Vec<u64>, u64) {
    let page = Page { order: Order::Expiry, skip, limit, ..Page::first(0) };
    let listing = s.tokens(filter, page).await.unwrap();
    (listing.items.iter().map(|token| token.id.get()).collect(), listing.total)
}

/// All of them; the total must agree, in either order and also when only counting.
async fn all(s: &Probe, filter: &TokenFilter) -> Vec<u64> {
    let (ids, total) = page(s, filter, 0, 100_000).await;
    assert_eq!(total, ids.len() as u64, "{filter:?}");
    let mut by_number = ids.clone();
    by_number.sort_unstable();
    assert_eq!(s.ids(filter).await, by_number, "{filter:?}");
    ids
}

fn ending(id: u64, at: i64) -> Token {
    Token { expires: Some(sample::at(at)), ..sample::token(id) }
}

fn endless(id: u64) -> Token {
    Token { expires: None, ..sample::token(id) }
}

pub(in super::super) async fn what_never_ends_comes_first_then_by_expiry_and_number(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let api = |token| Token { kind: TokenKind::Api, ..token };
    let tokens = [
        ending(9, 20),
        endless(8),
        api(ending(7, 20)),
        ending(6, 10),
        api(endless(5)),
        // The clock is before or after them.
        ending(4, 5),
        ending(3, 6),
        Token { not_before: Some(sample::at(50)), ..ending(2, 100) },
        Token { expires: Some(Timestamp::from_millis(-7)), ..sample::token(1) },
    ];
    s.done(tokens.map(write::token)).await;
    assert_eq!(all(&s, &live(5)).await, [5, 8, 3, 6, 7, 9, 2]);
    assert_eq!(all(&s, &live(20)).await, [5, 8, 2]);
    let of = |kinds: &[TokenKind], ends| TokenFilter { kinds: kinds.into(), ends, ..live(5) };
    assert_eq!(all(&s, &of(&[], Some(true))).await, [3, 6, 7, 9, 2]);
    assert_eq!(all(&s, &of(&[], Some(false))).await, [5, 8]);
    assert_eq!(all(&s, &of(&[TokenKind::Api], None)).await, [5, 7]);
    assert_eq!(all(&s, &of(&[TokenKind::Access], None)).await, [8, 3, 6, 9, 2]);
    assert_eq!(all(&s, &of(&[TokenKind::Api, TokenKind::Access, TokenKind::Api], Some(true))).await, [3, 6, 7, 9, 2]);
    assert_eq!(all(&s, &of(&[TokenKind::Robot], None)).await, Vec::<u64>::new());
    let before_all = Some(Timestamp::from_millis(-8));
    assert_eq!(all(&s, &TokenFilter { live_at: before_all, ..live(0) }).await, [5, 8, 1, 4, 3, 6, 7, 9, 2]);
}

pub(in super::super) async fn a_list_by_expiry_is_paged_by_skipping(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done((1..=20).map(|n| write::token(ending(n, 100 - 2 * i64::from(n as u32 / 3)))).collect::<Vec<_>>()).await;
    let whole = all(&s, &live(5)).await;
    for skip in 0..22 {
        for limit in [0, 1, 3, 50] {
            let expected: Vec<_> = whole.iter().skip(skip).take(limit).copied().collect();
            let limit = u32::try_from(limit).unwrap();
            assert_eq!(page(&s, &live(5), skip as u64, limit).await, (expected, 20), "{skip} {limit}");
        }
    }
    for skip in [i64::MAX as u64, u64::MAX] {
        assert_eq!(page(&s, &live(5), skip, u32::MAX).await, (vec![], 20));
    }
    // A number to begin after belongs to the other order.
    let after = Page { order: Order::Expiry, after: 10, ..Page::first(100) };
    assert_eq!(s.tokens(&live(5), after).await.unwrap().items.len(), 20);
}

pub(in super::super) async fn what_ended_leaves_the_list_by_expiry(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let of = |id, grant| write::token(Token { grant: Some(GrantId::new(grant)), ..ending(id, 100) });
    s.done((1..=9).map(|n| write::token(ending(n, 100))).collect::<Vec<_>>()).await;
    s.done([write::grant(sample::grant(1)), write::grant(sample::grant(2)), of(11, 1), of(12, 1), of(13, 2)]).await;
    assert_eq!(all(&s, &live(5)).await, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]);
    s.done([write::revoke(1, sample::at(1), Reason::Admin), write::revoke(1, sample::at(2), Reason::Admin)]).await;
    assert_eq!(all(&s, &live(5)).await, [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]);
    s.done_if(write::rotate(2, 20, 1), [write::token(ending(20, 100))]).await;
    s.lost_if(write::rotate(2, 21, 1), [write::token(ending(21, 100))]).await;
    assert_eq!(all(&s, &live(5)).await, [3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 20]);
    s.done([write::revoke_grant(1, sample::at(1), Reason::User)]).await;
    // Of a family that ended, and of one that was never there.
    s.done([of(14, 1), of(15, 99), write::revoke(11, sample::at(1), Reason::User)]).await;
    assert_eq!(all(&s, &live(5)).await, [3, 4, 5, 6, 7, 8, 9, 13, 20]);
    // Made and ended by one command, or listed in between.
    s.done([write::token(ending(30, 50)), write::revoke(30, sample::at(1), Reason::User)]).await;
    s.done([write::grant(sample::grant(3)), of(31, 3), write::revoke_grant(3, sample::at(1), Reason::User)]).await;
    s.done([write::revoke(20, sample::at(1), Reason::User), write::revoke(2, sample::at(1), Reason::User)]).await;
    assert_eq!(all(&s, &live(5)).await, [3, 4, 5, 6, 7, 8, 9, 13]);
    s.done([write::token(ending(40, 10))]).await;
    while s.sweep(sample::at(50), 3).await.unwrap() > 0 {}
    assert_eq!(all(&s, &live(5)).await, [3, 4, 5, 6, 7, 8, 9, 13]);
    while s.sweep(sample::at(101), 3).await.unwrap() > 0 {}
    assert_eq!(all(&s, &live(5)).await, Vec::<u64>::new());
}

pub(in super::super) async fn an_amended_expiry_moves_a_token(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let expires = |id, to| write::amend(id, TokenChange { expires: Some(to), ..Default::default() });
    let grant = Grant { expires: None, ..sample::grant(1) };
    let of_family = Token { grant: Some(GrantId::new(1)), ..ending(4, 40) };
    let tokens = [ending(1, 10), ending(2, 20), ending(3, 30), of_family].map(write::token);
    s.done(std::iter::once(write::grant(grant)).chain(tokens).collect::<Vec<_>>()).await;
    assert_eq!(all(&s, &live(5)).await, [1, 2, 3, 4]);
    s.done([expires(1, Some(sample::at(25)))]).await;
    assert_eq!(all(&s, &live(5)).await, [2, 1, 3, 4]);
    s.done([expires(3, None)]).await;
    assert_eq!(all(&s, &live(5)).await, [3, 2, 1, 4]);
    s.done([expires(3, Some(sample::at(1))), expires(4, None), expires(2, Some(sample::at(25)))]).await;
    assert_eq!(all(&s, &live(5)).await, [4, 1, 2]);
    // Twice in a command, and of a token that the command made.
    s.done([write::token(ending(5, 15)), expires(5, Some(sample::at(16))), expires(5, Some(sample::at(17)))]).await;
    assert_eq!(all(&s, &live(5)).await, [4, 5, 1, 2]);
    // Other changes leave it in place; one that ended is not moved.
    let scope = TokenChange { scope: Some(sample::scope("read")), ..Default::default() };
    s.done([write::amend(1, scope), write::revoke(2, sample::at(1), Reason::User), expires(2, None)]).await;
    assert_eq!(all(&s, &live(5)).await, [4, 5, 1]);
    s.done([expires(1, None), write::revoke(1, sample::at(1), Reason::User), expires(5, Some(sample::at(50)))]).await;
    s.done([write::revoke_grant(1, sample::at(1), Reason::User), expires(4, Some(sample::at(60)))]).await;
    assert_eq!(all(&s, &live(5)).await, [5]);
    s.lost([expires(5, None), write::token(sample::token(5))]).await;
    assert_eq!(all(&s, &live(5)).await, [5]);
    while s.sweep(sample::at(51), 9).await.unwrap() > 0 {}
    assert_eq!(all(&s, &live(5)).await, Vec::<u64>::new());
}

pub(in super::super) async fn a_list_by_expiry_is_of_one_owner(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let of = |id, service, client: usize, subject: usize| {
        let client = [None, Some(ClientKey::new(1)), Some(ClientKey::new(2))][client];
        // A name that looks like a number, too.
        let subjects = [None, Some(Subject::User(UserKey::new(1))), Some(Subject::External("1".into()))];
        write::token(Token { service, client, subject: subjects[subject].clone(), ..ending(id, 100) })
    };
    let [here, there] = [sample::SERVICE, sample::OTHER_SERVICE];
    s.done([of(1, here, 0, 0), of(2, here, 1, 0), of(3, here, 1, 1), of(4, here, 2, 1), of(5, here, 2, 2)]).await;
    s.done([of(6, there, 1, 1), of(7, there, 2, 2), of(8, there, 0, 0)]).await;
    let filter = |service, client: Option<u64>, subject| {
        let client = client.map(ClientKey::new);
        TokenFilter { service: Some(service), client, subject, ..live(5) }
    };
    let (user, name) = (Some(Subject::User(UserKey::new(1))), Some(Subject::External("1".into())));
    assert_eq!(all(&s, &filter(here, None, None)).await, [1, 2, 3, 4, 5]);
    assert_eq!(all(&s, &filter(here, Some(1), None)).await, [2, 3]);
    assert_eq!(all(&s, &filter(here, None, user.clone())).await, [3, 4]);
    assert_eq!(all(&s, &filter(here, None, name.clone())).await, [5]);
    assert_eq!(all(&s, &filter(here, Some(2), user.clone())).await, [4]);
    assert_eq!(all(&s, &filter(here, Some(9), None)).await, Vec::<u64>::new());
    assert_eq!(all(&s, &filter(there, None, None)).await, [6, 7, 8]);
    assert_eq!(all(&s, &filter(there, Some(1), None)).await, [6]);
    assert_eq!(all(&s, &filter(there, None, user)).await, [6]);
    assert_eq!(all(&s, &filter(there, None, name)).await, [7]);
    assert_eq!(all(&s, &TokenFilter { service: None, ..filter(here, Some(1), None) }).await, [2, 3, 6]);
}

/// How many tokens the long list has.
const MANY: u64 = 9_600;

/// The nth of the long list: in three kinds; some never end, many end at one moment, the others here and there.
fn nth(n: u64) -> Token {
    let kind = [TokenKind::Access, TokenKind::Access, TokenKind::Api, TokenKind::Refresh][n as usize % 4];
    let at = |t: u64| Some(sample::at(i64::try_from(t).unwrap()));
    let expires = match n % 8 {
        0 => None,
        1..=4 => at(50_000),
        _ => at(1_000 + n * 7919 % 70_000),
    };
    let grant = (n % 100 == 7).then(|| GrantId::new(1));
    Token { kind, expires, grant, ..sample::token(n) }
}

/// Writes the long list by many small commands.
async fn fill(s: &Probe) -> Vec<Token> {
    s.done([write::grant(Grant { expires: None, ..sample::grant(1) })]).await;
    let tokens: Vec<_> = (1..=MANY).map(nth).collect();
    for some in tokens.chunks(400) {
        s.done(some.iter().cloned().map(write::token).collect::<Vec<_>>()).await;
    }
    tokens
}

/// Compares totals and pages here and there with what they should be.
async fn check(s: &Probe, tokens: &[Token]) {
    let kinds: [&[TokenKind]; 3] =
        [&[], &[TokenKind::Access], &[TokenKind::Refresh, TokenKind::Access, TokenKind::Session]];
    for (kinds, (at, ends)) in kinds.iter().flat_map(|k| [(k, (5, None)), (k, (20_000, Some(true)))]) {
        let at = sample::at(at);
        let mut expected: Vec<_> = tokens.iter().filter(|t| kinds.is_empty() || kinds.contains(&t.kind)).collect();
        expected.retain(|t| t.expires.is_none_or(|e| e > at) && ends.is_none_or(|ends| t.expires.is_some() == ends));
        expected.sort_by_key(|t| (t.expires, t.id));
        let filter = TokenFilter { kinds: kinds.to_vec(), live_at: Some(at), ends, ..live(0) };
        let of_client = TokenFilter { client: Some(sample::CLIENT), ..filter.clone() };
        let total = expected.len();
        for skip in [0, 1, total / 3, total / 2, total.saturating_sub(5), total] {
            let ids: Vec<_> = expected.iter().skip(skip).take(20).map(|t| t.id.get()).collect();
            let found = page(s, if skip % 2 == 0 { &filter } else { &of_client }, skip as u64, 20).await;
            assert_eq!(found, (ids, total as u64), "{filter:?} from {skip}");
        }
    }
}

/// Longer than what any store counts one by one, with tokens that end, move and are removed in the middle.
pub(in super::super) async fn a_long_list_by_expiry_is_exact(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let mut tokens = fill(&s).await;
    check(&s, &tokens).await;
    let ended: Vec<_> = tokens.extract_if(.., |t| t.id.get() % 3 == 1).map(|t| t.id.get()).collect();
    for some in ended.chunks(256) {
        let ends = some.iter().map(|id| write::revoke(*id, sample::at(1), Reason::Admin));
        s.done(ends.collect::<Vec<_>>()).await;
    }
    check(&s, &tokens).await;
    s.done([write::revoke_grant(1, sample::at(1), Reason::Admin)]).await;
    tokens.retain(|t| t.grant.is_none());
    for token in tokens.iter_mut().filter(|t| t.id.get() % 50 == 3) {
        token.expires = Some(sample::at(50_000));
        let change = TokenChange { expires: Some(token.expires), ..Default::default() };
        assert_eq!(s.done([write::amend(token.id.get(), change)]).await, 1);
    }
    check(&s, &tokens).await;
    while s.sweep(sample::at(20_000), 5_000).await.unwrap() > 0 {}
    tokens.retain(|t| t.expires.is_none_or(|e| e >= sample::at(20_000)));
    check(&s, &tokens).await;
    // Nearly all of them, in another order.
    let mut ended: Vec<_> = tokens.extract_if(.., |t| t.id.get() % 40 > 0).map(|t| t.id.get()).collect();
    ended.sort_by_key(|id| id * 7919 % 10_007);
    for some in ended.chunks(256) {
        let ends = some.iter().map(|id| write::revoke(*id, sample::at(1), Reason::Admin));
        s.done(ends.collect::<Vec<_>>()).await;
    }
    check(&s, &tokens).await;
}

/// The same where it was torn off, again and again: nothing is counted twice, and nothing that ended is counted.
pub(in super::super) async fn a_list_by_expiry_is_exact_after_a_crash(f: &mut dyn Fixture) {
    let mut tokens = Vec::new();
    for round in 0..6_u64 {
        let s = Probe::of(f);
        let grant = GrantId::new(1_000_000 + round);
        s.done([write::grant(sample::grant(grant.get()))]).await;
        for n in 1..=150 {
            let id = 1_000 * round + n;
            let grant = (n % 5 == 0).then_some(grant);
            tokens.push(Token { grant, ..ending(id, 1_000 + i64::from(n as u32 % 7)) });
            s.done([write::token(tokens.last().unwrap().clone())]).await;
            if n % 10 == 0 {
                let ended = tokens.remove(tokens.len() * (round as usize + 1) / 7);
                s.done([write::revoke(ended.id.get(), sample::at(1), Reason::User)]).await;
            }
        }
        let moved = &mut tokens[0];
        moved.expires = Some(sample::at(2_000 + round.cast_signed()));
        let change = TokenChange { expires: Some(moved.expires), ..Default::default() };
        s.done([write::amend(moved.id.get(), change)]).await;
        if round % 2 == 0 {
            s.done([write::revoke_grant(grant.get(), sample::at(1), Reason::User)]).await;
            tokens.retain(|token| token.grant != Some(grant));
        }
        drop(s);
        f.crash().await;
        let mut expected: Vec<_> = tokens.iter().map(|t| (t.expires, t.id.get())).collect();
        expected.sort_unstable();
        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
        assert_eq!(all(&Probe::of(f), &live(5)).await, expected, "after crash {round}");
    }
}
