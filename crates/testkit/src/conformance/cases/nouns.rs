//! Every record is read as it was written, with all its optional members and with none.

use jeton_core::ids::{ClientId, ClientKey, DeviceId, GrantId, ServiceId, TokenId, UserKey};
use jeton_core::kinds::single_use_kinds;
use jeton_core::model::{DocumentKind, Grant, SingleUse, SingleUseKind};

use super::super::probe::{ALL, Probe, same};
use super::super::{Fixture, write};
use crate::sample;

pub(in super::super) async fn an_empty_ledger_has_nothing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    assert_eq!(s.ids(&Default::default()).await, Vec::<u64>::new());
    assert_eq!(s.token(TokenId::new(1)).await.unwrap(), None);
    assert_eq!(s.token_by_alias(sample::SERVICE, [0; 32]).await.unwrap(), None);
    assert_eq!(s.grant(GrantId::new(1)).await.unwrap(), None);
    assert_eq!(s.single_use(sample::SINGLE_USE, sample::single_use_key(1)).await.unwrap(), None);
    assert_eq!(s.client(ClientKey::new(1)).await.unwrap(), None);
    assert_eq!(s.client_by_id(sample::SERVICE, "x").await.unwrap(), None);
    assert_eq!(s.user(UserKey::new(1)).await.unwrap(), None);
    assert_eq!(s.user_by_name(sample::SERVICE, "x").await.unwrap(), None);
    assert_eq!(s.user_by_sub(sample::SERVICE, "x").await.unwrap(), None);
    assert_eq!(s.device(DeviceId::new(1)).await.unwrap(), None);
    assert_eq!(s.device_by_name(sample::SERVICE, "x").await.unwrap(), None);
    assert_eq!(s.document(sample::SERVICE, DocumentKind::Scope, "", "x").await.unwrap(), None);
    assert_eq!(s.services().await.unwrap(), vec![]);
    assert_eq!(s.keys(sample::SERVICE).await.unwrap(), vec![]);
    assert_eq!(s.clients(sample::SERVICE, ALL).await.unwrap().total, 0);
    assert_eq!(s.users(sample::SERVICE, ALL).await.unwrap().total, 0);
    assert_eq!(s.documents(sample::SERVICE, DocumentKind::Scope, None, ALL).await.unwrap().total, 0);
    assert_eq!(s.events(None, 10).await.unwrap(), vec![]);
    assert_eq!(s.meta("x").await.unwrap(), None);
    assert_eq!(s.sweep(sample::T0, 10).await.unwrap(), 0);
    s.ping().await.unwrap();
}

pub(in super::super) async fn an_empty_command_is_done(f: &mut dyn Fixture) {
    assert_eq!(Probe::of(f).done([]).await, 0);
}

pub(in super::super) async fn a_grant_keeps_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let bare = Grant {
        client: None,
        scope: sample::scope(""),
        expires: None,
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange".into(),
        ..sample::grant(1)
    };
    let grants = [sample::grant(2), sample::full_grant(3), bare];
    s.done(grants.clone().map(write::grant)).await;
    for grant in grants {
        same(s.grant(grant.id).await.unwrap(), &grant);
    }
}

pub(in super::super) async fn a_single_use_entry_keeps_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let mut entries = vec![sample::single_use(1), sample::full_single_use(2)];
    // The same key under each kind: kinds do not meet. A number that no feature declares is kept as well.
    let numbers = single_use_kinds().map(|declared| declared.kind.sql()).chain([i16::MIN, -1, 0, i16::MAX]);
    entries.extend(numbers.map(SingleUseKind::from_sql).map(|kind| SingleUse {
        kind,
        payload: kind.sql().to_be_bytes().into(),
        ..sample::single_use(3)
    }));
    s.done(entries.iter().cloned().map(write::single_use).collect::<Vec<_>>()).await;
    for entry in entries {
        same(s.single_use(entry.kind, entry.key).await.unwrap(), &entry);
    }
}

pub(in super::super) async fn a_client_keeps_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for client in [sample::client(1), sample::full_client(2)] {
        s.done([write::client(client.clone())]).await;
        same(s.client(client.key).await.unwrap(), &client);
        same(s.client_by_id(client.service, client.client_id.as_str()).await.unwrap(), &client);
    }
}

