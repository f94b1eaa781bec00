//! Totals and pages by expiry: always exact, whatever is written at the same time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{PostgresServer, apply, name, nodes, open};
use futures::future::join_all;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, GrantId, TokenId, UserKey};
use jeton_model::records::{Grant, Reason, Subject, Token, TokenKind};
use jeton_model::store::{Command, Order, Page, Precondition, TokenChange, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_store_postgres::PostgresStore;
use jeton_testkit::sample;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// Never, in some seconds, in some hours, in some months.
    fn end(&mut self) -> Option<Timestamp> {
        let ms = match self.below(4) {
            0 => return None,
            1 => self.below(5_000),
            2 => self.below(20_000_000),
            _ => self.below(10_000_000_000),
        };
        Some(Timestamp::from_millis(sample::T0.millis() + 1 + ms.cast_signed()))
    }

    fn token(&mut self, id: u64, grant: Option<GrantId>) -> Token {
        let subject = match self.below(3) {
            0 => None,
            1 => Some(Subject::User(UserKey::new(1 + self.below(3)))),
            _ => Some(Subject::External(format!("person {}", self.below(3)).into())),
        };
        let kind = if self.below(2) == 0 { TokenKind::Access } else { TokenKind::Refresh };
        let client = Some(ClientKey::new(1 + self.below(3)));
        Token { kind, client, subject, grant, expires: self.end(), ..sample::token(id) }
    }
}

/// The lists of the dice's tokens.
fn lists(at: Timestamp) -> Vec<TokenFilter> {
    let live = || TokenFilter { service: Some(sample::SERVICE), live_at: Some(at), ..TokenFilter::default() };
    let mut all = vec![live()];
    for n in 0..3 {
        all.push(TokenFilter { client: Some(ClientKey::new(1 + n)), ..live() });
        all.push(TokenFilter { subject: Some(Subject::User(UserKey::new(1 + n))), ..live() });
        all.push(TokenFilter { subject: Some(Subject::External(format!("person {n}").into())), ..live() });
    }
    let narrower = all.clone().into_iter().flat_map(|list| {
        [
            TokenFilter { kinds: vec![TokenKind::Access], ..list.clone() },
            TokenFilter { ends: Some(true), ..list.clone() },
            TokenFilter { ends: Some(false), kinds: vec![TokenKind::Refresh, TokenKind::Access], ..list },
        ]
    });
    all.extend(narrower.collect::<Vec<_>>());
    all
}

/// The total that the tally has, and the one that a count of the rows has.
async fn totals(store: &PostgresStore, filter: &TokenFilter) -> (u64, u64) {
    let tallied = Page { order: Order::Expiry, after: 0, skip: 0, limit: 0 };
    let counted = TokenFilter { issued_from: Some(sample::T0), ..filter.clone() };
    let total = async |filter| store.tokens(filter, tallied).await.unwrap().total;
    (total(filter).await, total(&counted).await)
}

async fn assert_exact(store: &PostgresStore, when: &str) {
    for seconds in [0, 2, 10_000, 5_000_000] {
        for list in lists(sample::at(seconds)) {
            let (tallied, counted) = totals(store, &list).await;
            assert_eq!(tallied, counted, "{when}: {list:?}");
        }
    }
}

