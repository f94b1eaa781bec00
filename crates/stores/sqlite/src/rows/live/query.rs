//! The filters that the lists of live tokens can answer.

use jeton_model::records::TokenKind;
use jeton_model::store::TokenFilter;
use rusqlite::Connection;

use super::partition::{Key, Partition, partition};
use super::walk::Walk;
use crate::fault::Done;
use crate::rows::owner::Owner;

/// A filter that selects only live tokens of a service, of some kinds, of one owner at most.
pub(crate) struct LiveFilter {
    service: i64,
    owner: Owner,
    kinds: Vec<TokenKind>,
    ends: Option<bool>,
    now: i64,
    /// Only those that end before this.
    before: Option<i64>,
}

impl LiveFilter {
    /// The filter as one, if it is.
    pub(crate) fn of(filter: &TokenFilter) -> Option<Self> {
        let TokenFilter { service, kinds, client, subject, ends, live_at, expires_before, .. } = filter.clone();
        // No other condition is allowed, also no future member of the filter.
        let asked =
            TokenFilter { service, client, ends, live_at, expires_before, kinds, subject, ..TokenFilter::default() };
        if asked != *filter {
            return None;
        }
        let (service, now) = (service?.sql(), live_at?.millis());
        let owner = match (client, &asked.subject) {
            (None, None) => Owner::Service(service),
            (Some(client), None) => Owner::Client(client.sql()),
            (None, Some(subject)) => Owner::subject(subject),
            (Some(_), Some(_)) => return None,
        };
        let wanted = |kind: &TokenKind| asked.kinds.is_empty() || asked.kinds.contains(kind);
        let kinds = TokenKind::ALL.into_iter().filter(wanted).collect();
        Some(Self { service, owner, kinds, ends, now, before: expires_before.map(|at| at.millis()) })
    }

    /// How many there are.
    pub(crate) fn total(&self, connection: &Connection) -> Done<u64> {
        Ok(self.never_ending(connection)?.total() + self.totals(connection, &self.ending(connection)?)?)
    }

    /// The ids of a page in the order of expiry, and how many there are in all.
    pub(crate) fn page(&self, connection: &Connection, skip: u64, limit: u32) -> Done<(Vec<i64>, u64)> {
        let (never, ending) = (self.never_ending(connection)?, self.ending(connection)?);
        let mut ids = never.page(connection, skip, limit.into())?;
        let (total, skip) = (self.totals(connection, &ending)?, skip.saturating_sub(never.total()));
        let left = u64::from(limit).saturating_sub(ids.len() as u64).min(total.saturating_sub(skip));
        ids.extend(ending.page(connection, skip, left)?);
        Ok((ids, never.total() + total))
    }

    /// How many of those that end, from the time of the list on, end soon enough.
    fn totals(&self, connection: &Connection, ending: &Walk) -> Done<u64> {
        let Some(before) = self.before else { return Ok(ending.total()) };
        let start = Key { expires: before.max(self.now.saturating_add(1)), id: 0 };
        let partitions = self.partitions(true).filter(|_| self.ends != Some(false));
        Ok(ending.total().saturating_sub(Walk::open(connection, partitions, start)?.total()))
    }

    fn never_ending(&self, connection: &Connection) -> Done<Walk> {
        let partitions = self.partitions(false).filter(|_| self.ends != Some(true) && self.before.is_none());
        Walk::open(connection, partitions, Key::FIRST)
    }

    fn ending(&self, connection: &Connection) -> Done<Walk> {
        let partitions = self.partitions(true).filter(|_| self.ends != Some(false));
        // Behind every token that ends at this moment: no id is that high.
        Walk::open(connection, partitions, Key { expires: self.now, id: i64::MAX })
    }

    fn partitions(&self, ends: bool) -> impl Iterator<Item = Partition> {
        let new = move |kind: &TokenKind| Partition {
            service: self.service,
            owner: self.owner.clone(),
            number: partition(kind.sql().into(), ends),
        };
        self.kinds.iter().map(new)
    }
}
