//! Lists of tokens: each member of the filter, alone and with others, against the model.

use std::sync::Arc;

use jeton_core::Store;
use jeton_core::ids::{ClientKey, DeviceId, GrantId, TokenId, UserKey};
use jeton_core::model::{Binding, Grant, Reason, Subject, Token, TokenKind};
use jeton_core::store::{ByExpiry, Order, Page, StateName, TokenChange, TokenFilter, Write};

use super::super::probe::Probe;
use super::super::{Fixture, write};
use crate::{ModelStore, sample};

/// Forty tokens that differ in everything a filter can see, in three families of which one is revoked and one is over.
fn ledger() -> Vec<Write> {
    let mut over = sample::grant(2);
    over.expires = Some(sample::at(100));
    let mut writes = vec![write::grant(sample::grant(1)), write::grant(over), write::grant(sample::grant(3))];
    writes.extend((1..=40).rev().map(|n| write::token(varied(n))));
    writes.push(write::revoke_grant(3, sample::at(10), Reason::RefreshReuse));
    writes.extend([5, 6, 7].map(|n| write::revoke(n, sample::at(10), Reason::Admin)));
    writes.extend((1..=40).filter(|n| n % 7 < 4).map(|n| write::used(n, 10 * (n.cast_signed() % 7))));
    writes
}

/// A token whose members repeat with different periods, so that all combinations occur.
fn varied(n: u64) -> Token {
    let pick = |period: u64| usize::try_from(n % period).unwrap();
    let subjects = [
        None,
        Some(Subject::User(UserKey::new(1))),
        Some(Subject::External("1".into())),
        Some(Subject::User(UserKey::new(2))),
    ];
    let expires =
        [None, Some(sample::at(30)), Some(sample::at(100)), Some(sample::at(1_000)), Some(sample::at(100_000))];
    Token {
        service: [sample::SERVICE, sample::SERVICE, sample::OTHER_SERVICE][pick(3)],
        kind: TokenKind::ALL[pick(4)],
        client: [Some(ClientKey::new(1)), Some(ClientKey::new(2)), None][pick(3)],
        subject: subjects[pick(4)].clone(),
        grant: [None, Some(GrantId::new(1)), Some(GrantId::new(2)), Some(GrantId::new(3)), None][pick(5)],
        parent: [None, None, Some(TokenId::new(3))][pick(3)],
        scope: sample::scope(["", "read", "read write", "write ready", "re ad"][pick(5)]),
        issued: sample::at(i64::try_from(n).unwrap()),
        not_before: [None, None, None, Some(sample::at(60))][pick(4)],
        device: [None, Some(DeviceId::new(30))][pick(2)],
        binding: [None, Some(Binding::Jwk([7; 32])), Some(Binding::Certificate([7; 32])), Some(Binding::Jwk([9; 32]))]
            [pick(4)],
        expires: expires[pick(5)],
        ..sample::token(n)
    }
}

/// One value of each member. A filter is made of some of them.
const MEMBERS: [fn(&mut TokenFilter); 26] = [
    |f| f.service = Some(sample::SERVICE),
    |f| f.kinds = vec![TokenKind::Access],
    |f| f.kinds = vec![TokenKind::Refresh, TokenKind::Session],
    |f| f.client = Some(ClientKey::new(1)),
    |f| f.subject = Some(Subject::User(UserKey::new(1))),
    |f| f.subject = Some(Subject::External("1".into())),
    |f| f.grant = Some(GrantId::new(3)),
    |f| f.parent = Some(TokenId::new(3)),
    |f| f.scope = Some("read".into()),
    |f| f.issued_from = Some(sample::at(10)),
    |f| f.issued_before = Some(sample::at(30)),
    |f| f.expires_before = Some(sample::at(100)),
    |f| f.expires_from = Some(sample::at(100)),
    |f| f.ends = Some(true),
    |f| f.ends = Some(false),
    |f| f.used_from = Some(sample::at(10)),
    |f| f.used_before = Some(sample::at(20)),
    |f| f.device = Some(DeviceId::new(30)),
    |f| f.binding = Some([7; 32]),
    |f| f.binding = Some([9; 32]),
    |f| f.state = Some(StateName::Active),
    |f| f.state = Some(StateName::Rotated),
    |f| f.state = Some(StateName::Revoked),
    |f| f.live_at = Some(sample::at(45)),
    |f| f.live_at = Some(sample::at(90)),
    |f| f.live_at = Some(sample::at(100)),
];

const PAGES: [Page; 9] = [
    Page::first(1_000),
    Page::first(0),
    Page::first(3),
    Page { after: 12, skip: 0, limit: 5, ..Page::first(0) },
    Page { after: 0, skip: 4, limit: 2, ..Page::first(0) },
    Page { after: 9, skip: 2, limit: 1_000, ..Page::first(0) },
    Page { order: Order::Expiry, ..Page::first(1_000) },
    Page { order: Order::Expiry, ..Page::first(2) },
    Page { order: Order::Expiry, skip: 3, limit: 4, ..Page::first(0) },
];

