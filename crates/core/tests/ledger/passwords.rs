//! What ends when a password changes: the same for every way to change it.

use std::sync::Arc;

use jeton_core::Secret;
use jeton_core::administration::{Caller, KeepTokens, NewUser};
use jeton_core::ledger::{Plan, TokenPlan, Verdict};
use jeton_core::model::{TokenFormat, TokenKind, User};
use jeton_core::people::{hash_password, start_session};
use jeton_core::store::{Page, TokenFilter, Write};
use jeton_testkit::sample;

use crate::fixture::{Fixture, text_of};
use crate::held_store::HeldStore;

/// The person's password in this house.
const SAME: &str = "word";
const OTHER: &str = "another-password-of-more-than-sixteen";

/// One token of each kind for the person.
struct Held {
    session: String,
    access: String,
    refresh: String,
    api: String,
}

impl Held {
    async fn by(fixture: &Fixture) -> Self {
        let begun = fixture.by_password("openid offline_access read").await.unwrap();
        let service = fixture.jeton.ledger.entities().services().remove(0);
        let user = Arc::new(User::clone(&*fixture.user().await));
        let session = start_session(&fixture.jeton.ledger, &service, Arc::clone(&user)).await.unwrap();
        let life = Some(std::time::Duration::from_secs(3600));
        let api = TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, sample::scope("read"), life);
        let plan = Plan { tokens: vec![api], ..Plan::new(service, None).of_user(user) };
        let api = fixture.jeton.ledger.mint(plan).await.unwrap();
        Self {
            session: session.expose().to_owned(),
            access: text_of(&begun, TokenKind::Access),
            refresh: text_of(&begun, TokenKind::Refresh),
            api: api.tokens[0].text.expose().to_owned(),
        }
    }

    /// Whether session, access token, refresh token and API token are valid.
    async fn live(&self, fixture: &Fixture) -> [bool; 4] {
        let service = fixture.user().await.service;
        let mut live = [false; 4];
        for (text, live) in [&self.session, &self.access, &self.refresh, &self.api].into_iter().zip(&mut live) {
            *live = matches!(fixture.jeton.ledger.inspect(service, text).await.unwrap(), Verdict::Active(_));
        }
        live
    }
}

/// A way to change a password.
#[derive(Clone, Copy, Debug)]
enum Way {
    Set,
    Put,
    PutHash,
}

