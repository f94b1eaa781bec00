//! The audit trail.

use jeton_core::ids::{ClientKey, UserKey};
use jeton_core::model::{Actor, Event, EventKind};

use super::super::probe::Probe;
use super::super::{Fixture, write};
use crate::sample;

pub(in super::super) async fn an_event_keeps_every_member(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let actors = [
        Actor::System,
        Actor::Configuration,
        Actor::Client(ClientKey::new(7)),
        Actor::User(UserKey::new(7)),
        Actor::Admin("root".into()),
    ];
    let mut events = vec![sample::event(1), sample::full_event(2)];
    events.extend(actors.map(|actor| Event::new(EventKind::KeyChanged, sample::at(1), None, actor)));
    events.extend((1..=14).map(|n| {
        let kind = EventKind::from_sql(n);
        assert_ne!(kind, EventKind::Unknown);
        Event { kind, ..sample::event(3) }
    }));
    for (n, event) in (10..).zip(events) {
        let event = Event { at: sample::at(n), ..event };
        s.done([write::event(event.clone())]).await;
        assert_eq!(s.events(None, 1).await.unwrap(), [event]);
    }
}

pub(in super::super) async fn events_come_newest_first(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let event = |n: u64| Event { at: sample::at(n.cast_signed()), ..sample::event(n) };
    for n in [1, 4, 7] {
        s.done([n, n + 1, n + 2].map(|n| write::event(event(n)))).await;
    }
    let newest = |count: u64| (1..=9).rev().take(count as usize).map(event).collect::<Vec<_>>();
    assert_eq!(s.events(None, 100).await.unwrap(), newest(9));
    assert_eq!(s.events(None, 4).await.unwrap(), newest(4));
    assert_eq!(s.events(None, 0).await.unwrap(), vec![]);
    assert_eq!(s.events(Some(sample::SERVICE), u32::MAX).await.unwrap(), newest(9));
}

pub(in super::super) async fn events_are_told_apart_by_service(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let services = [Some(sample::SERVICE), None, Some(sample::OTHER_SERVICE), Some(sample::SERVICE)];
    let event = |(n, service)| Event { service, at: sample::at(n), ..sample::event(n.cast_unsigned()) };
    let events: Vec<_> = (1..).zip(services).map(event).collect();
    for event in &events {
        s.done([write::event(event.clone())]).await;
    }
    let [a, b, c, d] = <[Event; 4]>::try_from(events).unwrap();
    assert_eq!(s.events(Some(sample::SERVICE), 9).await.unwrap(), [d.clone(), a.clone()]);
    assert_eq!(s.events(Some(sample::SERVICE), 1).await.unwrap(), std::slice::from_ref(&d));
    assert_eq!(s.events(Some(sample::OTHER_SERVICE), 9).await.unwrap(), std::slice::from_ref(&c));
    assert_eq!(s.events(None, 9).await.unwrap(), [d, c, b, a]);
}
