//! Lists of live tokens without counting row by row: the tally gives the number of tokens and, by expiry, the intervals
//! that contain the page; only these are read.

use futures::future::{FutureExt as _, try_join};
use jeton_model::clock::Timestamp;
use jeton_model::records::{Subject, Token, TokenKind};
use jeton_model::store::{Listing, Order, Page, StoreError, TokenFilter};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::Pool;
use super::filter::Condition;
use super::live_sql::Statements;
use super::live_window::{Part, Ranges, Window};
use super::numbered::numbered;
use super::pool::Ask;
use crate::fault::Fault;
use crate::link::Session;
use crate::records::{is_storable, tokens};
use crate::tally::{FINEST, LAST_END, NEVER_LIMIT, Owner, WIDEST, until, width};

/// One moment for all that is read.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ";

/// A plan made while a table was empty is kept, and would scan it when it is full. One plan is used for all values:
/// planning takes longer than executing, and compiling ten times as long again.
const BY_KEY: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
    SET LOCAL enable_mergejoin = off; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off";

/// A list that the tally knows: of a service, or of a client or subject there, live at a moment; all of it, or what ends before
/// another moment.
pub(super) struct Live {
    filter: TokenFilter,
    service: i64,
    owner: Owner,
    /// The name whose list it is.
    name: String,
    kinds: Vec<i16>,
    /// Ending after this; [`i64::MAX`]: none of those that end.
    after: i64,
    /// Ending before this; none: also later, or never.
    before: Option<i64>,
    /// Those that never end are the buckets that end before this.
    never: i64,
    statements: Statements,
}

impl Live {
    /// The list that a filter means, if it is one of these.
    pub(super) fn of(filter: &TokenFilter) -> Option<Self> {
        let (service, at) = (filter.service?, filter.live_at?.millis());
        let plain = TokenFilter {
            service: filter.service,
            kinds: filter.kinds.clone(),
            client: filter.client,
            subject: filter.subject.clone(),
            ends: filter.ends,
            live_at: filter.live_at,
            expires_before: filter.expires_before,
            ..TokenFilter::default()
        };
        let before = filter.expires_before.map(Timestamp::millis);
        let ends = if before.is_some() && filter.ends.is_none() { Some(true) } else { filter.ends };
        if before.is_some_and(|before| ends == Some(false) || before <= at || before >= LAST_END - width(WIDEST)) {
            return None;
        }
        if plain != *filter || at <= NEVER_LIMIT + width(WIDEST) || at >= LAST_END - width(WIDEST) {
            return None;
        }
        let (owner, name) = match (filter.client, &filter.subject) {
            (None, None) => (Owner::Service, ""),
            (Some(client), None) => (Owner::Client(client.sql()), ""),
            (None, Some(Subject::User(user))) => (Owner::User(user.sql()), ""),
            (None, Some(Subject::External(name))) if is_storable(name) => (Owner::named(name), &**name),
            _ => return None,
        };
        let all = filter.kinds.is_empty();
        let mut kinds: Vec<i16> =
            if all { &TokenKind::ALL[..] } else { &filter.kinds }.iter().map(|k| k.sql()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Some(Self {
            filter: plain,
            service: service.sql(),
            owner,
            name: name.to_owned(),
            kinds,
            after: if ends == Some(false) { i64::MAX } else { at },
            before,
            never: if ends == Some(true) { i64::MIN } else { NEVER_LIMIT },
            statements: Statements::of(&owner),
        })
    }
}

/// What the first look finds.
struct Overview {
    /// Whether the tally is complete.
    began: bool,
    /// Up to when a sweep has removed tokens, and what the tally had of them.
    swept: i64,
    total: i64,
    parts: Vec<Part>,
}

/// The ends of the intervals of each width that contain this moment.
fn ends_of(moment: i64) -> [i64; 3] {
    match moment {
        i64::MAX => [i64::MAX; 3],
        moment => [10, 20, 30].map(|level| until(moment, level)),
    }
}

/// A page that is asked for.
struct Wanted<'a> {
    live: &'a Live,
    page: Page,
}

