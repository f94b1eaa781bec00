//! Records with names: a record keeps its name until it gives it up.

use jeton_core::ids::{ClientId, ClientKey, DeviceId, UserKey};
use jeton_core::model::{Client, Device, KeyRecord, PhoneNumber, Service, User};
use jeton_core::store::{Lost, Write};

use super::super::probe::{ALL, Probe, same};
use super::super::snapshot::Snapshot;
use super::super::{Fixture, write};
use crate::sample;

fn named(key: u64, name: &str) -> Client {
    Client { client_id: ClientId::new(name), ..sample::client(key) }
}

/// A command that takes a name away from its owner must change nothing at all.
async fn refused(s: &Probe, put: Write) {
    let before = Snapshot::of(&**s).await;
    let token = write::token(sample::token(60));
    for writes in [vec![put.clone()], vec![token.clone(), put.clone()], vec![put.clone(), token]] {
        assert_eq!(s.lost(writes).await, Lost::Exists, "{put:?}");
    }
    assert_eq!(Snapshot::of(&**s).await.difference(&before), None, "{put:?}");
}

pub(in super::super) async fn a_taken_name_is_refused(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([
        write::client(sample::client(1)),
        write::client(sample::client(2)),
        write::user(sample::user(1)),
        write::user(sample::user(2)),
        write::service(sample::service(1)),
        write::service(sample::service(2)),
        write::key(sample::key(1)),
        write::key(sample::key(2)),
        write::device(sample::device(1)),
        write::device(sample::device(2)),
    ])
    .await;
    // By a new record (3), and by one that has another name (2).
    for n in [3, 2] {
        refused(&s, write::client(named(n, "client-1"))).await;
        refused(&s, write::user(User { username: "user-1".into(), ..sample::user(n) })).await;
        refused(&s, write::user(User { sub: "sub-1".into(), ..sample::user(n) })).await;
        refused(&s, write::service(Service { issuer: "https://issuer-1.example".into(), ..sample::service(n) })).await;
        refused(&s, write::key(KeyRecord { generation: 1, ..sample::key(n) })).await;
        refused(&s, write::device(Device { name: "vic:1".into(), ..sample::device(n) })).await;
    }
    // A key of another algorithm counts its generations by itself.
    s.done([write::key(KeyRecord { generation: 1, alg: "RS256".into(), ..sample::key(3) })]).await;
}

fn called(key: u64, name: &str) -> User {
    User { username: name.into(), ..sample::user(key) }
}

/// Case, composition, width and blanks around a name do not make another name.
pub(in super::super) async fn names_with_one_key_are_one_name(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let forms =
        ["M\u{FC}ller", "m\u{FC}ller", "M\u{DC}LLER", "mu\u{308}ller", " M\u{FC}ller\u{A0}", "\u{FF2D}\u{FC}ller"];
    s.done([write::user(called(1, forms[0])), write::user(sample::user(2))]).await;
    for typed in forms {
        same(s.user_by_name(sample::SERVICE, typed).await.unwrap(), &called(1, forms[0]));
        // By a new record (3), and by one that has another name (2).
        for n in [3, 2] {
            refused(&s, write::user(called(n, typed))).await;
        }
    }
    for other in ["muller", "m\u{FC}ller2", "m\u{FC} ller", "m\u{443}ller"] {
        assert_eq!(s.user_by_name(sample::SERVICE, other).await.unwrap(), None, "{other}");
    }
    let elsewhere = User { service: sample::OTHER_SERVICE, ..called(3, "m\u{FC}ller") };
    s.done([write::user(elsewhere.clone())]).await;
    same(s.user_by_name(sample::OTHER_SERVICE, forms[0]).await.unwrap(), &elsewhere);
    // The user takes another form of the name, then another name: then the old one is free.
    s.done([write::user(called(1, forms[2]))]).await;
    same(s.user_by_name(sample::SERVICE, forms[0]).await.unwrap(), &called(1, forms[2]));
    s.done([write::user(called(1, "other")), write::user(called(4, forms[1]))]).await;
    same(s.user_by_name(sample::SERVICE, forms[0]).await.unwrap(), &called(4, forms[1]));
    assert_eq!(s.clashing_users().await.unwrap(), []);
}

