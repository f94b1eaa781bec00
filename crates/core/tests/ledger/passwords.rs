//! What ends with a password: the same by every way to change it.

use std::sync::Arc;

use jeton_core::Secret;
use jeton_core::administration::{AdminCaller, KeepTokens, NewUser};
use jeton_core::ledger::{Plan, TokenPlan, Verdict};
use jeton_core::model::{TokenFormat, TokenKind, User};
use jeton_core::people::{hash_password, start_session};
use jeton_core::store::{Page, TokenFilter};
use jeton_testkit::sample;

use crate::house::{House, text_of};

/// The person's password in this house.
const SAME: &str = "word";
const OTHER: &str = "another-password-of-more-than-sixteen";

/// One of each kind of token in the person's name.
struct Held {
    session: String,
    access: String,
    refresh: String,
    api: String,
}

impl Held {
    async fn by(house: &House) -> Self {
        let begun = house.by_password("openid offline_access read").await.unwrap();
        let service = house.ledger.directory().services().remove(0);
        let user = Arc::new(User::clone(&*house.user().await));
        let session = start_session(&house.ledger, &service, Arc::clone(&user)).await.unwrap();
        let life = Some(std::time::Duration::from_secs(3600));
        let api = TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, sample::scope("read"), life);
        let plan = Plan { tokens: vec![api], ..Plan::new(service, None).of_user(user) };
        let api = house.ledger.mint(plan).await.unwrap();
        Self {
            session: session.expose().to_owned(),
            access: text_of(&begun, TokenKind::Access),
            refresh: text_of(&begun, TokenKind::Refresh),
            api: api.tokens[0].text.expose().to_owned(),
        }
    }

    /// Whether session, access token, refresh token and API token live.
    async fn live(&self, house: &House) -> [bool; 4] {
        let service = house.user().await.service;
        let mut live = [false; 4];
        for (text, live) in [&self.session, &self.access, &self.refresh, &self.api].into_iter().zip(&mut live) {
            *live = matches!(house.ledger.inspect(service, text).await.unwrap(), Verdict::Live(_));
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

async fn change(house: &House, way: Way, password: &str, keep: KeepTokens) {
    let (admin, user) = (AdminCaller::local(), User::clone(&*house.user().await));
    let password = Secret::new(password);
    match way {
        Way::Set => {
            let (service, name) = (user.service, user.username);
            house.ledger.set_password(&admin, service, &name, &password, keep).await.unwrap();
        }
        Way::Put => {
            // As the configuration file does at each start: nothing is known of what is stored.
            let user = User { password: None, ..user };
            let new = NewUser { user, password: Some(password) };
            house.ledger.put_user_keeping(&admin, new, true, keep).await.unwrap();
        }
        Way::PutHash => {
            let hash = hash_password(&house.ledger, &password).await.unwrap();
            let user = User { password: Some(hash), ..user };
            house.ledger.put_user_keeping(&admin, NewUser { user, password: None }, true, keep).await.unwrap();
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
            let house = House::new().await;
            let held = Held::by(&house).await;
            change(&house, way, OTHER, keep).await;
            assert_eq!(held.live(&house).await, left, "{way:?} {keep:?}");
            // Lists say the same.
            let filter = TokenFilter { live_at: Some(house.ledger.now()), ..TokenFilter::default() };
            let listed = house.ledger.list(&filter, Page::first(100)).await.unwrap().total;
            assert_eq!(listed, left.iter().filter(|live| **live).count() as u64, "{way:?} {keep:?}");
        }
    }
}

#[tokio::test]
async fn what_stayed_once_stays_no_longer_than_asked() {
    let house = House::new().await;
    let held = Held::by(&house).await;
    change(&house, Way::Set, OTHER, KeepTokens::ApiTokens).await;
    assert_eq!(held.live(&house).await, [false, false, false, true]);
    change(&house, Way::Set, "a third password of more than sixteen", KeepTokens::ApiTokens).await;
    assert_eq!(held.live(&house).await, [false, false, false, true]);
    change(&house, Way::Set, "a fourth password of more than sixteen", KeepTokens::None).await;
    assert_eq!(held.live(&house).await, [false; 4]);
}

#[tokio::test]
async fn the_same_password_is_no_change_whatever_hash_is_stored_of_it() {
    let house = House::new().await;
    let held = Held::by(&house).await;
    let stored = house.user().await.password.clone();
    // However many wrong passwords somebody tried meanwhile.
    for _ in 0..20 {
        let wrong = [("grant_type", "password"), ("username", "alice"), ("password", "wrong"), ("scope", "read")];
        house.ask(&wrong).await.unwrap_err();
    }
    for way in [Way::Set, Way::Put] {
        change(&house, way, SAME, KeepTokens::None).await;
        assert_eq!(held.live(&house).await, [true; 4], "{way:?}");
        assert_eq!(house.user().await.password, stored, "{way:?}: the hash stays");
    }
    let mut user = User::clone(&*house.user().await);
    user.claims.insert("name".into(), "Alice".into());
    house.ledger.put_user(&AdminCaller::local(), NewUser { user, password: None }, true).await.unwrap();
    assert_eq!(held.live(&house).await, [true; 4], "another change is none of the password");
    change(&house, Way::PutHash, SAME, KeepTokens::None).await;
    assert_eq!(held.live(&house).await, [false; 4], "nobody can know what another hash is of");
}

#[tokio::test]
async fn a_code_and_a_device_of_before_give_nothing_after() {
    let house = House::new().await;
    let code = house.code("openid read").await;
    change(&house, Way::Set, OTHER, KeepTokens::None).await;
    house.by_code(&code).await.unwrap_err();
}
