//! No look-up by key scans a whole table, whatever the planner estimates.

use crate::support::{PostgresServer, apply, name, nodes};
use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, GrantId, TokenId, UserKey};
use jeton_model::records::{Subject, Token};
use jeton_model::store::{Page, TokenFilter, Write};
use jeton_model::{Store, StoreReads};
use jeton_testkit::sample;

/// How many tokens the test writes.
const MANY: u64 = 20_000;

/// Rows of a table that were read by going through it from its beginning, by sessions that have ended since: they report
/// when they end. Waits until all have.
async fn read_in_passing(database: &str, table: &str) -> u64 {
    let server = PostgresServer::shared();
    let sessions = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'");
    while server.sql("postgres", &sessions).trim() != "0" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let sql = format!("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = '{table}'");
    server.sql(database, &sql).trim().parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn look_ups_by_key_read_no_whole_table() {
    let (url, [store]) = nodes().await;
    let database = name(&url);
    // Plans are made and kept while the tables are empty, which is the risk.
    for id in 1..=20 {
        store.token(TokenId::new(id)).await.unwrap();
        let end =
            Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: jeton_model::records::Reason::User };
        apply(&store, None, vec![end]).await;
    }
    for block in 0..MANY / 500 {
        let tokens = (0..500).map(|n| Write::Token { token: various(1 + block * 500 + n).into(), alias: None });
        apply(&store, None, tokens.collect()).await;
    }
    PostgresServer::shared().sql(database, "ANALYZE");
    for id in 1..=50 {
        assert!(store.token(TokenId::new(id * 7)).await.unwrap().is_some());
        let end =
            Write::RevokeToken { id: TokenId::new(id), at: sample::at(1), why: jeton_model::records::Reason::User };
        apply(&store, None, vec![end]).await;
    }
    for filter in filters() {
        let found = store.tokens(&filter, Page::first(10)).await.unwrap();
        assert!(found.total > 0 && found.total < 500, "{filter:?}: {}", found.total);
        assert!(!store.tokens_after(&filter, 0, 512).await.unwrap().is_empty(), "{filter:?}");
    }
    store.sweep(sample::at(12), 10).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    // While the table was nearly empty, reading it whole was no fault.
    let read = read_in_passing(database, "tokens").await;
    assert!(read < MANY, "a whole table was read: {read} rows");
}

/// Tokens of 200 clients, users, names, grants and parents, that end one after the other.
fn various(id: u64) -> Token {
    let subject = match id % 3 {
        0 => Subject::User(UserKey::new(id % 200)),
        _ => Subject::External(format!("person {}", id % 200).into()),
    };
    Token {
        client: Some(ClientKey::new(id % 200)),
        subject: Some(subject),
        grant: Some(GrantId::new(id % 200)),
        parent: Some(TokenId::new(id % 200)),
        expires: Some(Timestamp::from_millis(sample::at(10).millis() + id.cast_signed() * 100)),
        ..sample::token(id)
    }
}

fn filters() -> Vec<TokenFilter> {
    let all = TokenFilter::default;
    vec![
        TokenFilter { client: Some(ClientKey::new(7)), ..all() },
        TokenFilter { subject: Some(Subject::User(UserKey::new(7))), ..all() },
        TokenFilter { subject: Some(Subject::External("person 7".into())), ..all() },
        TokenFilter { grant: Some(GrantId::new(7)), ..all() },
        TokenFilter { parent: Some(TokenId::new(7)), ..all() },
        TokenFilter { service: Some(sample::SERVICE), expires_before: Some(sample::at(15)), ..all() },
    ]
}
