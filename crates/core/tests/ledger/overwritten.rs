//! No acknowledged change of a record is lost to a concurrent write, on one node or on two.

use std::sync::Arc;

use jeton_core::Secret;
use jeton_core::administration::{Caller, KeepTokens, NewClient, NewUser};
use jeton_core::model::{Client, User};
use jeton_core::store::{Command, Precondition, Record, Write};
use serde_json::json;

use crate::fixture::Fixture;
use crate::held_store::HeldStore;

/// Two nodes on one store. Neither reads the other one's events.
async fn nodes() -> (Arc<Fixture>, Arc<Fixture>, Arc<HeldStore>) {
    let store = Arc::<HeldStore>::default();
    let one = Fixture::on(store.clone()).await;
    let other = one.another().await;
    (Arc::new(one), Arc::new(other), store)
}

fn admin() -> Caller {
    Caller::local()
}

async fn disable_alice(fixture: &Fixture) {
    let user = User { enabled: false, ..User::clone(&*fixture.user().await) };
    fixture.jeton.administration.put_user(&admin(), NewUser { user, password: None }, true).await.unwrap();
}

#[tokio::test]
async fn a_person_disabled_while_another_node_changes_their_password_stays_disabled() {
    let (one, other, store) = nodes().await;
    let before = one.user().await;
    let gate = store.hold_before(|w| matches!(w, Write::User(_)));
    let changing = tokio::spawn({
        let one = Arc::clone(&one);
        async move {
            let password = Secret::new("another word");
            one.jeton.administration.set_password(&admin(), one.service, "alice", &password, KeepTokens::None).await
        }
    });
    gate.done().await;
    disable_alice(&other).await;
    gate.open();
    changing.await.unwrap().unwrap();
    let now = one.user().await;
    assert!(!now.enabled, "the other node's change was undone");
    assert_ne!(now.password, before.password);
}

#[tokio::test]
async fn claims_written_while_another_node_disables_the_person_leave_them_disabled() {
    let (one, other, store) = nodes().await;
    let gate = store.hold_before(|w| matches!(w, Write::User(_)));
    let changing = tokio::spawn({
        let one = Arc::clone(&one);
        async move {
            let claims = json!({ "name": "Alice A." }).as_object().unwrap().clone();
            one.jeton.administration.set_claims(&admin(), one.service, "alice", claims).await
        }
    });
    gate.done().await;
    disable_alice(&other).await;
    gate.open();
    let written = changing.await.unwrap().unwrap();
    let now = one.user().await;
    assert!(!written.enabled && !now.enabled);
    assert_eq!(now.claims["name"], "Alice A.");
}

#[tokio::test]
async fn a_client_disabled_while_its_secret_is_renewed_stays_disabled_and_has_the_new_one() {
    // On one node as on two: nothing serializes writes of clients.
    for same in [true, false] {
        let (one, other, store) = nodes().await;
        let other = if same { Arc::clone(&one) } else { other };
        let before = one.record().await;
        let gate = store.hold_before(|w| matches!(w, Write::Client(_)));
        let renewing = tokio::spawn({
            let one = Arc::clone(&one);
            async move { one.jeton.administration.renew_secret(&admin(), one.service, "app").await }
        });
        gate.done().await;
        other.jeton.administration.enable_client(&admin(), other.service, "app", false).await.unwrap();
        gate.open();
        renewing.await.unwrap().unwrap();
        let now = one.record().await;
        assert!(!now.enabled, "the change was undone");
        assert!(now.secret != before.secret);
    }
}

/// Without a race: a node's cached record of a client is older than the record that it replaces.
#[tokio::test]
async fn a_renewed_secret_is_not_undone_by_a_node_that_has_not_heard_of_it() {
    let (one, other, _) = nodes().await;
    let ask = [("grant_type", "client_credentials"), ("scope", "read")];
    other.ask(&ask).await.unwrap();
    one.jeton.administration.renew_secret(&admin(), one.service, "app").await.unwrap();
    other.jeton.administration.enable_client(&admin(), other.service, "app", false).await.unwrap();
    other.jeton.administration.enable_client(&admin(), other.service, "app", true).await.unwrap();
    for fixture in [one, other] {
        assert!(fixture.ask(&ask).await.is_err(), "the old secret counts again");
    }
}

#[tokio::test]
async fn a_service_switched_off_while_its_settings_are_written_stays_off() {
    let (one, other, store) = nodes().await;
    let gate = store.hold_before(|w| matches!(w, Write::Service(_)));
    let writing = tokio::spawn({
        let one = Arc::clone(&one);
        async move {
            let settings = Default::default();
            one.jeton
                .administration
                .put_service(&admin(), Some(one.service), "renamed", "https://id.example", settings)
                .await
        }
    });
    gate.done().await;
    other.jeton.administration.enable_service(&admin(), other.service, false).await.unwrap();
    gate.open();
    let written = writing.await.unwrap().unwrap();
    assert!(!written.enabled && written.name == "renamed", "{written:?}");
}

/// A request that is slower each time gets a conflict, and has written nothing.
#[tokio::test]
async fn a_record_that_others_write_each_time_is_a_conflict() {
    let (one, _, store) = nodes().await;
    let faster = |command: &Command| {
        let Some(Precondition::Unchanged(read)) = &command.when else { return None };
        let [Record::Client(read)] = &read[..] else { return None };
        let metadata = json!({ "client_name": format!("name {}", read.metadata.document().len()) });
        let mut client = Client::clone(read);
        let n = client.metadata.get("n").and_then(|n| n.as_u64()).unwrap_or_default();
        client.metadata.extend(metadata.as_object().unwrap().clone());
        client.metadata.set("n", n + 1);
        Some(Write::Client(Box::new(client)))
    };
    store.crowd(faster);
    let client = Client { skip_consent: true, ..Client::clone(&*one.record().await) };
    let refused =
        one.jeton.administration.put_client(&admin(), NewClient { client, secret: None }, true).await.unwrap_err();
    assert_eq!(refused.id(), "record_changed");
    let now = one.record().await;
    assert!(!now.skip_consent);
    assert!(now.metadata.get("n").unwrap().as_u64().unwrap() > 3, "it was tried again");
}
