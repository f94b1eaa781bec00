//! Lists of live tokens go by the tally, and no statement of theirs reads the whole table of tokens.

use std::time::Duration;

use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, UserKey};
use jeton_model::records::{Subject, Token, TokenKind};
use jeton_model::store::{ByExpiry, Command, Order, Page, TokenFilter, Write};
use jeton_model::{Store as _, StoreReads as _};
use jeton_testkit::postgres::PostgresServer;
use jeton_testkit::sample;
use tokio_postgres::NoTls;

use super::live::Live;
use super::live_sql::Statements;
use super::open_pool;
use crate::open::Database;
use crate::tally::Owner;
use crate::{Options, PostgresStore};

/// Every third one never ends; the others end within the hour, or within a year.
fn token(id: u64) -> Token {
    let subject = match id % 2 {
        0 => Subject::User(UserKey::new(1 + id % 7)),
        _ => Subject::External(format!("person {}", id % 7).into()),
    };
    let ms = match id % 3 {
        0 => None,
        1 => Some(id.cast_signed() * 1_000 % 3_600_000),
        _ => Some(id.cast_signed() * 77_777_777 % 31_000_000_000),
    };
    Token {
        client: Some(ClientKey::new(1 + id % 5)),
        subject: Some(subject),
        kind: if id.is_multiple_of(4) { TokenKind::Refresh } else { TokenKind::Access },
        expires: ms.map(|ms| Timestamp::from_millis(sample::T0.millis() + 1 + ms)),
        ..sample::token(id)
    }
}

fn filters() -> Vec<TokenFilter> {
    let all = || TokenFilter {
        service: Some(sample::SERVICE),
        live_at: Some(sample::at(60)),
        kinds: vec![TokenKind::Access, TokenKind::Refresh],
        ..TokenFilter::default()
    };
    vec![
        all(),
        TokenFilter { kinds: Vec::new(), ..all() },
        TokenFilter { ends: Some(true), ..all() },
        TokenFilter { ends: Some(false), ..all() },
        TokenFilter { client: Some(ClientKey::new(2)), ..all() },
        TokenFilter { subject: Some(Subject::User(UserKey::new(3))), ..all() },
        TokenFilter { subject: Some(Subject::External("person 3".into())), ..all() },
        TokenFilter { expires_before: Some(sample::at(1_000)), ..all() },
        TokenFilter { expires_before: Some(sample::at(1_000)), client: Some(ClientKey::new(2)), ..all() },
        all().by_expiry(ByExpiry::Expired, sample::at(1_000)),
        all().by_expiry(ByExpiry::All, sample::at(1_000)),
    ]
}

async fn filled() -> (String, PostgresStore) {
    let url = PostgresServer::shared().database();
    let store = PostgresStore::connect(&url, Options::default()).await.unwrap();
    for block in 0..20_u64 {
        let writes = (1..=500).map(|n| Write::Token { token: token(block * 500 + n).into(), alias: None });
        store.apply(Command::of(writes.collect())).await.unwrap();
    }
    (url, store)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_come_by_way_of_the_tally() {
    let (url, store) = filled().await;
    let pool = open_pool(&Database::parse(&url, &Options::default()).unwrap(), 1);
    for wait in [Duration::ZERO, Duration::from_secs(3)] {
        tokio::time::sleep(wait).await;
        for filter in filters() {
            let live = Live::of(&filter).expect("the tally knows it");
            let counted = TokenFilter { issued_from: Some(sample::T0), ..filter.clone() };
            let mut all = store.tokens(&counted, Page::first(20_000)).await.unwrap().items;
            let page = Page { after: all[70].id.get(), skip: 10, ..Page::first(30) };
            let found = pool.live(&live, page).await.unwrap().expect("the tally holds");
            assert_eq!((found.total, &found.items[..]), (all.len() as u64, &all[81..111]), "{filter:?} {page:?}");
            all.sort_by_key(|token| (token.expires, token.id));
            for (skip, limit) in [(0, 20), (0, 0), (all.len() as u64 * 9 / 10, 20), (1, 1_000)] {
                let page = Page { order: Order::Expiry, after: 0, skip, limit };
                let found = pool.live(&live, page).await.unwrap().expect("tally and rows agree");
                assert_eq!(found.total, all.len() as u64, "{filter:?}");
                let expected: Vec<_> = all.iter().skip(skip as usize).take(limit as usize).cloned().collect();
                assert_eq!(found.items, expected, "{filter:?} {page:?}");
            }
        }
    }
    store.close().await.unwrap();
}

#[test]
fn what_the_tally_does_not_know_is_counted() {
    let list = filters().remove(0);
    let others = [
        TokenFilter { service: None, ..list.clone() },
        TokenFilter { live_at: None, ..list.clone() },
        TokenFilter { scope: Some("read".to_owned()), ..list.clone() },
        TokenFilter { issued_from: Some(sample::T0), ..list.clone() },
        TokenFilter { live_at: Some(Timestamp::from_millis(i64::MAX)), ..list.clone() },
        TokenFilter {
            client: Some(ClientKey::new(1)),
            subject: Some(Subject::External("person".into())),
            ..list.clone()
        },
        TokenFilter { subject: Some(Subject::External("nul\0".into())), ..list.clone() },
    ];
    assert!(Live::of(&list).is_some());
    assert!(others.iter().all(|filter| Live::of(filter).is_none()));
}

/// Waits until every change is part of the tally.
async fn until_folded(client: &tokio_postgres::Client) {
    loop {
        let row = client.query_one("SELECT count(*) FROM token_tally_changes", &[]).await.unwrap();
        if row.get::<_, i64>(0) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_reads_the_whole_table() {
    let (url, store) = filled().await;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    // Statistics of a tally that holds nothing yet would make reading it whole the best plan.
    until_folded(&client).await;
    // Without statistics, and then with them, the planner must choose the plan that it would keep for all values.
    // Scanning whole tables is not forbidden here.
    let settings = "SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = off";
    client.batch_execute(settings).await.unwrap();
    for statistics in ["SELECT 1", "ANALYZE"] {
        client.batch_execute(statistics).await.unwrap();
        for owner in [Owner::Service, Owner::Client(1), Owner::User(1), Owner::named("person 1")] {
            let statements = Statements::of(&owner);
            for (name, sql, nulls) in
                [("overview", statements.overview, 13), ("finer", statements.finer, 6), ("page", statements.page, 11)]
            {
                client.batch_execute(&format!("DEALLOCATE ALL; PREPARE ask AS {sql}")).await.unwrap();
                let nulls = vec!["NULL"; nulls].join(", ");
                let rows = client.simple_query(&format!("EXPLAIN EXECUTE ask({nulls})")).await.unwrap();
                let plan: Vec<String> = rows
                    .iter()
                    .filter_map(|row| match row {
                        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                        _ => None,
                    })
                    .collect();
                let plan = plan.join("\n");
                let by_key = !plan.contains("Seq Scan on tokens") && !plan.contains("Seq Scan on token_tally ");
                // Without its kind, a range of an index is all kinds of it.
                let bounded = !plan.contains("Filter: (kind =") && !plan.contains("Filter: (t.kind =");
                let ordered = name == "finer" || plan.contains("_order");
                assert!(by_key && bounded && ordered, "{name} of {owner:?}, {statistics}:\n{plan}");
            }
        }
    }
    store.close().await.unwrap();
}