async fn filled(f: &dyn Fixture) -> (Probe, Probe) {
    let (s, model) = (Probe::of(f), Probe::new(Arc::new(ModelStore::new())));
    for store in [&s, &model] {
        store.done(ledger()).await;
    }
    (s, model)
}

async fn compare(s: &dyn Store, model: &dyn Store, filter: &TokenFilter, page: Page) {
    let (is, should) = (s.tokens(filter, page).await.unwrap(), model.tokens(filter, page).await.unwrap());
    assert_eq!(is, should, "{filter:?} {page:?}");
}

/// Every filter with these many of the members.
fn filters(of: usize) -> Vec<TokenFilter> {
    let mut filters = vec![(0, TokenFilter::default())];
    for _ in 0..of {
        let one_more = |(from, filter): &(usize, TokenFilter)| {
            let filter = filter.clone();
            (*from..MEMBERS.len()).map(move |n| {
                let mut filter = filter.clone();
                MEMBERS[n](&mut filter);
                (n + 1, filter)
            })
        };
        filters = filters.iter().flat_map(one_more).collect();
    }
    filters.into_iter().map(|(_, filter)| filter).collect()
}

pub(in super::super) async fn a_list_filters_by_each_member(f: &mut dyn Fixture) {
    let (s, model) = filled(f).await;
    for filter in filters(0).into_iter().chain(filters(1)) {
        for page in PAGES {
            compare(&*s, &*model, &filter, page).await;
        }
    }
}

pub(in super::super) async fn a_list_filters_by_two_members(f: &mut dyn Fixture) {
    let (s, model) = filled(f).await;
    for (n, filter) in filters(2).into_iter().enumerate() {
        compare(&*s, &*model, &filter, PAGES[0]).await;
        compare(&*s, &*model, &filter, PAGES[1 + n % 8]).await;
    }
}

pub(in super::super) async fn a_list_filters_by_many_members(f: &mut dyn Fixture) {
    let (s, model) = filled(f).await;
    // Of all that there are, as many as take seconds.
    let some = |of, every| filters(of).into_iter().step_by(every);
    let mut each = TokenFilter::default();
    MEMBERS.iter().for_each(|member| member(&mut each));
    let all = some(3, 4).chain(some(4, 31)).chain([each]);
    for (n, filter) in all.enumerate() {
        compare(&*s, &*model, &filter, PAGES[n % 9]).await;
    }
}

/// The bounds by hand, for the model could be wrong too.
pub(in super::super) async fn the_bounds_of_times_are_exact(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let expiring = Token { expires: Some(sample::at(10)), ..sample::token(1) };
    s.done([write::token(expiring), write::token(Token { expires: None, ..sample::token(2) })]).await;
    let filter = |set: fn(&mut TokenFilter, i64)| {
        move |t| {
            let mut filter = TokenFilter::default();
            set(&mut filter, t);
            filter
        }
    };
    let from = filter(|f, t| f.issued_from = Some(sample::at(t)));
    assert_eq!((s.ids(&from(0)).await, s.ids(&from(1)).await), (vec![1, 2], vec![]));
    let before = filter(|f, t| f.issued_before = Some(sample::at(t)));
    assert_eq!((s.ids(&before(0)).await, s.ids(&before(1)).await), (vec![], vec![1, 2]));
    let expires = filter(|f, t| f.expires_before = Some(sample::at(t)));
    assert_eq!((s.ids(&expires(10)).await, s.ids(&expires(11)).await), (vec![], vec![1]));
    let from = filter(|f, t| f.expires_from = Some(sample::at(t)));
    assert_eq!((s.ids(&from(10)).await, s.ids(&from(11)).await), (vec![1], vec![]));
    s.done([write::used(1, 10)]).await;
    let used = filter(|f, t| f.used_from = Some(sample::at(t)));
    assert_eq!((s.ids(&used(10)).await, s.ids(&used(11)).await), (vec![1], vec![]));
    let unused = filter(|f, t| f.used_before = Some(sample::at(t)));
    assert_eq!((s.ids(&unused(10)).await, s.ids(&unused(11)).await), (vec![2], vec![1, 2]));
}

pub(in super::super) async fn a_scope_word_is_a_whole_word(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let scopes = ["read", "read write", "reader", "pre read", "pread", "read:x", "READ", "", "write read x"];
    let with = |(n, words): (u64, &str)| write::token(Token { scope: sample::scope(words), ..sample::token(n) });
    s.done((1..).zip(scopes).map(with).collect::<Vec<_>>()).await;
    let ids = async |word: &str| s.ids(&TokenFilter { scope: Some(word.into()), ..Default::default() }).await;
    assert_eq!(ids("read").await, [1, 2, 4, 9]);
    assert_eq!(ids("re").await, Vec::<u64>::new());
    assert_eq!(ids("read write").await, Vec::<u64>::new());
    assert_eq!(ids("").await, Vec::<u64>::new());
    for wild in ["%", "_ead", "r*d", "read%", "[r]ead", "re.d"] {
        assert_eq!(ids(wild).await, Vec::<u64>::new(), "{wild}");
    }
}

