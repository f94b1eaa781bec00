//! `count`, `startIndex`, `attributes`, `userId`, `clientId` (`docs/contracts/indigo-iam.md` sections 3.3 and 3.5).

use jeton_core::Refusal;
use jeton_core::tokens::{TokenRange, Whose};

use crate::wire::Query;

/// The default and largest page size.
const MOST: u32 = 20;

/// The requested part of a list, within bounds.
pub(super) struct Range {
    pub(super) count: u32,
    /// The first position, counted from 1.
    pub(super) start: u32,
    /// The requested members; none: all.
    pub(super) attributes: Option<Vec<String>>,
}

impl Range {
    pub(super) fn read(query: &Query) -> Result<Self, Refusal> {
        let count = query.integer("count")?;
        let start = query.integer("startIndex")?.unwrap_or(1);
        let count = count.map_or(MOST, |count| u32::try_from(count).unwrap_or(0).min(MOST));
        // A request for the total alone has no position in the list.
        let start = if count == 0 { 1 } else { u32::try_from(start).unwrap_or(1).max(1) };
        Ok(Self { count, start, attributes: query.text("attributes")?.map(|text| names(&text)) })
    }

    pub(super) fn wanted(&self) -> TokenRange {
        let wants = |name: &str| self.attributes.as_ref().is_none_or(|names| names.iter().any(|n| n == name));
        TokenRange {
            skip: u64::from(self.start - 1),
            limit: self.count,
            with_refresh: wants("refreshTokenId"),
            with_value: wants("value"),
        }
    }
}

/// Names separated by commas or dots.
fn names(text: &str) -> Vec<String> {
    text.split([',', '.']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub(super) fn whose(query: &Query) -> Result<Whose, Refusal> {
    Ok(Whose { user: query.text("userId")?, client: query.text("clientId")? })
}
