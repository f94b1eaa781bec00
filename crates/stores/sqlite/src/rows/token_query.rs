//! Lists of tokens: one filter, turned into one query that begins at the narrowest list of it.

use jeton_model::ids::TokenId;
use jeton_model::records::{Token, TokenKind};
use jeton_model::store::{Listing, Order, Page, TokenFilter};
use jeton_model::terms::Term;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::live::LiveFilter;
use super::owner::Owner;
use super::record::{LONGEST_PAGE, number};
use super::token::{by_id, columns, read};
use crate::fault::{Done, Fault};

/// Whether the token was used at or after a moment.
const USED_FROM: &str = "EXISTS (SELECT 1 FROM token_use u WHERE u.id = t.id AND u.last >= ?)";

/// Whether the token was not used since a moment.
const NOT_USED_FROM: &str = "NOT EXISTS (SELECT 1 FROM token_use u WHERE u.id = t.id AND u.last >= ?)";

/// A query's text after `FROM`, with its values.
struct Query {
    /// How many conditions concern the list's row alone, from the first; none when there is no list.
    list: Option<usize>,
    conditions: Vec<String>,
    values: Vec<Value>,
}

/// Whether the answer needs tables that are written after the commits.
pub(crate) fn needs_lists(filter: &TokenFilter) -> bool {
    walks_lists(filter) || LiveFilter::of(filter).is_some()
}

/// The same for [`after`], which has no total.
pub(crate) fn walks_lists(filter: &TokenFilter) -> bool {
    narrowest(filter).is_some()
}

/// A page of those that match, in its order, and how many match in all.
pub(crate) fn page(connection: &Connection, filter: &TokenFilter, page: Page) -> Done<Listing<Token>> {
    let live = LiveFilter::of(filter);
    if let (Some(live), Order::Expiry) = (&live, page.order) {
        let (ids, total) = live.page(connection, page.skip, page.limit.min(LONGEST_PAGE))?;
        let found = ids.into_iter().map(|id| by_id(connection, TokenId::from_sql(id))?.ok_or(Fault::Corrupt("list")));
        return Ok(Listing { items: found.collect::<Done<_>>()?, total });
    }
    let query = Query::of(filter);
    let total = match live {
        Some(live) => live.total(connection)?,
        None => query.counted(connection)?,
    };
    let items = if page.limit > 0 && total > 0 { query.rows(connection, page)? } else { Vec::new() };
    Ok(Listing { items, total })
}

/// The next ones by number, uncounted.
pub(crate) fn after(connection: &Connection, filter: &TokenFilter, after: u64, limit: u32) -> Done<Vec<Token>> {
    Query::of(filter).rows(connection, Page { after, ..Page::first(limit) })
}

/// The owner in the filter that usually has the fewest tokens.
fn narrowest(filter: &TokenFilter) -> Option<Owner> {
    let parent = filter.parent.map(|p| Owner::Parent(p.sql()));
    let grant = || filter.grant.map(|g| Owner::Grant(g.sql()));
    let subject = || filter.subject.as_ref().map(Owner::subject);
    parent.or_else(grant).or_else(subject).or_else(|| filter.client.map(|c| Owner::Client(c.sql())))
}

/// The filter without the member that the list answers by itself.
fn without(mut filter: TokenFilter, owner: &Owner) -> TokenFilter {
    match owner {
        Owner::Client(_) => filter.client = None,
        Owner::Grant(_) => filter.grant = None,
        Owner::Parent(_) => filter.parent = None,
        Owner::User(_) | Owner::Name(_) => filter.subject = None,
        Owner::Service(_) => filter.service = None,
    }
    filter
}

impl Query {
    fn of(filter: &TokenFilter) -> Self {
        let mut query = Self { list: None, conditions: Vec::new(), values: Vec::new() };
        let mut rest = filter.clone();
        if let Some(owner) = narrowest(filter) {
            rest = without(rest, &owner);
            query.begin_at(owner);
        }
        for term in rest.terms() {
            query.term(term);
        }
        query
    }

    fn begin_at(&mut self, owner: Owner) {
        self.add("l.\"by\" = ?", Value::Integer(owner.by()));
        self.add(
            "l.owner = ?",
            match owner {
                Owner::Client(n) | Owner::Grant(n) | Owner::User(n) | Owner::Parent(n) | Owner::Service(n) => {
                    Value::Integer(n)
                }
                Owner::Name(name) => Value::Text(name.as_ref().to_owned()),
            },
        );
        self.list = Some(self.conditions.len());
    }