/// What is filled behind must not fall behind: a list shows every change that was acknowledged.
pub(in super::super) async fn a_list_shows_changes_at_once(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let live = TokenFilter { live_at: Some(sample::at(1)), ..Default::default() };
    let of_client = TokenFilter { client: Some(sample::CLIENT), ..live.clone() };
    let wide = TokenFilter { scope: Some("wide".into()), ..Default::default() };
    let late = TokenFilter { expires_before: Some(sample::at(-5)), ..Default::default() };
    for round in 0..30 {
        let [a, b, c] = [3 * round + 1, 3 * round + 2, 3 * round + 3];
        let family = Token { grant: Some(GrantId::new(c)), ..sample::token(c) };
        s.done([write::grant(sample::grant(c)), write::token(sample::token(a)), write::token(sample::token(b))]).await;
        s.done([write::token(family)]).await;
        assert_eq!(s.ids(&live).await, [a, b, c]);
        assert_eq!(s.ids(&of_client).await, [a, b, c]);
        s.done([write::amend(a, TokenChange { scope: Some(sample::scope("wide")), ..Default::default() })]).await;
        assert_eq!(s.ids(&wide).await, [a]);
        s.done([write::amend(a, TokenChange { expires: Some(Some(sample::at(-9))), ..Default::default() })]).await;
        assert_eq!((s.ids(&of_client).await, s.ids(&late).await), (vec![b, c], vec![a]));
        s.done([write::revoke(b, sample::at(0), Reason::User)]).await;
        assert_eq!(s.ids(&of_client).await, [c]);
        s.done([write::revoke_grant(c, sample::at(0), Reason::User)]).await;
        assert_eq!((s.ids(&live).await, s.ids(&of_client).await), (vec![], vec![]));
        s.done([write::amend(a, TokenChange { scope: Some(sample::scope("")), ..Default::default() })]).await;
        assert_eq!(s.ids(&wide).await, Vec::<u64>::new());
        // So that the next round's list of late ones is separate.
        s.done([write::amend(a, TokenChange { expires: Some(Some(sample::at(-4))), ..Default::default() })]).await;
    }
}

/// The three lists by expiry, of each owner, before and after a sweep: [`ByExpiry`].
pub(in super::super) async fn expired_tokens_are_listed_until_they_are_swept(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let mut model = crate::model_store::State::default();
    let subject = Some(Subject::External("ann".into()));
    let lasting = |id| write::grant(Grant { expires: None, ..sample::grant(id) });
    let mut writes = vec![lasting(90), lasting(91)];
    for n in 1..=40_u64 {
        let expires = (n % 5 > 0).then(|| sample::at(i64::try_from(n).unwrap()));
        let grant = [None, Some(GrantId::new(90)), Some(GrantId::new(91))][usize::try_from(n % 3).unwrap()];
        let kind = if n % 4 == 0 { TokenKind::Refresh } else { TokenKind::Access };
        let subject = subject.clone().filter(|_| n % 2 == 0);
        writes.push(write::token(Token { expires, grant, kind, subject, ..sample::token(n) }));
    }
    writes.push(write::revoke(7, sample::at(0), Reason::Admin));
    writes.push(write::revoke_grant(91, sample::at(0), Reason::Admin));
    s.done(writes.clone()).await;
    model.apply(&jeton_core::store::Command::of(writes));
    for (swept, limit) in [(None, 0), (Some(20), 5), (Some(30), 100)] {
        if let Some(at) = swept {
            while s.sweep(sample::at(at), limit).await.unwrap() > 0 {}
            model.sweep(sample::at(at), u32::MAX);
        }
        let model = Probe::new(ModelStore::of(model.clone()));
        for which in [ByExpiry::Valid, ByExpiry::Expired, ByExpiry::All] {
            for now in [0, 10, 20, 21, 35, 60] {
                let of = |client: bool, named: bool| TokenFilter {
                    service: Some(sample::SERVICE),
                    kinds: vec![TokenKind::Access],
                    client: client.then_some(sample::CLIENT),
                    subject: subject.clone().filter(|_| named),
                    ..TokenFilter::default()
                };
                for filter in [of(false, false), of(true, false), of(false, true), of(true, true)] {
                    let filter = filter.by_expiry(which, sample::at(now));
                    for order in [Order::Id, Order::Expiry] {
                        for (skip, limit) in [(0, 20), (0, 0), (3, 4), (12, 20)] {
                            let page = Page { order, skip, ..Page::first(limit) };
                            let expected = model.tokens(&filter, page).await.unwrap();
                            assert_eq!(s.tokens(&filter, page).await.unwrap(), expected, "{filter:?} {page:?}");
                        }
                    }
                }
            }
        }
    }
}