/// Blanks inside, symbols and letters newer than the tables: not refused, and no other form leads to them.
pub(in super::super) async fn names_without_a_common_key_are_matched_exactly(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let names = ["Anna Blank", "anna blank", "A\u{2665}", "a\u{2665}", "\u{1E900}a", "\u{1E900}A"];
    for (n, name) in (1..).zip(names) {
        s.done([write::user(called(n, name))]).await;
    }
    for (n, name) in (1..).zip(names) {
        same(s.user_by_name(sample::SERVICE, name).await.unwrap(), &called(n, name));
        same(s.user_by_name(sample::SERVICE, &format!("\t{name} ")).await.unwrap(), &called(n, name));
    }
    assert_eq!(s.user_by_name(sample::SERVICE, "ANNA BLANK").await.unwrap(), None);
    refused(&s, write::user(called(7, " anna blank"))).await;
}

pub(in super::super) async fn a_verified_telephone_number_leads_to_one_user(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let (number, other) = ("+14255550100", "+14255550199");
    let with = |n: u64, number: &str, verified: bool| {
        let claims = serde_json::json!({ "phone_number": number, "phone_number_verified": verified });
        User { claims: claims.as_object().unwrap().clone(), ..sample::user(n) }
    };
    let found = async |number: &str| {
        s.user_by_phone(sample::SERVICE, &PhoneNumber::parse(number).unwrap()).await.unwrap().map(|user| user.key.get())
    };
    // An unverified claim leads nowhere and occupies nothing.
    s.done([write::user(with(1, number, false)), write::user(with(2, number, false))]).await;
    assert_eq!(found(number).await, None);
    s.done([write::user(with(1, number, true))]).await;
    assert_eq!(found(number).await, Some(1));
    // By another, and by a new one.
    refused(&s, write::user(with(2, number, true))).await;
    refused(&s, write::user(with(3, number, true))).await;
    // Another service has its own names.
    let away = User { service: sample::service(2).id, ..with(4, number, true) };
    s.done([write::user(away)]).await;
    assert_eq!(found(number).await, Some(1));
    // A record may keep or give up its own name; then it is free.
    s.done([write::user(with(1, number, true))]).await;
    s.done([write::user(with(1, other, true))]).await;
    assert_eq!((found(number).await, found(other).await), (None, Some(1)));
    s.done([write::user(with(2, number, true))]).await;
    s.done([write::delete_user(2)]).await;
    assert_eq!(found(number).await, None);
    s.done([write::user(with(3, number, true))]).await;
    assert_eq!(found(number).await, Some(3));
}

pub(in super::super) async fn a_record_is_replaced_under_its_own_name(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for full in [true, false] {
        let client = if full { sample::full_client(1) } else { sample::client(1) };
        let user = if full { sample::full_user(1) } else { sample::user(1) };
        let service = if full { sample::full_service(1) } else { sample::service(1) };
        let device = if full { sample::full_device(1) } else { sample::device(1) };
        let key = if full { sample::full_key(1) } else { sample::key(1) };
        let writes = [
            write::client(client.clone()),
            write::user(user.clone()),
            write::service(service.clone()),
            write::device(device.clone()),
            write::key(key.clone()),
        ];
        // A put counts for nothing, new or not.
        assert_eq!(s.done(writes).await, 0);
        same(s.client(client.key).await.unwrap(), &client);
        same(s.user(user.key).await.unwrap(), &user);
        same(s.device(device.id).await.unwrap(), &device);
        assert_eq!(s.services().await.unwrap(), [service]);
        assert!(s.keys(sample::SERVICE).await.unwrap() == [key]);
    }
    assert_eq!(s.clients(sample::SERVICE, ALL).await.unwrap().total, 1);
    assert_eq!(s.users(sample::SERVICE, ALL).await.unwrap().total, 1);
}

