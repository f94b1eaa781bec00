//! What the engine does for each query of the live lists: never a scan, never a sort. And that the lists stay counted.

use std::collections::BTreeSet;

use jeton_model::clock::Timestamp;
use jeton_model::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId, UserKey};
use jeton_model::records::{Subject, TokenKind};
use jeton_model::store::{StateName, TokenFilter};
use rusqlite::Connection;

use super::bucket::{AHEAD, BEFORE, MOST, NEXT};
use super::partition::{Key, Partition, Row};
use super::query::LiveFilter;
use super::rows::LiveRows;
use super::walk::{BETWEEN, BUCKETS, FROM, Walk};
use crate::rows::owner::Owner;

fn database() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    crate::migrate::migrate(&mut connection).unwrap();
    connection
}

#[test]
fn no_list_or_total_of_what_is_alive_scans_or_sorts() {
    let connection = database();
    for sql in [BEFORE, NEXT, AHEAD, BUCKETS, BETWEEN, FROM] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = vec![0_i64; statement.parameter_count()];
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<_> = rows.map(Result::unwrap).collect();
        let [step] = &steps[..] else { panic!("{sql}\n{steps:?}") };
        assert!(step.contains("USING PRIMARY KEY (service=? AND by=? AND owner=? AND lane=?"), "{sql}\n{step}");
        assert_eq!(step.contains("(expires,id)"), sql != BUCKETS, "{sql}\n{step}");
    }
}

#[test]
fn the_filters_of_consoles_are_answered_from_the_lists_and_no_others() {
    let console = TokenFilter {
        service: Some(ServiceId::new(1)),
        live_at: Some(Timestamp::default()),
        kinds: vec![TokenKind::Access, TokenKind::Api],
        ..TokenFilter::default()
    };
    let client = |f: &mut TokenFilter| f.client = Some(ClientKey::new(1));
    let user = |f: &mut TokenFilter| f.subject = Some(Subject::User(UserKey::new(1)));
    let yes: [fn(&mut TokenFilter); 6] = [
        |_| {},
        |f| f.expires_before = f.live_at,
        client,
        user,
        |f| f.subject = Some(Subject::External("1".into())),
        |f| (f.ends, f.kinds) = (Some(true), vec![]),
    ];
    let no: [fn(&mut TokenFilter); 13] = [
        |f| f.service = None,
        |f| f.live_at = None,
        |f| f.grant = Some(GrantId::new(1)),
        |f| f.parent = Some(TokenId::new(1)),
        |f| f.scope = Some("read".into()),
        |f| f.issued_from = f.live_at,
        |f| f.issued_before = f.live_at,
        |f| f.expires_from = f.live_at,
        |f| f.used_from = f.live_at,
        |f| f.used_before = f.live_at,
        |f| f.device = Some(DeviceId::new(1)),
        |f| f.binding = Some([1; 32]),
        |f| f.state = Some(StateName::Active),
    ];
    let answered = |changes: &[fn(&mut TokenFilter)]| {
        let mut filter = console.clone();
        changes.iter().for_each(|change| change(&mut filter));
        LiveFilter::of(&filter).is_some()
    };
    assert!(yes.iter().all(|change| answered(&[*change])));
    assert!(!no.iter().any(|change| answered(&[*change])));
    assert!(!answered(&[client, user]));
}

/// Rows are added and removed in clusters, some twice; after each round every bucket has as many rows as recorded.
#[test]
fn buckets_count_what_is_there() {
    let connection = database();
    let mut rows = LiveRows::prepare(&connection).unwrap();
    let partition = |partition| Partition { service: 1, owner: Owner::Name("someone".into()), number: partition };
    let (mut there, mut most_buckets) = (BTreeSet::new(), 0);
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((seed >> 33) % below).unwrap()
    };
    for round in 0..60 {
        let (base, kind) = (random(40) * 500, random(2));
        let mut some: Vec<_> = (0..400 + random(800))
            .map(|_| {
                let id = base + random(2_000);
                // Most end at a few moments, as tokens of a bulk do.
                Row { partition: partition(kind), key: Key { expires: id % 3 * 1_000 - 1_000, id } }
            })
            .collect();
        some.sort_unstable();
        if round % 10 < 7 {
            rows.add(&some).unwrap();
            there.extend(some);
        } else {
            if round % 30 == 29 {
                some.extend(there.iter().filter(|row| row.key.id % 7 > 0).cloned());
                some.sort_unstable();
            }
            rows.remove(&some).unwrap();
            there.retain(|row| some.binary_search(row).is_err());
        }
        let walk = |start| Walk::open(&connection, [partition(0), partition(1)].into_iter(), start).unwrap();
        for start in [Key::FIRST, Key { expires: 0, id: 5_000 }] {
            let mut expected: Vec<_> = there.iter().map(|row| row.key).filter(|key| *key >= start).collect();
            expected.sort_unstable();
            let walk = walk(start);
            assert_eq!(walk.total(), expected.len() as u64, "round {round}");
            for skip in [0, expected.len() / 3, expected.len() - expected.len() / 5] {
                let ids: Vec<_> = expected.iter().skip(skip).take(30).map(|key| key.id).collect();
                assert_eq!(walk.page(&connection, skip as u64, 30).unwrap(), ids, "round {round}, {skip}");
            }
        }
        let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert!(number("SELECT coalesce(max(n), 0) FROM live_stretch") <= MOST);
        most_buckets = most_buckets.max(number("SELECT count(*) FROM live_stretch"));
    }
    assert!(most_buckets > 3, "{most_buckets}");
    rows.remove(&there.into_iter().collect::<Vec<_>>()).unwrap();
    let left: i64 = connection.query_row("SELECT count(*) FROM live_stretch", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}
