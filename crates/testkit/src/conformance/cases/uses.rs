//! When tokens were last used: records that join.

use jeton_core::ids::TokenId;
use jeton_core::model::{Token, TokenUse};
use jeton_core::store::Write;

use super::super::probe::Probe;
use super::super::race::together;
use super::super::snapshot::uses;
use super::super::{Fixture, write};
use crate::sample;

/// So many uses of token 1, the last one then, from there, that needed these scopes.
fn some(count: u64, last: i64, source: &str, scopes: &str) -> TokenUse {
    let (last, scopes) = (sample::at(last), sample::scope(scopes));
    TokenUse { token: TokenId::new(1), last, count, source: source.into(), scopes }
}

fn used(known: TokenUse) -> Write {
    Write::Used(known.into())
}

async fn of(s: &Probe, ids: &[u64]) -> Vec<TokenUse> {
    uses(&**s, &ids.iter().map(|id| TokenId::new(*id)).collect::<Vec<_>>()).await
}

pub(in super::super) async fn uses_add_up(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([1, 2, 3].map(|n| write::token(sample::token(n)))).await;
    assert_eq!(of(&s, &[1, 2, 3]).await, []);
    // A use does not count as a change of a row.
    assert_eq!(s.done([used(some(3, 10, "192.0.2.0/24", "read"))]).await, 0);
    // Twice in one command, too.
    let [more, most] = [some(1, 20, "2001:db8::/48", "write read"), some(40, 30, "2001:db8::/48", "")];
    s.done([used(more), write::used(3, 5), used(most)]).await;
    let known = of(&s, &[1, 2, 3, 99]).await;
    assert_eq!(known[0], some(44, 30, "2001:db8::/48", "read write"));
    assert_eq!((known.len(), known[1].token, known[1].count), (2, TokenId::new(3), 1));
    // The token itself is as it was.
    assert_eq!(s.token(TokenId::new(1)).await.unwrap(), Some(sample::token(1)));
    assert_eq!(of(&s, &[]).await, []);
}

/// Records may arrive out of order: the latest use determines the origin.
pub(in super::super) async fn the_latest_source_stays(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1)), used(some(1, 20, "late", "b"))]).await;
    s.done([used(some(1, 10, "early", "a"))]).await;
    assert_eq!(of(&s, &[1]).await, [some(2, 20, "late", "a b")]);
    s.done([used(some(1, 20, "the same moment, told later", "b"))]).await;
    assert_eq!(of(&s, &[1]).await, [some(3, 20, "the same moment, told later", "a b")]);
}

pub(in super::super) async fn uses_of_many_callers_add_up(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1))]).await;
    together(0..32_i64, |caller| {
        let s = s.clone();
        async move {
            for n in 0..5 {
                s.done([used(some(2, 32 * n + caller, &format!("from {caller}"), &format!("s{caller} all")))]).await;
            }
        }
    })
    .await;
    let [known] = &of(&s, &[1]).await[..] else { panic!("no use") };
    assert_eq!((known.count, known.last, &*known.source), (320, sample::at(159), "from 31"));
    assert_eq!(known.scopes.words().count(), 33);
}

pub(in super::super) async fn a_use_is_swept_with_its_token(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    let short = Token { expires: Some(sample::at(10)), ..sample::token(1) };
    s.done([write::token(short), write::token(sample::token(2)), write::used(1, 5), write::used(2, 5)]).await;
    while s.sweep(sample::at(100), 10).await.unwrap() > 0 {}
    let left: Vec<_> = of(&s, &[1, 2]).await.iter().map(|known| known.token.get()).collect();
    assert_eq!(left, [2]);
}

pub(in super::super) async fn uses_survive_a_crash(f: &mut dyn Fixture) {
    let s = Probe::of(f);
    s.done([write::token(sample::token(1)), used(some(2, 10, "there", "read"))]).await;
    s.done([used(some(1, 20, "here", "write"))]).await;
    drop(s);
    f.crash().await;
    assert_eq!(of(&Probe::of(f), &[1]).await, [some(3, 20, "here", "read write")]);
}