/// A session within one snapshot. It is rolled back when it is dropped: nothing was written, so no caller waits for
/// that.
struct Snapshot<'a>(&'a Session);

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // Sent when it is first polled; the answer is not needed.
        let _ = self.0.batch("ROLLBACK").now_or_never();
    }
}

impl Pool {
    /// A page of a list that the tally knows; none where rows have to be counted after all.
    pub(super) async fn live(&self, live: &Live, page: Page) -> Result<Option<Listing<Token>>, StoreError> {
        match self.ask(&Wanted { live, page }).await? {
            Some((total, rows)) => live.listing(total, &rows, page),
            None => Ok(None),
        }
    }
}

impl Ask for Wanted<'_> {
    type Answer = Option<(i64, Vec<Row>)>;
    const LONG: bool = true;

    async fn of(&self, session: &mut Session) -> Result<Self::Answer, Fault> {
        self.live.read(session, self.page).await
    }
}

impl Live {
    /// Total and rows, of one snapshot.
    async fn read(&self, session: &Session, page: Page) -> Result<Option<(i64, Vec<Row>)>, Fault> {
        let snapshot = Snapshot(session);
        // In the order of numbers the tally knows the total only.
        let mut window = if page.order == Order::Expiry { Window::of(page) } else { Window::NOTHING };
        let settings = session.settings();
        let begin = format!("{BEGIN}{settings}{}{BY_KEY}", if settings.is_empty() { "" } else { "; " });
        session.prepared(&self.statements.overview).await?;
        let mut from = self.after;
        // One behind the other, without waiting in between.
        let ((), mut found) = try_join(session.batch(&begin), self.overview(session, window, (from, from))).await?;
        if found.swept > from {
            // The tally has nothing of what ended by then; the few rows that are left of it are counted.
            from = found.swept;
            found = self.overview(session, window, (self.after, from)).await?;
        }
        let Overview { began, mut total, mut parts, swept } = found;
        if !began {
            return Ok(None);
        }
        if let Some(before) = self.before {
            let after = before - 1;
            total -= self.overview(session, Window::NOTHING, (after, after.max(swept))).await?.total;
            // The list is in the order of expiry: it begins with those that end soon enough.
            window = window.within(total);
            parts.retain(|part| window.meets(part));
        }
        while parts.iter().any(|part| part.level > FINEST) {
            parts = self.finer(session, parts, window).await?;
        }
        let rows = if page.order == Order::Id && page.limit > 0 {
            self.numbered(session, page).await?
        } else if parts.is_empty() {
            Vec::new()
        } else {
            self.rows(session, &parts, window, from).await?
        };
        drop(snapshot);
        Ok(Some((total, rows)))
    }

    /// The total, and the parts of the list that meet the window: narrow buckets first, wider ones further on.
    /// `after`: of what ends after that; `from`: what ends by then is counted row by row.
    async fn overview(&self, snapshot: &Session, window: Window, (after, from): (i64, i64)) -> Result<Overview, Fault> {
        let ends = ends_of(from);
        let statement = snapshot.prepared(&self.statements.overview).await?;
        let key = self.owner.key();
        let (number, name) = self.scanned();
        let facet = self.owner.facet();
        let parameters: [&(dyn ToSql + Sync); 13] = [
            &self.service,
            &number,
            &name,
            &facet,
            &key,
            &self.kinds,
            &after,
            &ends[0],
            &ends[1],
            &ends[2],
            &self.never,
            &window.from,
            &window.to,
        ];
        let rows = snapshot.rows(&statement, &parameters).await?;
        let mut found = Overview { began: false, swept: i64::MIN, total: 0, parts: Vec::new() };
        for row in &rows {
            let (began, swept) = (row.try_get::<_, Option<i64>>(0)?, row.try_get::<_, Option<i64>>(1)?);
            found.began = began.is_some_and(|at| at != 0) && swept.is_some();
            found.swept = swept.unwrap_or(i64::MIN);
            found.total = row.try_get(2)?;
            if let Some(level) = row.try_get::<_, Option<i16>>(3)? {
                let kinds = if row.try_get::<_, i64>(4)? == ends[0] {
                    self.kinds.clone()
                } else {
                    self.kinds_of(row.try_get(7)?)
                };
                found.parts.push(Part {
                    level,
                    until: row.try_get(4)?,
                    n: row.try_get(5)?,
                    before: row.try_get(6)?,
                    kinds,
                });
            }
        }
        Ok(found)
    }

