//! `POST …/.search`: part of a list, filtered and ordered.

use std::cmp::Ordering;

use jeton_core::administration::Members;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use jeton_core::store::Page;
use serde_json::{Map, Value, json};

use crate::answers::{Done, ok};

/// The largest page.
const LARGEST: u64 = 1000;
/// How many records are searched.
const MOST: usize = 10_000;

/// A record in requests and answers.
pub(crate) type Record = Map<String, Value>;

/// All records of a kind, `what` in messages. `page` reads some of them, and the key of the last one; none: there are no more.
pub(crate) async fn every<F>(what: &str, page: impl Fn(Page) -> F) -> Result<Vec<Record>, Refusal>
where
    F: Future<Output = Result<(Vec<Record>, Option<u64>), Refusal>>,
{
    let (mut all, mut at) = (Vec::new(), Page::first(1000));
    while let (records, Some(last)) = page(at).await? {
        all.extend(records);
        at.after = last;
        if all.len() >= MOST {
            return Err(INVALID.with(format!("more than {MOST} {what} cannot be searched here")));
        }
    }
    Ok(all)
}

/// A search request.
pub(crate) struct Search {
    start: u64,
    count: u64,
    /// The member to order by, and whether descending.
    order: Option<(String, bool)>,
    /// A member, and the values to find.
    wanted: Vec<(&'static str, Vec<Value>)>,
}

impl Search {
    /// Reads `start_index`, `count`, `order` and the filters of this kind of record: `filters` maps the name of each list of
    /// values to its member.
    pub(crate) fn read(document: Record, filters: &[(&'static str, &'static str)]) -> Result<Self, Refusal> {
        let mut members = Members::new(document);
        let start = members.take("start_index")?.unwrap_or(0);
        let count = members.take::<u64>("count")?.unwrap_or(100).min(LARGEST);
        let order = match members.take::<Record>("order")? {
            None => None,
            Some(order) => Some(read_order(order)?),
        };
        let mut wanted = Vec::new();
        for (list, member) in filters {
            match members.take::<Vec<Value>>(list)? {
                Some(values) if !values.is_empty() => wanted.push((*member, values)),
                _ => {}
            }
        }
        members.finish(&[])?;
        Ok(Self { start, count, order, wanted })
    }

    /// Answers from all records. `count` of the answer is the total of matches, not the size of the page.
    pub(crate) fn of(&self, mut records: Vec<Record>) -> Done {
        records.retain(|record| {
            self.wanted.iter().all(|(member, values)| record.get(*member).is_some_and(|value| values.contains(value)))
        });
        if let Some((target, descending)) = &self.order {
            if !records.is_empty() && records.iter().all(|record| !record.contains_key(target)) {
                return Err(INVALID.with(format!("`order.target`: no record has a member {target}")));
            }
            records.sort_by(|a, b| {
                let order = compare(a.get(target), b.get(target));
                if *descending { order.reverse() } else { order }
            });
        }
        let total = records.len();
        let start = usize::try_from(self.start).unwrap_or(usize::MAX);
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        let content: Vec<_> = records.into_iter().skip(start).take(count).collect();
        ok(&json!({ "content": content, "start_index": self.start, "count": total }))
    }
}

fn read_order(order: Record) -> Result<(String, bool), Refusal> {
    let mut members = Members::new(order);
    let target: Option<String> = members.take("target")?;
    let kind: u64 = members.take("type")?.unwrap_or(0);
    members.finish(&[])?;
    let target = target.ok_or_else(|| INVALID.with("`order.target` is missing"))?;
    match kind {
        0 | 1 => Ok((target, kind == 1)),
        _ => Err(INVALID.with("`order.type`: must be 0 (ascending) or 1 (descending)")),
    }
}

/// Order: null, booleans, numbers, strings; lists and objects compare as equal.
fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        None | Some(Value::Null) => 0,
        Some(Value::Bool(_)) => 1,
        Some(Value::Number(_)) => 2,
        Some(Value::String(_)) => 3,
        Some(_) => 4,
    };
    match (a, b) {
        (Some(Value::Bool(a)), Some(Value::Bool(b))) => a.cmp(b),
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Some(Value::String(a)), Some(Value::String(b))) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}
