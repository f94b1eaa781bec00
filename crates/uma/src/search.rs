//! Searching lists, and pages of results.

/// A search; an empty list matches everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Ids.
    pub ids: Vec<String>,
    /// Complete names.
    pub names: Vec<String>,
    /// Complete types.
    pub types: Vec<String>,
    /// Complete addresses.
    pub uris: Vec<String>,
    /// Scopes, at least one of which must match.
    pub scopes: Vec<String>,
    /// Ids of resources, for policies.
    pub resources: Vec<String>,
    /// How many results to skip.
    pub start_index: usize,
    /// How many results to return; none: all.
    pub count: Option<usize>,
}

/// A page of results.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The results on it.
    pub content: Vec<T>,
    /// How many results were skipped.
    pub start_index: usize,
    /// How many results there are in all.
    pub count: usize,
}

impl Search {
    /// The requested page of `all`.
    pub(super) fn page<T>(&self, all: impl Iterator<Item = T>) -> Found<T> {
        let all: Vec<T> = all.collect();
        let count = all.len();
        let content = all.into_iter().skip(self.start_index).take(self.count.unwrap_or(usize::MAX)).collect();
        Found { content, start_index: self.start_index, count }
    }
}

/// Whether a value matches a list.
pub(super) fn is_wanted(wanted: &[String], value: Option<&str>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|one| one == value))
}
