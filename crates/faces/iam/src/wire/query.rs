//! Query strings: each parameter at most once.

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::Refusal;
use jeton_core::refusals::{PARAMETER_INVALID, PARAMETER_REPEATED};

use super::Failure;

/// A query string that is being read. Unknown parameters are ignored, as INDIGO IAM does.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self(pairs.into_owned().collect()))
    }
}

impl Query {
    /// A parameter's text; none when absent. An empty one is present.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        let mut all = self.0.iter().filter(|(known, _)| known == name);
        match (all.next(), all.next()) {
            (_, Some(_)) => Err(PARAMETER_REPEATED.with(name.to_owned())),
            (only, None) => Ok(only.map(|(_, value)| value.clone())),
        }
    }

    /// A whole number of 32 bits; none when absent or empty.
    pub(crate) fn integer(&self, name: &'static str) -> Result<Option<i32>, Refusal> {
        match self.text(name)?.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| PARAMETER_INVALID.with(name)),
        }
    }

    /// `startIndex`, counted from 1, and `count`, by default and at most `most`: how many to skip and how many to show.
    pub(crate) fn part(&self, most: u32) -> Result<(u64, u32), Refusal> {
        let count = self.integer("count")?.map_or(most, |count| u32::try_from(count).unwrap_or(0).min(most));
        let start = self.integer("startIndex")?.and_then(|start| u64::try_from(start).ok()).unwrap_or(1).max(1);
        Ok((start - 1, count))
    }
}