    /// [`Term::holds`] in SQL.
    fn term(&mut self, term: Term<'_>) {
        match term {
            Term::Number(column, comparison, number) => {
                self.conditions.push(format!("t.{} {} ?", column.name(), comparison.sign()));
                self.values.push(Value::Integer(number));
            }
            Term::Kinds(kinds) => self.kinds(kinds),
            Term::ExternalSubject(name) => self.add("t.subject_name = ?", Value::Text(name.into())),
            Term::Binding(print) => self.add("substr(t.binding, 2) = ?", Value::Blob(print.to_vec())),
            Term::Ends(true) => self.conditions.push("t.expires IS NOT NULL".to_owned()),
            Term::Ends(false) => self.conditions.push("t.expires IS NULL".to_owned()),
            Term::State(name) => {
                self.add("substr(t.life, 1, 1) = ?", Value::Blob(name.sql().to_be_bytes()[1..].to_vec()));
            }
            Term::Scope(word) => {
                // An empty value, or one with spaces, would match where no such value is.
                let is_word = !word.is_empty() && !word.contains(' ');
                let sought = if is_word { Value::Text(format!(" {word} ")) } else { Value::Null };
                self.add("instr(' ' || t.scope || ' ', ?) > 0", sought);
            }
            Term::UsedFrom(at) => self.number(USED_FROM, at.millis()),
            Term::UsedBefore(at) => self.number(NOT_USED_FROM, at.millis()),
            Term::LiveAt(now) => self.live(now.millis()),
        }
    }

    fn kinds(&mut self, kinds: &[TokenKind]) {
        let numbers: Vec<String> = kinds.iter().map(|k| k.sql().to_string()).collect();
        self.conditions.push(format!("t.kind IN ({})", numbers.join(",")));
    }

    fn live(&mut self, now: i64) {
        self.conditions.push("t.life < x'01'".to_owned());
        self.add("(t.expires IS NULL OR t.expires > ?)", Value::Integer(now));
        self.conditions.push(
            "(t.grant_id IS NULL OR EXISTS (SELECT 1 FROM grant_ g WHERE g.id = t.grant_id AND g.life < x'01'))"
                .to_owned(),
        );
    }

    fn number(&mut self, condition: &str, value: i64) {
        self.add(condition, Value::Integer(value));
    }

    fn add(&mut self, condition: &str, value: Value) {
        self.conditions.push(condition.to_owned());
        self.values.push(value);
    }

    fn counted(&self, connection: &Connection) -> Done<u64> {
        let mut statement = connection.prepare_cached(&self.count())?;
        let total: i64 = statement.query_row(params_from_iter(&self.values), |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }

    /// When nothing but the list's owner is asked for, the list alone is counted.
    fn count(&self) -> String {
        let from = if self.list == Some(self.conditions.len()) { "token_list l" } else { self.from() };
        format!("SELECT count(*) FROM {from}{}", self.clause())
    }

    fn rows(mut self, connection: &Connection, page: Page) -> Done<Vec<Token>> {
        let sql = self.select(page);
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&self.values))?;
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            items.push(read(row)?);
        }
        Ok(items)
    }

    fn select(&mut self, page: Page) -> String {
        let id = if self.list.is_some() { "l.id" } else { "t.id" };
        if page.order == Order::Id {
            self.add(&format!("{id} > ?"), Value::Integer(number(page.after)));
        }
        let order = match page.order {
            Order::Id => id,
            Order::Expiry => "t.expires, t.id",
        };
        self.values.push(Value::Integer(i64::from(page.limit.min(LONGEST_PAGE))));
        self.values.push(Value::Integer(number(page.skip)));
        let (from, clause) = (self.from(), self.clause());
        format!(concat!("SELECT ", columns!(), " FROM {}{} ORDER BY {} LIMIT ? OFFSET ?"), from, clause, order)
    }

    /// CROSS JOIN fixes the order: the list first, then each row by its number.
    const fn from(&self) -> &'static str {
        if self.list.is_some() { "token_list l CROSS JOIN token t ON t.id = l.id" } else { "token t" }
    }

    fn clause(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!(" WHERE {}", self.conditions.join(" AND ")) }
    }
}