pub(in super::super) async fn a_new_name_lets_go_of_the_old_one(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::client(named(1, "old")), write::user(sample::user(1)), write::device(sample::device(1))]).await;
    let user = User { username: "new".into(), sub: "new-sub".into(), ..sample::user(1) };
    let device = Device { name: "new".into(), ..sample::device(1) };
    s.done([write::client(named(1, "new")), write::user(user.clone()), write::device(device.clone())]).await;
    assert_eq!(s.client_by_id(sample::SERVICE, "old").await.unwrap(), None);
    same(s.client_by_id(sample::SERVICE, "new").await.unwrap(), &named(1, "new"));
    assert_eq!(s.user_by_name(sample::SERVICE, "user-1").await.unwrap(), None);
    assert_eq!(s.user_by_sub(sample::SERVICE, "sub-1").await.unwrap(), None);
    same(s.user_by_name(sample::SERVICE, "new").await.unwrap(), &user);
    same(s.user_by_sub(sample::SERVICE, "new-sub").await.unwrap(), &user);
    assert_eq!(s.device_by_name(sample::SERVICE, "vic:1").await.unwrap(), None);
    same(s.device_by_name(sample::SERVICE, "new").await.unwrap(), &device);
    // The old names are free.
    let user = User { username: "user-1".into(), sub: "sub-1".into(), ..sample::user(2) };
    let device = Device { name: "vic:1".into(), ..sample::device(2) };
    s.done([write::client(named(2, "old")), write::user(user), write::device(device)]).await;
}

pub(in super::super) async fn what_is_deleted_is_gone_and_can_come_back(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let puts = [write::client(sample::client(1)), write::user(sample::user(1)), write::key(sample::key(1))];
    let deletes = [write::delete_client(1), write::delete_user(1), write::delete_key(1)];
    for _ in 0..2 {
        s.done(puts.clone()).await;
        assert_eq!(s.done(deletes.clone()).await, 3);
        assert_eq!(s.done(deletes.clone()).await, 0);
        assert_eq!(s.client(ClientKey::new(1)).await.unwrap(), None);
        assert_eq!(s.client_by_id(sample::SERVICE, "client-1").await.unwrap(), None);
        assert_eq!(s.user(UserKey::new(1)).await.unwrap(), None);
        assert_eq!(s.user_by_name(sample::SERVICE, "user-1").await.unwrap(), None);
        assert_eq!(s.user_by_sub(sample::SERVICE, "sub-1").await.unwrap(), None);
        assert_eq!(s.keys(sample::SERVICE).await.unwrap(), vec![]);
        assert_eq!(s.clients(sample::SERVICE, ALL).await.unwrap().total, 0);
        assert_eq!(s.users(sample::SERVICE, ALL).await.unwrap().total, 0);
    }
    // Under another number, the same names.
    s.done([write::client(named(2, "client-1"))]).await;
    same(s.client_by_id(sample::SERVICE, "client-1").await.unwrap(), &named(2, "client-1"));
}

/// A client's tokens outlive its record: inspection decides that they are inactive.
pub(in super::super) async fn deleting_a_client_leaves_its_tokens(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::client(sample::client(10)), write::token(sample::token(1)), write::grant(sample::grant(2))]).await;
    assert_eq!(s.done([write::delete_client(10)]).await, 1);
    assert_eq!(s.ids(&Default::default()).await, [1]);
    same(s.grant(sample::grant(2).id).await.unwrap(), &sample::grant(2));
}

/// Writes happen in the order they are given: what an earlier one frees, a later one can take.
pub(in super::super) async fn a_command_sees_its_own_writes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::client(named(1, "a"))]).await;
    assert_eq!(s.done([write::delete_client(1), write::client(named(2, "a"))]).await, 1);
    s.done([write::client(named(2, "b")), write::client(named(3, "a"))]).await;
    same(s.client_by_id(sample::SERVICE, "a").await.unwrap(), &named(3, "a"));
    same(s.client_by_id(sample::SERVICE, "b").await.unwrap(), &named(2, "b"));
    assert_eq!(s.lost([write::client(named(4, "c")), write::client(named(5, "c"))]).await, Lost::Exists);
    assert_eq!(s.lost([write::client(named(4, "b")), write::delete_client(2)]).await, Lost::Exists);
    // Two names change hands by way of a third.
    s.done([write::client(named(2, "x")), write::client(named(3, "b")), write::client(named(2, "a"))]).await;
    same(s.client_by_id(sample::SERVICE, "a").await.unwrap(), &named(2, "a"));
    same(s.client_by_id(sample::SERVICE, "b").await.unwrap(), &named(3, "b"));
    let device = Device { name: "d".into(), ..sample::device(1) };
    s.done([write::device(device.clone()), write::device(Device { enabled: false, ..device.clone() })]).await;
    same(s.device(DeviceId::new(1)).await.unwrap(), &Device { enabled: false, ..device });
}