async fn change(fixture: &Fixture, way: Way, password: &str, keep: KeepTokens) {
    let (admin, user) = (Caller::local(), User::clone(&*fixture.user().await));
    let password = Secret::new(password);
    match way {
        Way::Set => {
            let (service, name) = (user.service, user.username);
            fixture.jeton.administration.set_password(&admin, service, &name, &password, keep).await.unwrap();
        }
        Way::Put => {
            // As the configuration file does at each start, without knowing the stored record.
            let user = User { password: None, ..user };
            let new = NewUser { user, password: Some(password) };
            fixture.jeton.administration.put_user_keeping(&admin, new, true, keep).await.unwrap();
        }
        Way::PutHash => {
            let hash = hash_password(&fixture.jeton.people, &password).await.unwrap();
            let user = User { password: Some(hash), ..user };
            fixture
                .jeton
                .administration
                .put_user_keeping(&admin, NewUser { user, password: None }, true, keep)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn with_another_password_everything_ends_but_what_is_asked_to_stay() {
    for way in [Way::Set, Way::Put, Way::PutHash] {
        for (keep, left) in [
            (KeepTokens::None, [false, false, false, false]),
            (KeepTokens::ApiTokens, [false, false, false, true]),
            (KeepTokens::All, [true, true, true, true]),
        ] {
            let fixture = Fixture::new().await;
            let held = Held::by(&fixture).await;
            change(&fixture, way, OTHER, keep).await;
            assert_eq!(held.live(&fixture).await, left, "{way:?} {keep:?}");
            // Lists agree.
            let filter = TokenFilter { live_at: Some(fixture.jeton.ledger.now()), ..TokenFilter::default() };
            let listed = fixture.jeton.ledger.list(&filter, Page::first(100)).await.unwrap().total;
            assert_eq!(listed, left.iter().filter(|live| **live).count() as u64, "{way:?} {keep:?}");
        }
    }
}

#[tokio::test]
async fn what_stayed_once_stays_no_longer_than_asked() {
    let fixture = Fixture::new().await;
    let held = Held::by(&fixture).await;
    change(&fixture, Way::Set, OTHER, KeepTokens::ApiTokens).await;
    assert_eq!(held.live(&fixture).await, [false, false, false, true]);
    change(&fixture, Way::Set, "a third password of more than sixteen", KeepTokens::ApiTokens).await;
    assert_eq!(held.live(&fixture).await, [false, false, false, true]);
    change(&fixture, Way::Set, "a fourth password of more than sixteen", KeepTokens::None).await;
    assert_eq!(held.live(&fixture).await, [false; 4]);
}

#[tokio::test]
async fn the_same_password_is_no_change_whatever_hash_is_stored_of_it() {
    let fixture = Fixture::new().await;
    let held = Held::by(&fixture).await;
    let stored = fixture.user().await.password.clone();
    // However many wrong passwords were tried meanwhile.
    for _ in 0..20 {
        let wrong = [("grant_type", "password"), ("username", "alice"), ("password", "wrong"), ("scope", "read")];
        fixture.ask(&wrong).await.unwrap_err();
    }
    for way in [Way::Set, Way::Put] {
        change(&fixture, way, SAME, KeepTokens::None).await;
        assert_eq!(held.live(&fixture).await, [true; 4], "{way:?}");
        assert_eq!(fixture.user().await.password, stored, "{way:?}: the hash stays");
    }
    let mut user = User::clone(&*fixture.user().await);
    user.claims.insert("name".into(), "Alice".into());
    fixture.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
    assert_eq!(held.live(&fixture).await, [true; 4], "another change is none of the password");
    change(&fixture, Way::PutHash, SAME, KeepTokens::None).await;
    assert_eq!(held.live(&fixture).await, [false; 4], "nobody can know what another hash is of");
}

#[tokio::test]
async fn a_code_and_a_device_of_before_give_nothing_after() {
    let fixture = Fixture::new().await;
    let code = fixture.code("openid read").await;
    change(&fixture, Way::Set, OTHER, KeepTokens::None).await;
    fixture.by_code(&code).await.unwrap_err();
}

const MOMENT: std::time::Duration = std::time::Duration::from_millis(50);

#[tokio::test]
async fn a_sign_in_with_the_old_password_that_ends_after_the_change_gives_nothing() {
    for keep in [KeepTokens::None, KeepTokens::ApiTokens, KeepTokens::All] {
        let fixture = Fixture::new().await;
        // The password was verified, and the session is not made yet.
        let signed_in = fixture.user().await;
        change(&fixture, Way::Set, OTHER, keep).await;
        fixture.clock.advance(MOMENT);
        start_session(&fixture.jeton.ledger, &fixture.service(), signed_in).await.unwrap_err();
        start_session(&fixture.jeton.ledger, &fixture.service(), fixture.user().await).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_made_while_the_new_password_is_written_ends_with_the_old_one() {
    let store = Arc::<HeldStore>::default();
    let fixture = Arc::new(Fixture::on(store.clone()).await);
    let held = Held::by(&fixture).await;
    assert_eq!(held.live(&fixture).await, [true; 4]);
    let gate = store.hold(|write| matches!(write, Write::User(_)));
    let changing = {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move { change(&fixture, Way::Set, OTHER, KeepTokens::None).await })
    };
    gate.done().await;
    fixture.clock.advance(MOMENT);
    // This process still has the old record in its cache.
    let refreshed = fixture.by_refresh(&held.refresh).await.unwrap();
    gate.open();
    changing.await.unwrap();
    for kind in [TokenKind::Access, TokenKind::Refresh] {
        assert!(!fixture.is_live(&text_of(&refreshed, kind)).await, "{kind:?}");
    }
}

#[tokio::test]
async fn a_node_that_has_not_heard_of_the_change_neither_keeps_old_families_nor_refuses_the_new_password() {
    let fixture = Fixture::new().await;
    let held = Held::by(&fixture).await;
    let other = fixture.another().await;
    assert_eq!(held.live(&other).await, [true; 4]);
    let signed_in = other.user().await;
    change(&fixture, Way::Set, OTHER, KeepTokens::None).await;
    fixture.clock.advance(MOMENT);
    let refreshed = other.by_refresh(&held.refresh).await;
    if let Ok(refreshed) = refreshed {
        assert!(!fixture.is_live(&text_of(&refreshed, TokenKind::Refresh)).await);
    }
    start_session(&other.jeton.ledger, &other.service(), signed_in).await.unwrap_err();
    let anew = [("grant_type", "password"), ("username", "alice"), ("password", OTHER), ("scope", "read")];
    let anew = other.ask(&anew).await.unwrap();
    assert!(fixture.is_live(&text_of(&anew, TokenKind::Access)).await);
}
