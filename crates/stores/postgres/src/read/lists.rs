//! Lists: a page and the exact total, of one moment.

use jeton_model::ids::ServiceId;
use jeton_model::records::{Document, DocumentKind, Event, Token, TokenUse};
use jeton_model::store::{Listing, Order, Page, StoreError, TokenFilter};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::Pool;
use super::filter::Condition;
use super::live::Live;
use super::names::{DOCUMENT, Noun};
use super::numbered::{number, numbered};
use crate::records::{events, tokens, uses};

impl Pool {
    /// A page of tokens.
    pub(crate) async fn tokens(&self, filter: &TokenFilter, page: Page) -> Result<Listing<Token>, StoreError> {
        if let Some(live) = Live::of(filter)
            && let Some(listing) = self.live(&live, page).await?
        {
            return Ok(listing);
        }
        let condition = Condition::tokens(filter);
        self.page("tokens", tokens::COLUMNS, condition, page, |row| tokens::read(row, 1)).await
    }

    /// The next tokens by number, uncounted.
    pub(crate) async fn tokens_after(
        &self,
        filter: &TokenFilter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Token>, StoreError> {
        let mut condition = Condition::tokens(filter);
        let sql = numbered(&mut condition, Page { after, ..Page::first(limit) });
        self.meeting(&sql, condition).await?.iter().map(|row| tokens::read(row, 0)).collect()
    }

    /// What is known of these tokens' use.
    pub(crate) async fn uses(&self, tokens: &[i64]) -> Result<Vec<TokenUse>, StoreError> {
        let sql = "SELECT id, last, count, source, scopes FROM token_uses WHERE id = ANY($1::bigint[]) ORDER BY id";
        self.rows(sql, &[&tokens]).await?.iter().map(|row| uses::read(row, 0)).collect()
    }

    /// A page of a service's records.
    pub(crate) async fn record_page<T: DeserializeOwned>(
        &self,
        noun: Noun,
        service: ServiceId,
        page: Page,
    ) -> Result<Listing<T>, StoreError> {
        let mut condition = Condition::everything();
        condition.number("t.service = ?", service.sql());
        self.page(noun.table, "t.id, t.body", condition, page, |row| noun.read(row, 2)).await
    }

    /// A page of documents.
    pub(crate) async fn document_page(
        &self,
        service: ServiceId,
        kind: DocumentKind,
        owner: Option<&str>,
        page: Page,
    ) -> Result<Listing<Document>, StoreError> {
        let mut condition = Condition::everything();
        condition.number("t.service = ?", service.sql());
        condition.and("t.kind = ?", Box::new(kind.sql()), Type::INT2);
        if let Some(owner) = owner {
            condition.text("t.owner = ?", owner);
        }
        self.page(DOCUMENT.table, "t.id, t.body", condition, page, |row| DOCUMENT.read(row, 2)).await
    }

    /// The next documents of one kind in all services, by number.
    pub(crate) async fn documents_of_all(
        &self,
        kind: DocumentKind,
        owner: Option<&str>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let mut condition = Condition::everything();
        condition.and("t.kind = ?", Box::new(kind.sql()), Type::INT2);
        if let Some(owner) = owner {
            condition.text("t.owner = ?", owner);
        }
        let [after, limit] = [after, limit.into()].map(|n| condition.bind(number(n), Type::INT8));
        let sql = format!(
            "SELECT t.body FROM {} AS t WHERE {} AND t.id > {after} ORDER BY t.id LIMIT {limit}",
            DOCUMENT.table,
            condition.sql()
        );
        self.meeting(&sql, condition).await?.iter().map(|row| DOCUMENT.read(row, 0)).collect()
    }

    /// The latest events, newest first.
    pub(crate) async fn events(&self, service: Option<ServiceId>, limit: u32) -> Result<Vec<Event>, StoreError> {
        let mut condition = Condition::everything();
        if let Some(service) = service {
            condition.number("e.service = ?", service.sql());
        }
        let limit = condition.bind(Box::new(i64::from(limit)), Type::INT8);
        let sql = format!(
            "SELECT {} FROM events AS e WHERE {} ORDER BY e.written DESC, e.stream DESC, e.seq DESC \
             LIMIT {limit}",
            events::COLUMNS,
            condition.sql()
        );
        self.meeting(&sql, condition).await?.iter().map(|row| events::read(row, 0)).collect()
    }

    /// One statement for both, so that page and total are of the same moment. It is planned for these very values.
    async fn page<T>(
        &self,
        table: &str,
        columns: &str,
        mut condition: Condition,
        page: Page,
        read: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Listing<T>, StoreError> {
        let wanted = condition.sql().to_owned();
        let after = condition.bind(number(page.after), Type::INT8);
        let (order, outer, onward) = match page.order {
            Order::Id => ("t.id", "p.id", format!("t.id > {after}")),
            // Tokens without expiry come first.
            Order::Expiry => ("t.expires NULLS FIRST, t.id", "p.expires NULLS FIRST, p.id", format!("{after} >= 0")),
        };
        let limit = condition.bind(number(page.limit.into()), Type::INT8);
        let skip = condition.bind(number(page.skip), Type::INT8);
        let sql = format!(
            "SELECT (SELECT count(*) FROM {table} AS t WHERE {wanted}), p.* FROM (SELECT 1) AS one LEFT JOIN \
             (SELECT {columns} FROM {table} AS t WHERE {wanted} AND {onward} ORDER BY {order} LIMIT {limit} \
             OFFSET {skip}) AS p ON true ORDER BY {outer}"
        );
        let rows = self.meeting(&sql, condition).await?;
        let total = rows.first().map_or(Ok(0), |row| row.try_get::<_, i64>(0)).map_err(StoreError::failed)?;
        // An empty page is one row without a number.
        let has_item = |row: &&Row| row.try_get::<_, Option<i64>>(1).is_ok_and(|id| id.is_some());
        let items = rows.iter().filter(has_item).map(read).collect::<Result<_, _>>()?;
        Ok(Listing { items, total: u64::try_from(total).unwrap_or_default() })
    }

    async fn meeting(&self, sql: &str, condition: Condition) -> Result<Vec<Row>, StoreError> {
        let parameters = condition.parameters();
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            parameters.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect();
        self.planned(sql, &parameters).await
    }
}