    /// The same parts in narrower buckets, as far as they meet the window.
    async fn finer(&self, snapshot: &Session, parts: Vec<Part>, window: Window) -> Result<Vec<Part>, Fault> {
        let statement = snapshot.prepared(&self.statements.finer).await?;
        let wide: Vec<&Part> = parts.iter().filter(|part| part.level > FINEST).collect();
        let levels: Vec<i16> = wide.iter().map(|part| part.level).collect();
        let ends: Vec<i64> = wide.iter().map(|part| part.until).collect();
        let (facet, key) = (self.owner.facet(), self.owner.key());
        let rows = snapshot.rows(&statement, &[&self.service, &facet, &key, &self.kinds, &levels, &ends]).await?;
        let mut found = Vec::new();
        let mut children = rows.iter().peekable();
        for part in parts {
            if part.level == FINEST {
                found.push(part);
                continue;
            }
            let mut before = part.before;
            while let Some(row) = children.next_if(|row| row.try_get(0).is_ok_and(|end: i64| end == part.until)) {
                let child = Part {
                    level: row.try_get(1)?,
                    until: row.try_get(2)?,
                    n: row.try_get(3)?,
                    kinds: self.kinds_of(row.try_get(4)?),
                    before,
                };
                before += child.n;
                if window.meets(&child) {
                    found.push(child);
                }
            }
        }
        Ok(found)
    }

    /// The rows of the window.
    async fn rows(&self, snapshot: &Session, parts: &[Part], window: Window, from: i64) -> Result<Vec<Row>, Fault> {
        let statement = snapshot.prepared(&self.statements.page).await?;
        let first = parts.first().map_or(0, |part| part.before);
        let (ending, never) = Ranges::of(parts, (self.after, ends_of(from)[0]), self.never);
        let (number, name) = self.scanned();
        let (skip, limit) = ((window.from - first).max(0), window.to - window.from);
        snapshot
            .rows(
                &statement,
                &[
                    &self.service,
                    &number,
                    &name,
                    &ending.low,
                    &ending.high,
                    &ending.kinds,
                    &never.low,
                    &never.high,
                    &never.kinds,
                    &limit,
                    &skip,
                ],
            )
            .await
    }

    /// The rows of a page in the order of numbers.
    async fn numbered(&self, snapshot: &Session, page: Page) -> Result<Vec<Row>, Fault> {
        let mut condition = Condition::tokens(&self.filter);
        let sql = numbered(&mut condition, page);
        let parameters = condition.parameters();
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            parameters.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect();
        Ok(snapshot.client.query_typed(&sql, &parameters).await?)
    }

    /// The number or the name by which rows are found.
    fn scanned(&self) -> (i64, &str) {
        match self.owner {
            Owner::Client(number) | Owner::User(number) => (number, ""),
            Owner::Service | Owner::Name(_) => (0, &self.name),
        }
    }

    /// The kinds whose bits are set.
    fn kinds_of(&self, bits: i64) -> Vec<i16> {
        self.kinds.iter().copied().filter(|kind| bits >> kind & 1 == 1).collect()
    }

    /// None when the tally and the rows disagree: then the rows are right.
    fn listing(&self, total: i64, rows: &[Row], page: Page) -> Result<Option<Listing<Token>>, StoreError> {
        let Ok(total) = u64::try_from(total) else { return Ok(None) };
        let bounded = page.order == Order::Expiry || page.limit == 0;
        if bounded && rows.len() as u64 != total.saturating_sub(page.skip).min(page.limit.into()) {
            tracing::warn!(service = self.service, total, rows = rows.len(), "the tally of live tokens is wrong");
            return Ok(None);
        }
        let items = rows.iter().map(|row| tokens::read(row, 0)).collect::<Result<_, _>>()?;
        Ok(Some(Listing { items, total }))
    }
}
