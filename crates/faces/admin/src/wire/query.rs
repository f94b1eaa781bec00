//! Query strings: every parameter must be known, and may appear once.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jeton_core::Refusal;
use jeton_core::refusals::{INVALID, PARAMETER_INVALID, PARAMETER_REPEATED};
use jeton_core::store::Page;

use super::Failure;

/// A query string that is being read.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(PARAMETER_REPEATED.with(name.into_owned()).into());
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }
}

impl Query {
    /// A parameter's text; none when absent or blank.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1).filter(|value| !value.trim().is_empty())
    }

    /// A parameter's value.
    pub(crate) fn value<T: FromStr>(&mut self, name: &'static str) -> Result<Option<T>, Refusal> {
        let text = self.text(name);
        text.map(|text| text.parse()).transpose().map_err(|_| PARAMETER_INVALID.with(name))
    }

    /// `after` and `limit`: 100 by default, 1000 at most.
    pub(crate) fn page(&mut self) -> Result<Page, Refusal> {
        let after = self.value("after")?.unwrap_or(0);
        let limit = self.value::<u32>("limit")?.unwrap_or(100).min(1000);
        Ok(Page { after, skip: 0, limit, ..Page::first(0) })
    }

    /// The pairs that have not been read. Blank values are skipped; `service` is read by [`super::AdminRequest`].
    pub(crate) fn rest(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter().filter(|(name, value)| name != "service" && !value.trim().is_empty())
    }

    /// Checks that everything has been read; `service` is read by [`super::AdminRequest`].
    pub(crate) fn finish(mut self) -> Result<(), Refusal> {
        self.text("service");
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(INVALID.with(format!("`{name}` is not a known parameter"))),
        }
    }
}

/// The `next` of a page that was full: the number of its last record.
pub(crate) fn next(page: Page, shown: usize, last: Option<u64>) -> Option<u64> {
    (page.limit > 0 && shown == page.limit as usize).then_some(last).flatten()
}
