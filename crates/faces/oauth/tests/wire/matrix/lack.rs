//! What is missing, or belongs to another party.

use std::time::Duration;

use jeton_core::administration::Caller;
use jeton_core::filter::FilterWords;
use jeton_core::model::Settings;
use jeton_core::store::Page;
use jeton_core::suspension::SuspensionRequest;

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

pub(super) const LACKS: [Lack; 12] = [
    Lack::ServiceDisabled,
    Lack::ClientDisabled,
    Lack::ClientDeleted,
    Lack::AnotherSecret,
    Lack::PersonDisabled,
    Lack::PersonDeleted,
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
    pub(super) async fn take_away(self, house: &House, ready: &mut Ready) {
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
            _ => {}
        }
        // Budgets of guesses refill.
        house.wait(61);
    }
}

async fn revoke(house: &House, (client, token): &(String, String)) {
    Ask::post("/token/revoke").basic(client, SECRET).form(&[("token", token)]).send(house).await.ok();
}
