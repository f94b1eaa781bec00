//! Which cached data a command changes.
//!
//! It is derived from the writes, and for tables that are cached as a whole (scopes, suspensions) from the event that reports the
//! change to other nodes: this node must follow it as they do.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Inspection;
use super::memory::Memory;
use crate::catalog::Catalog;
use crate::suspension;
use jeton_model::Refusal;
use jeton_model::ids::{ClientKey, GrantId, ServiceId, TokenId, UserKey};
use jeton_model::records::{Event, EventKind};
use jeton_model::store::{Command, Precondition, Write};

/// The rows and whole tables that a command changes.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Touched {
    tokens: Vec<TokenId>,
    grants: Vec<GrantId>,
    clients: Vec<ClientKey>,
    users: Vec<UserKey>,
    services: BTreeSet<ServiceId>,
    keys: BTreeSet<ServiceId>,
    catalogs: BTreeSet<ServiceId>,
    suspensions: BTreeSet<ServiceId>,
}

impl Touched {
    /// What a command changes; none: nothing that may be cached.
    pub(super) fn of(command: &Command) -> Option<Self> {
        let mut touched = Self::default();
        match &command.when {
            Some(Precondition::Rotate { token, .. }) => touched.tokens.push(*token),
            // The row that is replaced is among the writes; a row that must be active is not changed by that.
            Some(
                Precondition::Active(_)
                | Precondition::Consume { .. }
                | Precondition::Claim(_)
                | Precondition::Unchanged(_),
            )
            | None => {}
        }
        for write in &command.writes {
            match write {
                Write::RevokeToken { id, .. } | Write::AmendToken { id, .. } => touched.tokens.push(*id),
                Write::RevokeGrant { id, .. } | Write::AmendGrant { id, .. } => touched.grants.push(*id),
                Write::Client(client) => touched.clients.push(client.key),
                Write::DeleteClient(key) => touched.clients.push(*key),
                Write::User(user) => touched.users.push(user.key),
                Write::DeleteUser(key) => touched.users.push(*key),
                Write::Service(service) => {
                    touched.services.insert(service.id);
                }
                Write::Key(key) => {
                    touched.keys.insert(key.service);
                }
                Write::Event(event) => touched.whole_of(event),
                // A new row is not cached yet; the others are read each time.
                Write::Token { .. }
                | Write::Grant(_)
                | Write::SingleUse { .. }
                | Write::DropSingleUse { .. }
                | Write::Used(_)
                | Write::DeleteKey(_)
                | Write::Document(_)
                | Write::DeleteDocument(_)
                | Write::Device(_) => {}
            }
        }
        (touched != Self::default()).then_some(touched)
    }

    /// What other nodes' events report.
    pub(super) fn of_events(events: &[Event]) -> Self {
        let mut touched = Self::default();
        for event in events {
            let (tokens, grants) = event.batch();
            touched.tokens.extend(event.token.into_iter().chain(tokens));
            touched.grants.extend(event.grant.into_iter().chain(grants));
            touched.clients.extend(event.client);
            touched.users.extend(event.user);
            touched.services.extend(event.service.filter(|_| event.kind == EventKind::ServicePut));
            touched.whole_of(event);
        }
        touched
    }

    /// Records the whole table that this event reports as changed.
    fn whole_of(&mut self, event: &Event) {
        let Some(service) = event.service else { return };
        match (event.kind, event.detail.as_deref()) {
            (EventKind::TokensSuspended | EventKind::TokensResumed, _)
            | (EventKind::DocumentChanged, Some(suspension::CHANGED)) => {
                self.suspensions.insert(service);
            }
            (EventKind::DocumentChanged, Some(Catalog::CHANGED)) => {
                self.catalogs.insert(service);
            }
            (EventKind::KeyChanged, _) => {
                self.keys.insert(service);
            }
            _ => {}
        }
    }

    /// The rows that a verdict depends on.
    pub(super) fn behind(live: &Inspection) -> Self {
        Self {
            tokens: std::iter::once(live.token.id).chain(live.token.parent).collect(),
            grants: live.grant.iter().map(|grant| grant.id).collect(),
            clients: live.client.iter().map(|client| client.key).collect(),
            users: live.user.iter().map(|user| user.key).collect(),
            ..Self::default()
        }
    }

    /// Removes the rows from the cache.
    pub(super) fn forget(&self, memory: &Memory) {
        self.tokens.iter().for_each(|id| memory.token_cache.token_changed(*id, None));
        self.grants.iter().for_each(|id| memory.token_cache.grant_changed(*id));
        self.clients.iter().for_each(|key| memory.entities.client_changed(*key));
        self.users.iter().for_each(|key| memory.entities.user_changed(*key));
        self.keys.iter().for_each(|service| memory.keys.forget(*service));
    }

    /// It is unknown whether the whole tables changed: they are read again as soon as the store answers.
    pub(super) fn mark_stale(&self, memory: &Arc<Memory>) {
        self.suspensions.iter().for_each(|service| memory.suspended.mark_stale(*service));
        if !self.services.is_empty() || !self.catalogs.is_empty() {
            memory.reconcile_later(|left| {
                left.services.extend(&self.services);
                left.catalogs.extend(&self.catalogs);
            });
        }
    }

    /// Reads the changed tables again.
    ///
    /// # Errors
    /// When the store fails; then they are treated as unknown.
    pub(super) async fn reload(&self, memory: &Arc<Memory>) -> Result<(), Refusal> {
        let read = async {
            for service in &self.suspensions {
                memory.suspended.reload(*service).await?;
            }
            for service in &self.catalogs {
                memory.entities.reload_catalog(*service).await?;
            }
            for service in &self.services {
                memory.entities.reload_service(*service).await?;
            }
            Ok(())
        };
        read.await.inspect_err(|_| self.mark_stale(memory))
    }
}
