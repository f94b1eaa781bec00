//! Documents: written by service, kind, owner and name.

use jeton_core::ids::{DocumentId, ServiceId};
use jeton_core::model::{Document, DocumentKind};
use jeton_core::store::{Page, Write};
use serde_json::{Value, json};

use super::super::probe::{ALL, Probe, same};
use super::super::{Fixture, write};
use crate::sample;

async fn read(s: &Probe, d: &Document) -> Option<Document> {
    s.document(d.service, d.kind, &d.owner, &d.name).await.unwrap()
}

pub(in super::super) async fn a_document_keeps_every_member(f: &mut dyn Fixture) {
    use DocumentKind::{Consent, ExchangePolicy, PermissionRequest, Resource, ResourcePolicy, Scope, ScopePolicy};
    let s = Probe::of(f);
    let mut documents = vec![sample::document(1), sample::full_document(2)];
    let kinds = [Consent, Scope, ScopePolicy, ExchangePolicy, Resource, ResourcePolicy, PermissionRequest];
    documents.extend((3..).zip(kinds).map(|(n, kind)| Document { kind, name: "same".into(), ..sample::document(n) }));
    let bodies = [Value::Null, json!(true), json!("x"), json!([]), json!(-1.5), json!({ "": { "a": [null] } })];
    documents.extend((20..).zip(bodies).map(|(n, body)| Document { body, ..sample::document(n) }));
    s.done(documents.iter().cloned().map(write::document).collect::<Vec<_>>()).await;
    for document in documents {
        same(read(&s, &document).await, &document);
    }
}

pub(in super::super) async fn a_document_replaces_the_one_of_its_name(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let first = sample::full_document(1);
    // The writer reserves a number before it knows whether there is one of this name.
    let second = Document { id: DocumentId::new(2), updated: sample::at(9), body: json!([2]), ..first.clone() };
    s.done([write::document(first.clone())]).await;
    assert_eq!(s.done([write::document(second.clone())]).await, 0);
    let now = read(&s, &first).await.unwrap();
    // The store may keep the first number or take the second; everything else is the second's.
    assert!([first.id, second.id].contains(&now.id), "{:?}", now.id);
    assert_eq!(now, Document { id: now.id, ..second.clone() });
    let listed = s.documents(first.service, first.kind, None, ALL).await.unwrap();
    assert_eq!((listed.total, listed.items), (1, vec![now.clone()]));
    assert_eq!(s.done([Write::DeleteDocument(now.id)]).await, 1);
    assert_eq!(s.done([write::delete_document(1), write::delete_document(2)]).await, 0);
    assert_eq!(read(&s, &first).await, None);
    s.done([write::document(second.clone())]).await;
    same(read(&s, &second).await, &second);
}

pub(in super::super) async fn documents_differ_by_each_part_of_their_name(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let base = Document { owner: "a".into(), name: "b".into(), ..sample::document(1) };
    let all = [
        base.clone(),
        Document { id: DocumentId::new(2), service: sample::OTHER_SERVICE, ..base.clone() },
        Document { id: DocumentId::new(3), kind: DocumentKind::Resource, ..base.clone() },
        Document { id: DocumentId::new(4), owner: "".into(), ..base.clone() },
        Document { id: DocumentId::new(5), name: "".into(), ..base.clone() },
        // Owner and name must not simply be concatenated.
        Document { id: DocumentId::new(6), owner: "ab".into(), name: "".into(), ..base.clone() },
        Document { id: DocumentId::new(7), owner: "".into(), name: "ab".into(), ..base.clone() },
    ];
    s.done(all.clone().map(write::document)).await;
    for document in &all {
        same(read(&s, document).await, document);
    }
    assert_eq!(s.done([write::delete_document(6)]).await, 1);
    assert_eq!(read(&s, &all[5]).await, None);
    same(read(&s, &all[6]).await, &all[6]);
}

