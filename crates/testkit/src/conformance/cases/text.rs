//! Any text is only text.

use std::sync::Arc;

use jeton_core::ids::{ClientId, GrantId};
use jeton_core::model::{
    Actor, Client, Device, Document, DocumentKind, Event, Grant, Service, SingleUse, Subject, Token, TokenDetails, User,
};
use jeton_core::store::TokenFilter;
use serde_json::json;

use super::super::probe::{ALL, Probe, same};
use super::super::{Fixture, write};
use crate::sample;

/// Writes the text into every place for texts, each record under its own number, and reads it back by every name.
pub(super) async fn everywhere(s: &Probe, n: u64, text: &str) {
    let client = Client {
        client_id: ClientId::new(text),
        grant_types: vec![text.into()],
        redirect_uris: vec![text.into()],
        metadata: serde_json::Map::from_iter([(text.to_owned(), json!(text))]).into(),
        ..sample::client(n)
    };
    let user = User {
        // With a blank inside, so that it is matched exactly.
        username: format!("{text} {n}"),
        sub: format!("sub {text}"),
        password: Some(text.into()),
        roles: vec![text.into()],
        claims: [(text.to_owned(), json!([text]))].into_iter().collect(),
        ..sample::user(n)
    };
    let device = Device { name: text.into(), ..sample::device(n) };
    let document =
        Document { owner: text.into(), name: text.into(), body: json!({ text: text }), ..sample::document(n) };
    let service = Service { name: text.into(), issuer: text.into(), ..sample::service(n) };
    let details = TokenDetails { name: Some(text.into()), actor: Some(json!({ text: text })), ..Default::default() };
    let subject = Some(Subject::External(text.into()));
    let audience: Arc<str> = text.into();
    let token = Token {
        subject: subject.clone(),
        audience: audience.clone(),
        details: Some(details.into()),
        ..sample::token(n)
    };
    let grant = Grant { subject: subject.clone(), audience, grant_type: text.into(), ..sample::grant(n) };
    let event = Event { detail: Some(text.into()), actor: Actor::Admin(text.into()), ..sample::event(n) };
    s.done([
        write::client(client.clone()),
        write::user(user.clone()),
        write::device(device.clone()),
        write::document(document.clone()),
        write::service(service.clone()),
        write::token(token.clone()),
        write::grant(grant.clone()),
        write::event(event.clone()),
    ])
    .await;
    s.meta_set(text, text.as_bytes()).await.unwrap();
    same(s.client_by_id(sample::SERVICE, text).await.unwrap(), &client);
    same(s.user_by_name(sample::SERVICE, &user.username).await.unwrap(), &user);
    same(s.user_by_sub(sample::SERVICE, &user.sub).await.unwrap(), &user);
    same(s.device_by_name(sample::SERVICE, text).await.unwrap(), &device);
    same(s.document(sample::SERVICE, document.kind, text, text).await.unwrap(), &document);
    let documents = s.documents(sample::SERVICE, document.kind, Some(text), ALL).await.unwrap();
    assert_eq!((documents.total, documents.items), (1, vec![document]));
    assert!(s.services().await.unwrap().contains(&service));
    same(s.token(token.id).await.unwrap(), &token);
    same(s.grant(grant.id).await.unwrap(), &grant);
    assert_eq!(s.events(None, 1).await.unwrap(), [event]);
    assert_eq!(s.meta(text).await.unwrap(), Some(text.as_bytes().to_vec()));
    assert_eq!(s.ids(&TokenFilter { subject, ..Default::default() }).await, [n]);
}

/// Each differs from every other, though some sort, fold or compose alike.
const NAMES: [&str; 24] = [
    "plain",
    "Plain",
    "PLAIN",
    " plain",
    "plain ",
    "é",
    "e\u{301}",
    "ß",
    "ss",
    "İ",
    "ı",
    "日本語",
    "😀",
    "\u{200d}",
    "a\u{200d}b",
    "ab",
    "\u{feff}bom",
    "\u{202e}rtl",
    "tab\tnew\nline\r",
    "\u{1}\u{7f}",
    "\u{10ffff}",
    "back\\slash",
    "%41",
    "\\u0041",
];

