//! Values of the installation.

use super::super::Fixture;
use super::super::probe::Probe;
use super::super::race::together;

pub(in super::super) async fn the_first_to_write_a_value_wins(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    assert_eq!(s.meta_init("seal", b"first").await.unwrap(), b"first");
    assert_eq!(s.meta_init("seal", b"second").await.unwrap(), b"first");
    assert_eq!(s.meta("seal").await.unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(s.meta("other").await.unwrap(), None);
    s.meta_set("seal", b"third").await.unwrap();
    assert_eq!(s.meta("seal").await.unwrap().as_deref(), Some(&b"third"[..]));
    assert_eq!(s.meta_init("seal", b"fourth").await.unwrap(), b"third");
    f.reopen().await;
    let s = Probe::of(f);
    assert_eq!(s.meta_init("seal", b"fifth").await.unwrap(), b"third");
}

pub(in super::super) async fn a_value_may_be_any_bytes(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(s.meta_init("all", &bytes).await.unwrap(), bytes);
    assert_eq!(s.meta("all").await.unwrap(), Some(bytes));
    assert_eq!(s.meta_init("none", b"").await.unwrap(), b"");
    // Empty is a value.
    assert_eq!(s.meta("none").await.unwrap(), Some(vec![]));
    assert_eq!(s.meta_init("none", b"x").await.unwrap(), b"");
}

pub(in super::super) async fn of_many_writers_one_is_the_first(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let seen = together(0..32_u8, |n| {
        let s = s.clone();
        async move { s.meta_init("seal", &[n]).await.unwrap() }
    })
    .await;
    let kept = s.meta("seal").await.unwrap().unwrap();
    assert!(seen.iter().all(|value| *value == kept), "{seen:?} but {kept:?}");
}
