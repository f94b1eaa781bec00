//! Everything that can be read of a small ledger.

use std::ops::RangeInclusive;

use jeton_core::Store;
use jeton_core::ids::{DeviceId, GrantId, ServiceId, TokenId};
use jeton_core::model::{
    Client, Device, Document, DocumentKind, Event, Grant, KeyRecord, Service, SingleUse, SingleUseKind, Token,
    TokenUse, User,
};
use jeton_core::store::{StoreFuture, TokenFilter};

use super::probe::ALL;
use crate::sample;

/// Grants that a snapshot looks at: a noun without a list is found by number only. Others are not seen.
const GRANTS: RangeInclusive<u64> = 1..=32;
/// And those at this many multiples of [`STRIDE`].
pub(super) const FAR_GRANTS: RangeInclusive<u64> = 1..=31;
/// Numbers that are far apart, like those of an old ledger.
pub(super) const STRIDE: u64 = 50_021;
/// Devices that a snapshot looks at.
const DEVICES: RangeInclusive<u64> = 1..=16;
/// Single-use entries that a snapshot looks at, of [`SINGLE_USE_KINDS`].
const SINGLE_USES: RangeInclusive<u64> = 1..=8;
/// Kinds of single-use entries that a snapshot looks at.
pub(super) const SINGLE_USE_KINDS: [SingleUseKind; 2] = [sample::SINGLE_USE, sample::OTHER_SINGLE_USE];
/// Services whose records a snapshot looks at.
const SERVICES: [ServiceId; 2] = [sample::SERVICE, sample::OTHER_SERVICE];
/// Kinds of documents that a snapshot looks at.
const DOCUMENT_KINDS: [DocumentKind; 2] = [DocumentKind::Scope, DocumentKind::Consent];

/// What is there, each noun in a fixed order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Snapshot {
    tokens: Vec<Token>,
    aliases: Vec<Token>,
    /// Of those tokens, the scopes in the order of the alphabet: they are a set.
    uses: Vec<TokenUse>,
    grants: Vec<Grant>,
    single_uses: Vec<SingleUse>,
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
            services: store.services().await.unwrap(),
            events: store.events(None, 100_000).await.unwrap(),
            ..Self::default()
        };
        all.read_by_number(store).await;
        all.read_by_service(store).await;
        all.services.sort_by_key(|service| service.id);
        all.keys.sort_by_key(|key| key.id);
        all.events.sort_by_key(|event| (event.at, event.token));
        all
    }

    async fn read_by_number(&mut self, store: &dyn Store) {
        let alias = |token: &Token| store.token_by_alias(token.service, sample::hash(token.id.get()));
        self.aliases = at_once(self.tokens.iter().map(alias)).await;
        self.grants = at_once(GRANTS.chain(FAR_GRANTS.map(|n| n * STRIDE)).map(|n| store.grant(GrantId::new(n)))).await;
        self.devices = at_once(DEVICES.map(|n| store.device(DeviceId::new(n)))).await;
        for kind in SINGLE_USE_KINDS {
            self.single_uses
                .extend(at_once(SINGLE_USES.map(|n| store.single_use(kind, sample::single_use_key(n)))).await);
        }
        let ids: Vec<_> = self.tokens.iter().map(|token| token.id).collect();
        self.uses = uses(store, &ids).await;
        // A list and a look-up show the same.
        let read = at_once(self.tokens.iter().map(|token| store.token(token.id))).await;
        assert_eq!(read, self.tokens);
    }

    async fn read_by_service(&mut self, store: &dyn Store) {
        for service in SERVICES {
            let clients = store.clients(service, ALL).await.unwrap().items;
            let by_name = clients.iter().map(|c| store.client_by_id(service, c.client_id.as_str()));
            assert_eq!(at_once(by_name).await, clients);
            self.clients.extend(clients);
            let users = store.users(service, ALL).await.unwrap().items;
            assert_eq!(at_once(users.iter().map(|u| store.user_by_name(service, &u.username))).await, users);
            assert_eq!(at_once(users.iter().map(|u| store.user_by_sub(service, &u.sub))).await, users);
            self.users.extend(users);
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
            .or_else(|| of("uses", &self.uses, &expected.uses))
            .or_else(|| of("grants", &self.grants, &expected.grants))
            .or_else(|| of("once entries", &self.single_uses, &expected.single_uses))
            .or_else(|| of("clients", &self.clients, &expected.clients))
            .or_else(|| of("users", &self.users, &expected.users))
            .or_else(|| of("services", &self.services, &expected.services))
            .or_else(|| of("keys", &self.keys, &expected.keys))
            .or_else(|| of("documents", &self.documents, &expected.documents))
            .or_else(|| of("devices", &self.devices, &expected.devices))
            .or_else(|| of("events", &self.events, &expected.events))
    }
}

/// The recorded uses of tokens, in a fixed order.
pub(super) async fn uses(store: &dyn Store, tokens: &[TokenId]) -> Vec<TokenUse> {
    let mut uses = store.uses(tokens).await.unwrap();
    for known in &mut uses {
        let mut words: Vec<_> = known.scopes.words().collect();
        words.sort_unstable();
        known.scopes = sample::scope(&words.join(" "));
    }
    uses.sort_by_key(|known| known.token);
    uses
}

/// The existing ones of the requested records, all reads at once.
async fn at_once<'a, T>(asked: impl Iterator<Item = StoreFuture<'a, Option<T>>>) -> Vec<T> {
    futures::future::try_join_all(asked).await.unwrap().into_iter().flatten().collect()
}
