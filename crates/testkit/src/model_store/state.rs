//! The model's state: a map per kind of record.

use std::collections::BTreeMap;

use jeton_core::ids::{ClientKey, DeviceId, DocumentId, GrantId, KeyId, ServiceId, TokenId, UserKey};
use jeton_core::model::{
    Client, Device, Document, Event, Grant, KeyRecord, Service, SingleUse, SingleUseKey, SingleUseKind, Token,
    TokenUse, User,
};

/// A whole ledger. Cheap enough to clone that a command is tried on a copy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(super) last_id: u64,
    pub(super) tokens: BTreeMap<TokenId, Token>,
    pub(super) uses: BTreeMap<TokenId, TokenUse>,
    pub(super) aliases: BTreeMap<(ServiceId, [u8; 32]), TokenId>,
    pub(super) grants: BTreeMap<GrantId, Grant>,
    pub(super) single_uses: BTreeMap<(i16, SingleUseKey), SingleUse>,
    pub(super) clients: BTreeMap<ClientKey, Client>,
    pub(super) users: BTreeMap<UserKey, User>,
    pub(super) services: BTreeMap<ServiceId, Service>,
    pub(super) keys: BTreeMap<KeyId, KeyRecord>,
    pub(super) documents: BTreeMap<DocumentId, Document>,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) events: Vec<Event>,
    pub(super) meta: BTreeMap<String, Vec<u8>>,
}

impl State {
    /// Sorts the events by time, for comparisons in which the order of writing does not matter.
    pub fn sort_events(&mut self) {
        self.events.sort_by_key(|event| event.at);
    }

    pub(super) fn single_use(&self, kind: SingleUseKind, key: SingleUseKey) -> Option<&SingleUse> {
        self.single_uses.get(&(kind.sql(), key))
    }
}