/// Text that means something to some parser on the way.
const TRICKS: [&str; 18] = [
    "'",
    "''",
    "\"",
    "`",
    "x' OR '1'='1",
    "'; DROP TABLE tokens; --",
    "\"; DELETE FROM clients; --",
    "') UNION SELECT * FROM users --",
    "%",
    "_lain",
    "*",
    "$1",
    "?1",
    ":name",
    "$$x$$",
    "/* x */",
    "{a,\"b\",NULL}",
    "NULL",
];

pub(in super::super) async fn unicode_is_kept_and_told_apart(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for (n, name) in (1..).zip(NAMES) {
        everywhere(&s, n, name).await;
    }
    let names: Vec<_> = s.clients(sample::SERVICE, ALL).await.unwrap().items;
    assert_eq!(names.iter().map(|c| c.client_id.as_str()).collect::<Vec<_>>(), NAMES);
}

pub(in super::super) async fn text_that_looks_like_sql_changes_nothing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    everywhere(&s, 1, "plain").await;
    for (n, trick) in (2..).zip(TRICKS) {
        // No record has this name yet, whatever else exists.
        assert_eq!(s.client_by_id(sample::SERVICE, trick).await.unwrap(), None, "{trick}");
        assert_eq!(s.user_by_name(sample::SERVICE, trick).await.unwrap(), None, "{trick}");
        assert_eq!(s.user_by_sub(sample::SERVICE, trick).await.unwrap(), None, "{trick}");
        assert_eq!(s.device_by_name(sample::SERVICE, trick).await.unwrap(), None, "{trick}");
        assert_eq!(s.document(sample::SERVICE, DocumentKind::Scope, trick, trick).await.unwrap(), None, "{trick}");
        assert_eq!(s.documents(sample::SERVICE, DocumentKind::Scope, Some(trick), ALL).await.unwrap().total, 0);
        assert_eq!(s.meta(trick).await.unwrap(), None, "{trick}");
        let none: &[u64] = &[];
        let by_subject = TokenFilter { subject: Some(Subject::External(trick.into())), ..Default::default() };
        assert_eq!(s.ids(&by_subject).await, none, "{trick}");
        let by_scope = TokenFilter { scope: Some(trick.into()), ..Default::default() };
        assert_eq!(s.ids(&by_scope).await, none, "{trick}");
        everywhere(&s, n, trick).await;
    }
    let all = TRICKS.len() as u64 + 1;
    assert_eq!(s.ids(&Default::default()).await, (1..=all).collect::<Vec<_>>());
    assert_eq!(s.clients(sample::SERVICE, ALL).await.unwrap().total, all);
}

pub(in super::super) async fn a_name_may_be_two_thousand_bytes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    // As long as URLs get; no compressor helps an index with it.
    everywhere(&s, 1, &sample::noise(2_000)).await;
}

pub(in super::super) async fn values_of_64_kib_are_kept(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let long = sample::noise(65_536);
    let words: String = long.chars().filter(|c| !"\"\\".contains(*c)).collect();
    let details = TokenDetails { description: Some(long.clone()), ..Default::default() };
    let token = Token {
        scope: sample::scope(&words),
        audience: long.as_str().into(),
        details: Some(details.into()),
        ..sample::token(1)
    };
    let single_use =
        SingleUse { payload: long.clone().into_bytes(), grant: Some(GrantId::new(2)), ..sample::single_use(1) };
    let document = Document { body: json!([long.clone()]), ..sample::document(1) };
    let device = Device { session_certificate: Some(long.clone().into_bytes()), ..sample::device(1) };
    let client = Client { redirect_uris: vec![long.clone()], ..sample::client(1) };
    let event = Event { detail: Some(long.clone()), ..sample::event(1) };
    s.done([
        write::token(token.clone()),
        write::single_use(single_use.clone()),
        write::document(document.clone()),
        write::device(device.clone()),
        write::client(client.clone()),
        write::event(event.clone()),
    ])
    .await;
    s.meta_set("long", long.as_bytes()).await.unwrap();
    // Not with assert_eq, whose output would be huge.
    assert!(s.token(token.id).await.unwrap() == Some(token));
    assert!(s.single_use(single_use.kind, single_use.key).await.unwrap() == Some(single_use));
    let read = s.document(document.service, document.kind, &document.owner, &document.name).await.unwrap();
    assert!(read == Some(document));
    assert!(s.device(device.id).await.unwrap() == Some(device));
    assert!(s.client(client.key).await.unwrap() == Some(client));
    assert!(s.events(None, 1).await.unwrap() == [event]);
    assert!(s.meta("long").await.unwrap() == Some(long.into_bytes()));
}