#[cfg(test)]
mod tests {
    use jeton_model::clock::Timestamp;
    use jeton_model::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId, UserKey};
    use jeton_model::records::{Subject, TokenKind};
    use jeton_model::store::{Page, StateName, TokenFilter};
    use rusqlite::{Connection, params_from_iter};

    use super::Query;

    /// What the engine does for a query, a line a step.
    fn plan(connection: &Connection, sql: &str, query: &Query) -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.query_map(params_from_iter(&query.values), |row| row.get::<_, String>(3)).unwrap();
        steps.map(|step| step.unwrap() + "\n").collect()
    }

    fn keys() -> [TokenFilter; 5] {
        let none = TokenFilter::default;
        [
            TokenFilter { client: Some(ClientKey::new(1)), ..none() },
            TokenFilter { grant: Some(GrantId::new(1)), ..none() },
            TokenFilter { parent: Some(TokenId::new(1)), ..none() },
            TokenFilter { subject: Some(Subject::User(UserKey::new(1))), ..none() },
            TokenFilter { subject: Some(Subject::External("x".into())), ..none() },
        ]
    }

    #[test]
    fn no_list_of_a_key_scans_or_sorts() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        for filter in keys() {
            let narrowed = TokenFilter {
                service: Some(ServiceId::new(1)),
                kinds: vec![TokenKind::Access, TokenKind::Api],
                scope: Some("read".into()),
                issued_from: Some(Timestamp::default()),
                issued_before: Some(Timestamp::default()),
                expires_from: Some(Timestamp::default()),
                expires_before: Some(Timestamp::default()),
                ends: Some(true),
                used_from: Some(Timestamp::default()),
                used_before: Some(Timestamp::default()),
                device: Some(DeviceId::new(1)),
                binding: Some([1; 32]),
                state: Some(StateName::Active),
                live_at: Some(Timestamp::default()),
                ..filter.clone()
            };
            for filter in [filter, narrowed] {
                let mut query = Query::of(&filter);
                let count = query.count();
                let counted = plan(&connection, &count, &query);
                let select = query.select(Page { after: 5, skip: 3, limit: 10, ..Page::first(0) });
                let selected = plan(&connection, &select, &query);
                for steps in [counted, selected] {
                    assert!(steps.contains("SEARCH l USING"), "{filter:?}\n{steps}");
                    assert!(!steps.contains("SCAN") && !steps.contains("B-TREE"), "{filter:?}\n{steps}");
                }
            }
        }
    }

    /// Each member together with each owner: none makes the engine choose another order.
    #[test]
    fn no_member_of_the_filter_makes_a_list_of_a_key_scan() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        let now = Some(Timestamp::default());
        let members: [fn(&mut TokenFilter, Option<Timestamp>); 14] = [
            |f, _| f.service = Some(ServiceId::new(1)),
            |f, _| f.kinds = vec![TokenKind::Access],
            |f, _| f.scope = Some("read".into()),
            |f, now| f.issued_from = now,
            |f, now| f.issued_before = now,
            |f, now| f.expires_from = now,
            |f, now| f.expires_before = now,
            |f, _| f.ends = Some(false),
            |f, now| f.used_from = now,
            |f, now| f.used_before = now,
            |f, _| f.device = Some(DeviceId::new(1)),
            |f, _| f.binding = Some([1; 32]),
            |f, _| f.state = Some(StateName::Revoked),
            |f, now| f.live_at = now,
        ];
        for (key, member) in keys().iter().flat_map(|key| members.iter().map(move |member| (key, member))) {
            let mut filter = key.clone();
            member(&mut filter, now);
            let mut query = Query::of(&filter);
            let counted = plan(&connection, &query.count(), &query);
            let select = query.select(Page::first(10));
            for steps in [counted, plan(&connection, &select, &query)] {
                assert!(steps.contains("SEARCH l USING"), "{filter:?}\n{steps}");
                assert!(!steps.contains("SCAN") && !steps.contains("B-TREE"), "{filter:?}\n{steps}");
            }
        }
    }

    #[test]
    fn a_list_of_everything_is_in_order_already() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        let filter = TokenFilter { service: Some(ServiceId::new(1)), ..TokenFilter::default() };
        let mut query = Query::of(&filter);
        let select = query.select(Page { after: 5, skip: 3, limit: 10, ..Page::first(0) });
        let steps = plan(&connection, &select, &query);
        assert!(steps.contains("SEARCH t USING INTEGER PRIMARY KEY (rowid>?)"), "{steps}");
        assert!(!steps.contains("B-TREE"), "{steps}");
    }
}