pub(in super::super) async fn documents_are_listed_by_kind_and_owner(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let owners = ["", "a", "b"];
    let all: Vec<_> = (1..=30)
        .map(|n| Document { owner: owners[n as usize % 3].into(), ..sample::document(n) })
        .map(|d| Document { kind: [DocumentKind::Consent, DocumentKind::Scope][d.id.get() as usize % 2], ..d })
        .collect();
    s.done(all.iter().rev().cloned().map(write::document).collect::<Vec<_>>()).await;
    for kind in [DocumentKind::Consent, DocumentKind::Scope, DocumentKind::Resource] {
        for owner in [None, Some(""), Some("a"), Some("b"), Some("c")] {
            let wanted: Vec<_> =
                all.iter().filter(|d| d.kind == kind && owner.is_none_or(|o| d.owner == o)).cloned().collect();
            let ask = |page| s.documents(sample::SERVICE, kind, owner, page);
            let listing = ask(ALL).await.unwrap();
            assert_eq!((listing.total, &listing.items), (wanted.len() as u64, &wanted));
            let part = ask(Page { after: 8, skip: 1, limit: 3, ..Page::first(0) }).await.unwrap();
            let expected: Vec<_> = wanted.iter().filter(|d| d.id.get() > 8).skip(1).take(3).cloned().collect();
            assert_eq!((part.total, part.items), (wanted.len() as u64, expected));
            let count = ask(Page::first(0)).await.unwrap();
            assert_eq!((count.total, count.items.len()), (wanted.len() as u64, 0));
        }
    }
    assert_eq!(s.documents(ServiceId::new(9), DocumentKind::Scope, None, ALL).await.unwrap().total, 0);
}

pub(in super::super) async fn a_document_is_found_by_its_number(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let all = [sample::document(1), sample::full_document(2)];
    s.done(all.clone().map(write::document)).await;
    for document in &all {
        assert_eq!(s.document_by_id(document.id).await.unwrap().as_ref(), Some(document));
    }
    assert_eq!(s.document_by_id(DocumentId::new(3)).await.unwrap(), None);
    let changed = Document { updated: sample::at(9), body: json!([2]), ..all[0].clone() };
    s.done([write::document(changed.clone())]).await;
    assert_eq!(s.document_by_id(changed.id).await.unwrap(), Some(changed));
    assert_eq!(s.done([write::delete_document(1)]).await, 1);
    assert_eq!(s.document_by_id(DocumentId::new(1)).await.unwrap(), None);
}

pub(in super::super) async fn documents_of_a_kind_are_read_for_all_services(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let of = |n: u64, service, kind, owner: &str| Document {
        id: DocumentId::new(n),
        service,
        kind,
        owner: owner.into(),
        name: n.to_string(),
        ..sample::document(1)
    };
    let (here, there) = (sample::SERVICE, sample::OTHER_SERVICE);
    let all = [
        of(5, here, DocumentKind::Scope, ""),
        of(2, there, DocumentKind::Scope, ""),
        of(3, here, DocumentKind::Scope, "a"),
        of(4, there, DocumentKind::Claim, ""),
        of(9, there, DocumentKind::Scope, "a"),
    ];
    s.done(all.iter().cloned().map(write::document).collect::<Vec<_>>()).await;
    let read = async |kind, owner, after, limit| {
        let found = s.documents_of_all(kind, owner, after, limit).await.unwrap();
        found.iter().map(|document| document.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(read(DocumentKind::Scope, None, 0, 10).await, [2, 3, 5, 9]);
    assert_eq!(read(DocumentKind::Scope, None, 2, 2).await, [3, 5]);
    assert_eq!(read(DocumentKind::Scope, Some(""), 0, 10).await, [2, 5]);
    assert_eq!(read(DocumentKind::Scope, Some("a"), 3, 10).await, [9]);
    assert_eq!(read(DocumentKind::Claim, Some("a"), 0, 10).await, [0; 0]);
    assert_eq!(read(DocumentKind::Scope, None, 9, 10).await, [0; 0]);
    same(s.documents_of_all(DocumentKind::Claim, None, 0, 1).await.unwrap().pop(), &all[3]);
}
