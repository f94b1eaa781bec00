//! What is missing, or belongs to another party.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::filter::FilterWords;
use jeton_core::model::{Service, Settings};
use jeton_core::store::{Command, Page, Write};
use jeton_core::suspension::SuspensionRequest;
use jeton_jose::Algorithm;

use super::way::{Ready, SECRET, settle};
use jeton_served::{Ask, House, PASSWORD, USER};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lack {
    ServiceDisabled,
    ClientDisabled,
    ClientDeleted,
    /// The client's own id with another client's secret.
    AnotherSecret,
    PersonDisabled,
    PersonDeleted,
    /// The settings name an algorithm for which there is no key.
    NoKey,
    /// The token that the credential was made from.
    ParentRevoked,
    FamilyRevoked,
    /// All tokens, by a filter.
    Suspended,
    /// The client to which a token was issued that another client exchanges.
    OriginDisabled,
    /// The credential, presented by another client.
    AnotherClient,
    /// The credential of another issuer on the same ledger.
    AnotherService,
}

pub(super) const LACKS: [Lack; 13] = [
    Lack::ServiceDisabled,
    Lack::ClientDisabled,
    Lack::ClientDeleted,
    Lack::AnotherSecret,
    Lack::PersonDisabled,
    Lack::PersonDeleted,
    Lack::NoKey,
    Lack::ParentRevoked,
    Lack::FamilyRevoked,
    Lack::Suspended,
    Lack::OriginDisabled,
    Lack::AnotherClient,
    Lack::AnotherService,
];

const SECOND: &str = "https://second.example";

/// Another issuer on the same ledger, with people and clients of the same names.
pub(super) async fn another_service(house: &House) -> House {
    let jeton = &house.jeton;
    let service =
        jeton.administration.put_service(&Caller::local(), None, "Second", SECOND, Settings::default()).await.unwrap();
    let other = house.of_issuer(service.id);
    other.person(USER, PASSWORD).await;
    settle(&other).await;
    other
}

impl Lack {
    pub(super) async fn take_away(self, house: &House, other: &House, ready: &mut Ready) {
        let (admin, jeton) = (Caller::local(), &house.jeton);
        match self {
            Self::ServiceDisabled => {
                drop(jeton.administration.enable_service(&admin, house.service, false).await.unwrap())
            }
            Self::ClientDisabled => house.change_client(&ready.client, |c| c.enabled = false).await,
            Self::ClientDeleted => {
                jeton.administration.delete_client(&admin, house.service, &ready.client).await.unwrap()
            }
            Self::AnotherSecret => ready.secret = "thief's".into(),
            Self::PersonDisabled => house.change_person(USER, |u| u.enabled = false).await,
            Self::PersonDeleted => jeton.administration.delete_user(&admin, house.service, USER).await.unwrap(),
            Self::NoKey => {
                let old = jeton.ledger.entities().service(house.service).unwrap();
                let settings = Settings { signing_alg: Algorithm::EdDSA, ..old.settings.clone() };
                let service = Service { settings, ..Service::clone(&old) };
                house.store.apply(Command::of(vec![Write::Service(Box::new(service))])).await.unwrap();
                // As after a restart: caches are filled again.
                jeton.administration.enable_service(&admin, other.service, true).await.unwrap();
                let now = jeton.ledger.entities().service(house.service).unwrap();
                assert_eq!(now.settings.signing_alg, Algorithm::EdDSA);
            }
            Self::ParentRevoked => revoke(house, &ready.parent.take().unwrap()).await,
            Self::FamilyRevoked => revoke(house, &ready.family.take().unwrap()).await,
            Self::Suspended => {
                let (words, undo_window) = (FilterWords::default(), Duration::from_secs(900));
                let order = SuspensionRequest { words, all: true, undo_window, expect: None };
                jeton.administration.suspensions.suspend(&admin, house.service, order, "test").await.unwrap();
            }
            Self::OriginDisabled => house.change_client("app", |c| c.enabled = false).await,
            Self::AnotherClient => (ready.client, ready.secret) = ("thief".into(), SECRET.into()),
            Self::AnotherService => {}
        }
    }

    /// Restores the former state; clients are written again before each attempt.
    pub(super) async fn put_back(self, house: &House) {
        match self {
            Self::ServiceDisabled => {
                drop(house.jeton.administration.enable_service(&Caller::local(), house.service, true).await.unwrap());
            }
            Self::PersonDisabled => house.change_person(USER, |u| u.enabled = true).await,
            Self::PersonDeleted => drop(house.person(USER, PASSWORD).await),
            Self::Suspended => {
                let (admin, jeton) = (Caller::local(), &house.jeton);
                let (all, _) =
                    jeton.administration.suspensions.all(&admin, house.service, Page::first(1000)).await.unwrap();
                for suspension in all.items.iter().filter(|suspension| suspension.is_active()) {
                    jeton.administration.suspensions.undo(&admin, house.service, suspension.id).await.unwrap();
                }
            }
            Self::NoKey => house.set(|s| s.signing_alg = Settings::default().signing_alg).await,
            _ => {}
        }
        // Budgets of guesses refill.
        house.wait(61);
    }
}

async fn revoke(house: &House, (client, token): &(String, String)) {
    Ask::post("/token/revoke").basic(client, SECRET).form(&[("token", token)]).send(house).await.ok();
}