pub(in super::super) async fn a_user_keeps_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for user in [sample::user(1), sample::full_user(2)] {
        s.done([write::user(user.clone())]).await;
        same(s.user(user.key).await.unwrap(), &user);
        same(s.user_by_name(user.service, &user.username).await.unwrap(), &user);
        same(s.user_by_sub(user.service, &user.sub).await.unwrap(), &user);
    }
}

pub(in super::super) async fn a_device_keeps_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for device in [sample::device(1), sample::full_device(2)] {
        s.done([write::device(device.clone())]).await;
        same(s.device(device.id).await.unwrap(), &device);
        same(s.device_by_name(device.service, &device.name).await.unwrap(), &device);
    }
}

pub(in super::super) async fn services_and_keys_keep_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let services = vec![sample::service(1), sample::full_service(2)];
    let keys = vec![sample::key(3), sample::full_key(4)];
    s.done(services.iter().cloned().map(write::service).collect::<Vec<_>>()).await;
    s.done(keys.iter().cloned().map(write::key).collect::<Vec<_>>()).await;
    let mut read = s.services().await.unwrap();
    read.sort_by_key(|service| service.id);
    assert_eq!(read, services);
    for service in services {
        same(s.service(service.id).await.unwrap(), &service);
    }
    assert_eq!(s.service(ServiceId::new(3)).await.unwrap(), None);
    let mut read = s.keys(sample::SERVICE).await.unwrap();
    read.sort_by_key(|key| key.id);
    // KeyRecord shows little of itself.
    assert!(read == keys, "{read:?}");
    assert_eq!(s.keys(sample::OTHER_SERVICE).await.unwrap(), vec![]);
}

pub(in super::super) async fn services_do_not_see_each_other(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let client = sample::client(1);
    let user = sample::user(2);
    let device = sample::device(3);
    let document = sample::document(4);
    let alias = sample::hash(9);
    s.done([
        write::client(client.clone()),
        write::user(user.clone()),
        write::device(device.clone()),
        write::document(document.clone()),
        write::key(sample::key(5)),
        write::aliased(sample::token(6), alias),
    ])
    .await;
    let other = sample::OTHER_SERVICE;
    assert_eq!(s.client_by_id(other, client.client_id.as_str()).await.unwrap(), None);
    assert_eq!(s.user_by_name(other, &user.username).await.unwrap(), None);
    assert_eq!(s.user_by_sub(other, &user.sub).await.unwrap(), None);
    assert_eq!(s.device_by_name(other, &device.name).await.unwrap(), None);
    assert_eq!(s.document(other, document.kind, &document.owner, &document.name).await.unwrap(), None);
    assert_eq!(s.token_by_alias(other, alias).await.unwrap(), None);
    assert_eq!(s.clients(other, ALL).await.unwrap().total, 0);
    assert_eq!(s.users(other, ALL).await.unwrap().total, 0);
    assert_eq!(s.documents(other, document.kind, None, ALL).await.unwrap().total, 0);
    assert_eq!(s.keys(other).await.unwrap(), vec![]);
}

pub(in super::super) async fn names_are_free_in_another_service(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let other = sample::OTHER_SERVICE;
    let mut client = sample::client(2);
    (client.service, client.client_id) = (other, ClientId::new("client-1"));
    let mut user = sample::user(2);
    (user.service, user.username, user.sub) = (other, "user-1".into(), "sub-1".into());
    let mut device = sample::device(2);
    (device.service, device.name) = (other, "vic:1".into());
    let mut key = sample::key(2);
    (key.service, key.generation) = (other, 1);
    let mut token = sample::token(2);
    token.service = other;
    let alias = sample::hash(9);
    s.done([write::client(sample::client(1)), write::client(client.clone())]).await;
    s.done([write::user(sample::user(1)), write::user(user.clone())]).await;
    s.done([write::device(sample::device(1)), write::device(device.clone())]).await;
    s.done([write::key(sample::key(1)), write::key(key)]).await;
    s.done([write::aliased(sample::token(1), alias), write::aliased(token.clone(), alias)]).await;
    same(s.client_by_id(other, "client-1").await.unwrap(), &client);
    same(s.user_by_name(other, "user-1").await.unwrap(), &user);
    same(s.user_by_sub(other, "sub-1").await.unwrap(), &user);
    same(s.device_by_name(other, "vic:1").await.unwrap(), &device);
    same(s.token_by_alias(other, alias).await.unwrap(), &token);
    same(s.token_by_alias(ServiceId::new(1), alias).await.unwrap(), &sample::token(1));
}
