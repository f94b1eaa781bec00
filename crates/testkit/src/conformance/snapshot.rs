//! Everything that can be read of a small ledger.

use jeton_core::Store;
use jeton_core::ids::{DeviceId, GrantId, ServiceId};
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, Once, OnceKind, Service, Token, User,
};
use jeton_core::store::TokenFilter;

use super::probe::ALL;
use crate::sample;

/// Numbers that a snapshot looks at, where a noun has no list: grants, devices, aliases. Others are not seen.
pub(super) const NUMBERS: std::ops::RangeInclusive<u64> = 1..=64;
/// Single-use entries that a snapshot looks at, of these kinds.
pub(super) const ONCE_NUMBERS: std::ops::RangeInclusive<u64> = 1..=8;
/// Kinds of single-use entries that a snapshot looks at.
pub(super) const ONCE_KINDS: [OnceKind; 2] = [OnceKind::Code, OnceKind::DpopId];
/// Services whose records a snapshot looks at.
pub(super) const SERVICES: [ServiceId; 2] = [sample::SERVICE, sample::OTHER_SERVICE];
/// Kinds of documents that a snapshot looks at.
pub(super) const DOCUMENT_KINDS: [DocumentKind; 2] = [DocumentKind::Scope, DocumentKind::Consent];

/// What is there, each noun in a fixed order.
#[derive(Debug, PartialEq)]
pub(super) struct Snapshot {
    tokens: Vec<Token>,
    aliases: Vec<(u64, Token)>,
    grants: Vec<Grant>,
    onces: Vec<Once>,
    clients: Vec<Client>,
    users: Vec<User>,
    services: Vec<Service>,
    keys: Vec<KeyRecord>,
    documents: Vec<Document>,
    devices: Vec<Device>,
    /// By time, for commands that were applied at once may have been applied in any order.
    events: Vec<Event>,
}

impl Snapshot {
    /// Reads everything.
    pub(super) async fn of(store: &dyn Store) -> Self {
        let mut all = Self {
            tokens: store.tokens(&TokenFilter::default(), ALL).await.unwrap().items,
            aliases: Vec::new(),
            grants: Vec::new(),
            onces: Vec::new(),
            clients: Vec::new(),
            users: Vec::new(),
            services: store.services().await.unwrap(),
            keys: Vec::new(),
            documents: Vec::new(),
            devices: Vec::new(),
            events: store.events(None, 100_000).await.unwrap(),
        };
        all.read_by_number(store).await;
        all.read_by_service(store).await;
        all.services.sort_by_key(|service| service.id);
        all.keys.sort_by_key(|key| key.id);
        all.events.sort_by_key(|event| (event.at, event.token));
        all
    }

    async fn read_by_number(&mut self, store: &dyn Store) {
        for n in NUMBERS {
            self.grants.extend(store.grant(GrantId::new(n)).await.unwrap());
            self.devices.extend(store.device(DeviceId::new(n)).await.unwrap());
            let token = store.token_by_alias(sample::SERVICE, sample::hash(n)).await.unwrap();
            self.aliases.extend(token.map(|token| (n, token)));
        }
        for kind in ONCE_KINDS {
            for n in ONCE_NUMBERS {
                self.onces.extend(store.once(kind, sample::once_key(n)).await.unwrap());
            }
        }
    }

    async fn read_by_service(&mut self, store: &dyn Store) {
        for service in SERVICES {
            self.clients.extend(store.clients(service, ALL).await.unwrap().items);
            self.users.extend(store.users(service, ALL).await.unwrap().items);
            self.keys.extend(store.keys(service).await.unwrap());
            for kind in DOCUMENT_KINDS {
                self.documents.extend(store.documents(service, kind, None, ALL).await.unwrap().items);
            }
        }
    }

    /// The first noun that differs, for a message that can be read.
    pub(super) fn difference(&self, expected: &Self) -> Option<String> {
        fn of<T: PartialEq + std::fmt::Debug>(noun: &str, is: &[T], expected: &[T]) -> Option<String> {
            let more: Vec<_> = is.iter().filter(|x| !expected.contains(x)).collect();
            let less: Vec<_> = expected.iter().filter(|x| !is.contains(x)).collect();
            (is != expected).then(|| format!("{noun}: the store has {more:#?}\nand should have {less:#?}"))
        }
        of("tokens", &self.tokens, &expected.tokens)
            .or_else(|| of("aliases", &self.aliases, &expected.aliases))
            .or_else(|| of("grants", &self.grants, &expected.grants))
            .or_else(|| of("once entries", &self.onces, &expected.onces))
            .or_else(|| of("clients", &self.clients, &expected.clients))
            .or_else(|| of("users", &self.users, &expected.users))
            .or_else(|| of("services", &self.services, &expected.services))
            .or_else(|| of("keys", &self.keys, &expected.keys))
            .or_else(|| of("documents", &self.documents, &expected.documents))
            .or_else(|| of("devices", &self.devices, &expected.devices))
            .or_else(|| of("events", &self.events, &expected.events))
    }
}
