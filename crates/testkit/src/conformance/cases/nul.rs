//! NUL: the one character that some engines' strings cannot hold.

use std::sync::Arc;

use jeton_core::ids::ClientId;
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, Service, Subject, Token, TokenDetails, User,
};
use jeton_core::store::{Command, Outcome, TokenFilter};
use serde_json::json;

use super::super::probe::{ALL, Probe};
use super::super::race::together;
use super::super::snapshot::Snapshot;
use super::super::{Fixture, write};
use super::text::everywhere;
use crate::{ModelStore, sample};

const NUL: &str = "nul\0in the middle";

/// A command for each place where a string can be, preceded by something that must not be written alone.
fn with_nul() -> Vec<Command> {
    let details = |text: &str| Some(Arc::new(TokenDetails { name: Some(text.into()), ..Default::default() }));
    let claims = || [("c".to_owned(), json!(NUL))].into_iter().collect();
    let writes = [
        write::client(Client { client_id: ClientId::new(NUL), ..sample::client(1) }),
        write::client(Client { grant_types: vec![NUL.into()], ..sample::client(2) }),
        write::user(User { username: NUL.into(), ..sample::user(1) }),
        write::user(User { claims: claims(), ..sample::user(2) }),
        write::device(Device { name: NUL.into(), ..sample::device(1) }),
        write::document(Document { name: NUL.into(), ..sample::document(1) }),
        write::document(Document { body: json!({ NUL: NUL }), ..sample::document(2) }),
        write::service(Service { name: NUL.into(), ..sample::service(1) }),
        write::token(Token { subject: Some(Subject::External(NUL.into())), ..sample::token(1) }),
        write::token(Token { audience: NUL.into(), ..sample::token(2) }),
        write::token(Token { details: details(NUL), ..sample::token(3) }),
        write::grant(Grant { grant_type: NUL.into(), ..sample::grant(1) }),
        write::event(Event { detail: Some(NUL.into()), ..sample::event(1) }),
    ];
    let marked = |(n, write)| Command::of(vec![write::device(sample::device(3 + n)), write]);
    (0_u64..).zip(writes).map(marked).collect()
}

/// Kept whole, or refused whole: never cut at the NUL, never half of the command.
pub(in super::super) async fn it_is_kept_or_refused_whole(f: &mut dyn Fixture) {
    let (s, model) = (Probe::of(f), Probe::new(Arc::new(ModelStore::new())));
    for command in with_nul() {
        if let Ok(Outcome::Done { .. }) = s.apply(command.clone()).await {
            model.done(command.writes.clone()).await;
        }
        let difference = Snapshot::of(&*s).await.difference(&Snapshot::of(&*model).await);
        assert_eq!(difference, None, "{command:?}");
    }
}

pub(in super::super) async fn looking_for_a_name_with_it_finds_nothing(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    everywhere(&s, 1, "nul").await;
    // Callers: a query string has it as %00.
    assert_eq!(s.client_by_id(sample::SERVICE, NUL).await.unwrap(), None);
    assert_eq!(s.user_by_name(sample::SERVICE, NUL).await.unwrap(), None);
    assert_eq!(s.user_by_sub(sample::SERVICE, NUL).await.unwrap(), None);
    assert_eq!(s.device_by_name(sample::SERVICE, NUL).await.unwrap(), None);
    assert_eq!(s.document(sample::SERVICE, DocumentKind::Scope, NUL, "nul").await.unwrap(), None);
    assert_eq!(s.document(sample::SERVICE, DocumentKind::Scope, "nul", NUL).await.unwrap(), None);
    assert_eq!(s.documents(sample::SERVICE, DocumentKind::Scope, Some(NUL), ALL).await.unwrap().total, 0);
    assert_eq!(s.meta(NUL).await.unwrap(), None);
    let by_subject = TokenFilter { subject: Some(Subject::External(NUL.into())), ..Default::default() };
    assert_eq!(s.ids(&by_subject).await, Vec::<u64>::new());
    let by_scope = TokenFilter { scope: Some(NUL.into()), ..Default::default() };
    assert_eq!(s.ids(&by_scope).await, Vec::<u64>::new());
}

/// One caller's refused text must not fail the others whose commands share a commit with it.
pub(in super::super) async fn a_refused_command_harms_no_other(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let bad = with_nul();
    together(0..200_u64, |n| {
        let (s, bad) = (s.clone(), bad[n as usize % bad.len()].clone());
        async move {
            if n % 4 == 0 {
                // Done, failed (the same names occur again) or refused: all are acceptable here.
                drop(s.apply(bad).await);
            } else {
                s.done([write::token(sample::token(100 + n)), write::single_use(sample::single_use(n))]).await;
                s.done_if(write::consume(n, 1), []).await;
            }
        }
    })
    .await;
    let mut ids = s.ids(&Default::default()).await;
    ids.retain(|id| *id >= 100);
    assert_eq!(ids, (0..200).filter(|n| n % 4 != 0).map(|n| n + 100).collect::<Vec<_>>());
}
