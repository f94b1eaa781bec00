//! A record is written over only as it was read.

use jeton_core::model::{Client, Device, Document, Service, User};
use jeton_core::store::{Command, Lost, Precondition, Record, Write};

use super::super::probe::{Probe, same};
use super::super::race::{self, winners};
use super::super::{Fixture, write};
use crate::sample;

const RACERS: u64 = 16;

/// One record of each kind: as it is, as another request wrote it, and how to remove it.
fn records() -> Vec<(Record, Write, Write, Option<Write>)> {
    let (service, client, user, document, device) =
        (sample::service(1), sample::client(1), sample::user(1), sample::document(1), sample::full_device(1));
    vec![
        (
            service.clone().into(),
            write::service(service.clone()),
            write::service(Service { enabled: !service.enabled, ..service }),
            None,
        ),
        (
            client.clone().into(),
            write::client(client.clone()),
            write::client(Client { enabled: !client.enabled, ..client }),
            Some(write::delete_client(1)),
        ),
        (
            user.clone().into(),
            write::user(user.clone()),
            write::user(User { enabled: !user.enabled, ..user }),
            Some(write::delete_user(1)),
        ),
        (
            document.clone().into(),
            write::document(document.clone()),
            write::document(Document { updated: sample::at(1), ..document }),
            Some(write::delete_document(1)),
        ),
        (
            device.clone().into(),
            write::device(device.clone()),
            write::device(Device { enabled: !device.enabled, ..device }),
            None,
        ),
    ]
}

pub(in super::super) async fn a_record_is_written_over_only_as_it_was_read(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    for (read, as_it_was, other, remove) in records() {
        let held = Precondition::unchanged(read);
        let mark = || write::event(sample::event(1));
        let marks = async || s.events(None, 100).await.unwrap().len();
        let before = marks().await;
        assert_eq!(s.lost_if(held.clone(), [as_it_was.clone(), mark()]).await, Lost::Changed, "it is not there");
        s.done([as_it_was.clone()]).await;
        s.done_if(held.clone(), [as_it_was.clone()]).await;
        // Somebody else writes it, and puts it back: it is as it was read again.
        s.done_if(held.clone(), [other.clone(), mark()]).await;
        assert_eq!(s.lost_if(held.clone(), [as_it_was.clone(), mark()]).await, Lost::Changed);
        s.done([as_it_was.clone()]).await;
        let mut marked = 1;
        if let Some(remove) = remove {
            assert_eq!(s.done_if(held.clone(), [remove.clone(), mark()]).await, 1);
            assert_eq!(s.lost_if(held.clone(), [remove, mark()]).await, Lost::Changed, "it is gone");
            marked += 1;
        }
        assert_eq!(marks().await - before, marked, "nothing of what was lost is written");
    }
}

/// Also of those in one transaction.
pub(in super::super) async fn of_many_that_read_the_same_record_one_writes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let (mut user, mut client, mut device) = (sample::user(1), sample::client(1), sample::device(1));
    s.done([write::user(user.clone()), write::client(client.clone()), write::device(device.clone())]).await;
    for round in 1..9 {
        let named = |n: u64| User { updated: sample::at((100 * round + n).cast_signed()), ..user.clone() };
        let command =
            |n| Command { when: Some(Precondition::unchanged(user.clone())), writes: vec![write::user(named(n))] };
        let won = winners(&race::apply(&s, (0..RACERS).map(command)).await);
        assert_eq!(won.len(), 1, "winners: {won:?}");
        let next = named(won[0] as u64);
        same(s.user(user.key).await.unwrap(), &next);
        user = next;

        let named = |n: u64| Client { updated: sample::at((100 * round + n).cast_signed()), ..client.clone() };
        let command =
            |n| Command { when: Some(Precondition::unchanged(client.clone())), writes: vec![write::client(named(n))] };
        let won = winners(&race::apply(&s, (0..RACERS).map(command)).await);
        assert_eq!(won.len(), 1, "winners: {won:?}");
        let next = named(won[0] as u64);
        same(s.client(client.key).await.unwrap(), &next);
        client = next;

        let named = |n: u64| Device { created: sample::at((100 * round + n).cast_signed()), ..device.clone() };
        let command =
            |n| Command { when: Some(Precondition::unchanged(device.clone())), writes: vec![write::device(named(n))] };
        let won = winners(&race::apply(&s, (0..RACERS).map(command)).await);
        assert_eq!(won.len(), 1, "winners: {won:?}");
        let next = named(won[0] as u64);
        same(s.device(device.id).await.unwrap(), &next);
        device = next;
    }
}

/// All of the records that a command names are compared.
pub(in super::super) async fn of_several_records_each_must_be_as_it_was_read(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let (service, client) = (sample::service(1), sample::client(1));
    s.done([write::service(service.clone()), write::client(client.clone())]).await;
    let both = |service: &Service, client: &Client| {
        Precondition::Unchanged(vec![service.clone().into(), client.clone().into()])
    };
    let other = Client { enabled: !client.enabled, ..client.clone() };
    let named = Service { name: "other".into(), ..service.clone() };
    let writes = [write::service(named.clone()), write::client(other.clone())];
    assert_eq!(s.lost_if(both(&named, &client), writes.clone()).await, Lost::Changed);
    assert_eq!(s.lost_if(both(&service, &other), writes.clone()).await, Lost::Changed);
    same(s.client(client.key).await.unwrap(), &client);
    s.done_if(both(&service, &client), writes.clone()).await;
    same(s.service(service.id).await.unwrap(), &named);
    same(s.client(client.key).await.unwrap(), &other);
    assert_eq!(s.lost_if(both(&service, &client), writes).await, Lost::Changed);
}