/// Waits until nothing is left to be added.
async fn settle(url: &str) {
    let left = || PostgresServer::shared().sql(name(url), "SELECT count(*) FROM token_tally_changes");
    for _ in 0..3_000 {
        if left().trim() == "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(left().trim(), "0", "changes are left over");
}

/// What was numbered, and which families there are.
#[derive(Default)]
struct World {
    next: AtomicU64,
    families: Mutex<Vec<GrantId>>,
}

/// Lets one of the things happen that happen to tokens and families.
async fn happen(store: &PostgresStore, dice: &mut Dice, world: &World) {
    let command = something(dice, world);
    let made = command.writes.iter().find_map(|write| if let Write::Grant(g) = write { Some(g.id) } else { None });
    store.apply(command).await.unwrap();
    world.families.lock().unwrap().extend(made);
}

fn something(dice: &mut Dice, world: &World) -> Command {
    let id = 1 + world.next.fetch_add(2, Ordering::Relaxed);
    let other = id + 1;
    let old = TokenId::new(1 + dice.below(id));
    let families = world.families.lock().unwrap().clone();
    let old_grant =
        families.get(dice.below(1 + families.len() as u64) as usize).copied().unwrap_or(GrantId::new(1 << 40));
    let mint = |token: Token| Write::Token { token: token.into(), alias: None };
    let family = |id: u64| Write::Grant(Grant { expires: None, ..sample::grant(id) }.into());
    let (at, why) = (sample::at(1), Reason::Client);
    match dice.below(10) {
        0 | 1 => Command::of(vec![mint(dice.token(id, None)), mint(dice.token(other, None))]),
        2 | 3 => {
            let grant = Some(GrantId::new(id));
            // The family may come after its token.
            Command::of(vec![mint(dice.token(id, grant)), family(id), mint(dice.token(other, grant))])
        }
        4 => Command::of(vec![mint(dice.token(id, Some(old_grant)))]),
        5 => Command {
            when: Some(Precondition::Rotate { token: old, to: TokenId::new(id), at }),
            writes: vec![mint(dice.token(id, Some(old_grant))), mint(dice.token(other, Some(old_grant)))],
        },
        6 | 7 => Command::of(vec![Write::RevokeToken { id: old, at, why }]),
        8 => Command::of(vec![Write::RevokeGrant { id: old_grant, at, why }, Write::RevokeToken { id: old, at, why }]),
        _ => {
            let change = TokenChange { expires: Some(dice.end()), ..TokenChange::default() };
            Command::of(vec![Write::AmendToken { id: old, change: Box::new(change) }])
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_are_exact_while_two_nodes_issue_rotate_and_end() {
    for isolation in ["read committed", "serializable"] {
        let url = PostgresServer::shared().database();
        let set = format!("ALTER DATABASE {} SET default_transaction_isolation = '{isolation}'", name(&url));
        PostgresServer::shared().sql("postgres", &set);
        let stores = [open(&url).await, open(&url).await];
        let world = Arc::new(World::default());
        for round in 0..3_u64 {
            let callers = (0..32_u64).map(|caller| {
                let (store, world) = (Arc::clone(&stores[(caller % 2) as usize]), Arc::clone(&world));
                let mut dice = Dice(round * 100 + caller);
                tokio::spawn(async move {
                    for _ in 0..25 {
                        happen(&store, &mut dice, &world).await;
                    }
                })
            });
            for caller in join_all(callers).await {
                caller.unwrap();
            }
            assert_exact(&stores[0], "before the changes are added").await;
        }
        settle(&url).await;
        assert_exact(&stores[1], "afterwards").await;
        let widths = "SELECT count(DISTINCT n) FROM (SELECT level, sum(n) AS n FROM token_tally GROUP BY level) AS s";
        assert_eq!(PostgresServer::shared().sql(name(&url), widths).trim(), "1", "all widths have the same sum");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_page_is_the_same_with_and_without_the_tally() {
    let (url, [store]) = nodes().await;
    let (mut dice, world) = (Dice(7), World::default());
    for _ in 0..600 {
        happen(&store, &mut dice, &world).await;
    }
    for when in ["before", "after"] {
        for filter in lists(sample::at(1)) {
            let counted = TokenFilter { issued_from: Some(sample::T0), ..filter.clone() };
            let mut all = store.tokens(&counted, Page::first(10_000)).await.unwrap().items;
            all.sort_by_key(|token| (token.expires, token.id));
            for (skip, limit) in [(0, 7), (3, 1), (all.len() / 2, 25), (all.len().saturating_sub(2), 9), (all.len(), 4)]
            {
                let page = Page { order: Order::Expiry, after: 0, skip: skip as u64, limit };
                let found = store.tokens(&filter, page).await.unwrap();
                assert_eq!(found.total, all.len() as u64);
                let expected: Vec<_> = all.iter().skip(skip).take(limit as usize).collect();
                assert_eq!(found.items.iter().collect::<Vec<_>>(), expected, "{when}, {skip}, {limit}: {filter:?}");
            }
        }
        settle(&url).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_older_versions_write_is_counted_when_a_node_starts() {
    let (url, [store]) = nodes().await;
    let (mut dice, world) = (Dice(3), World::default());
    for _ in 0..300 {
        happen(&store, &mut dice, &world).await;
    }
    let sql = |sql: &str| PostgresServer::shared().sql(name(&url), sql);
    // As a version does that knows nothing of the tally.
    sql("UPDATE tokens SET state = 2, state_at = 1, state_detail = 1 WHERE id % 3 = 0");
    let list = lists(sample::at(0)).remove(0);
    let (tallied, counted) = totals(&store, &list).await;
    assert_ne!(tallied, counted, "the test does what it says");
    let later = open(&url).await;
    for _ in 0..6_000 {
        let (tallied, counted) = totals(&later, &list).await;
        if tallied == counted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_exact(&later, "after a start").await;
    // A database from before.
    settle(&url).await;
    sql("DELETE FROM token_tally");
    sql("UPDATE counters SET next = 0 WHERE name = 'tally'");
    assert_exact(&later, "rows are counted as long as there is no tally").await;
    assert_exact(&*open(&url).await, "after the migration").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_takes_what_is_over_from_the_tally_too() {
    let (url, [store]) = nodes().await;
    let mut dice = Dice(5);
    let writes = (1..=400).map(|id| Write::Token { token: dice.token(id, None).into(), alias: None });
    apply(&store, None, writes.collect()).await;
    settle(&url).await;
    let far = sample::at(20_000_000);
    assert!(store.sweep(far, 1_000).await.unwrap() > 200);
    assert_exact(&store, "moments before and after the sweep").await;
    let left = "SELECT count(*) FROM token_tally WHERE until > -(1::bigint << 61)";
    assert_eq!(PostgresServer::shared().sql(name(&url), left).trim(), "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_uses_are_one_statement_and_add_up() {
    let (_, [a, b]) = nodes().await;
    let used = |n: u64, at: i64| {
        let scopes = sample::scope(if n.is_multiple_of(2) { "read" } else { "read write" });
        let token = TokenId::new(1 + n % 500);
        Write::Used(Box::new(jeton_model::records::TokenUse {
            token,
            last: sample::at(at),
            count: 2,
            source: format!("{at}").into(),
            scopes,
        }))
    };
    let flush = |store: Arc<PostgresStore>, at: i64| async move {
        let writes = (0..1_000).map(|n| used(n, at)).collect();
        apply(&store, None, writes).await
    };
    join_all([flush(a.clone(), 5), flush(b.clone(), 9), flush(a.clone(), 7)]).await;
    let found = b.uses(&[TokenId::new(1), TokenId::new(2)]).await.unwrap();
    assert_eq!(found.len(), 2);
    for known in found {
        assert_eq!((known.count, known.last, &*known.source), (12, sample::at(9), "9"));
    }
}
