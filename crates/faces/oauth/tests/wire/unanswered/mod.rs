//! Each single-use credential, first used while the store fails at one point: before the commit, in it, after it with the answer
//! lost, or at a query. When the same client presents it again with the same authentication, it gets the result, or the error
//! that it was used; nothing ends by this, and other nodes and a restart agree with every answer that was given.

mod uses;

use jeton_core::store::{Page, TokenFilter};
use jeton_testkit::Fault;

use jeton_served::{Ask, Engine, House, Reply};
use uses::{Scene, Use, limits};

/// Where the store fails.
#[derive(Clone, Copy, Debug)]
enum Point {
    Write(Fault),
    Read,
}

const POINTS: [Point; 4] =
    [Point::Read, Point::Write(Fault::Before), Point::Write(Fault::During), Point::Write(Fault::After)];

/// More queries and writes than any use makes.
const ENDLESS: usize = 100;

/// Whether an answer says, in its own form, that the store failed and when to retry.
fn is_unavailable(reply: &Reply) -> bool {
    if reply.status == 303 {
        return reply.header("location").is_some_and(|to| to.contains("error=temporarily_unavailable"));
    }
    let is_page = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    reply.status == 503 && reply.header("retry-after").is_some() && (is_page || reply.member("error") == "server_error")
}

/// The tokens in an answer.
fn tokens(reply: &Reply) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    ["access_token", "refresh_token"].into_iter().filter_map(|name| Some(json[name].as_str()?.to_owned())).collect()
}

async fn is_active(house: &House, token: &str) -> bool {
    let reply = Ask::post("/introspect").basic("watch", "s3cret").form(&[("token", token)]).send(house).await;
    reply.ok().json()["active"].as_bool().unwrap()
}

/// How many tokens are valid.
async fn alive(house: &House) -> u64 {
    let filter = TokenFilter { live_at: Some(house.jeton.ledger.now()), ..TokenFilter::default() };
    house.store.tokens(&filter, Page::first(0)).await.unwrap().total
}

/// Lets tasks that are ready finish.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// A use that meets a fault after so many queries or writes, and the same again, there or on another node. Returns the result;
/// none when nothing failed.
async fn once(scene: &mut Scene, one: Use, (point, after): (Point, usize), elsewhere: bool) -> Option<Vec<String>> {
    let ask = scene.ready(one).await;
    match point {
        Point::Read => scene.store.fail_read(after),
        Point::Write(fault) => scene.store.fail_write(after, fault),
    }
    let first = ask.clone().send(&scene.house).await;
    let failed = scene.store.heal();
    let what = format!("{one:?}, {point:?} {after}, elsewhere: {elsewhere}");
    assert!(one.is_done(&first) || failed && is_unavailable(&first), "{what}: {}", first.show());
    let node = scene.house.another_node(&scene.phones, limits()).await;
    let mut given = tokens(&first);
    if !one.is_done(&first) {
        settle().await;
        let before = alive(&scene.house).await;
        let again = ask.send(if elsewhere { &node } else { &scene.house }).await;
        assert!(one.is_done(&again) || one.is_spent(&again), "{what}, the same again: {}", again.show());
        if after == 0 && matches!(point, Point::Write(Fault::Before | Fault::During)) {
            assert!(one.is_done(&again), "{what}: nothing was written the first time: {}", again.show());
        }
        assert!(alive(&scene.house).await >= before, "{what}: something ended");
        given = tokens(&again);
    }
    for token in &given {
        for house in [&scene.house, &node] {
            assert!(is_active(house, token).await, "{what}: a token that was given");
        }
    }
    failed.then_some(given)
}

/// Every use, at every point where the store can fail.
async fn at_each_point(engine: Engine, elsewhere: &[bool]) {
    let mut scene = Scene::new(engine).await;
    let mut given = Vec::new();
    for one in Use::ALL {
        for point in POINTS {
            for elsewhere in elsewhere {
                let mut after = 0;
                while let Some(more) = once(&mut scene, one, (point, after), *elsewhere).await {
                    given.extend(more);
                    after += 1;
                    assert!(after < ENDLESS, "{one:?}");
                }
                assert!(after > 0 || matches!(point, Point::Read), "{one:?}: it writes something");
            }
        }
    }
    if engine == Engine::Sqlite {
        let restarted = scene.house.restarted().await;
        for token in given {
            assert!(is_active(&restarted, &token).await, "after a restart");
        }
    }
}

#[tokio::test]
async fn a_use_that_was_not_answered_is_done_again_or_refused_and_ends_nothing() {
    at_each_point(Engine::Model, &[false, true]).await;
}

#[tokio::test]
async fn a_use_that_was_not_answered_is_done_again_or_refused_and_ends_nothing_on_sqlite() {
    at_each_point(Engine::Sqlite, &[false]).await;
}

#[tokio::test]
async fn a_use_that_was_not_answered_is_done_again_or_refused_and_ends_nothing_on_postgresql() {
    at_each_point(Engine::Postgresql, &[false]).await;
}
