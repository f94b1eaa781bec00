//! Searching lists, and pages of what was found.

/// What is looked for; an empty list looks for anything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Ids.
    pub ids: Vec<String>,
    /// Names, whole.
    pub names: Vec<String>,
    /// Types, whole.
    pub types: Vec<String>,
    /// Addresses, whole.
    pub uris: Vec<String>,
    /// Scopes, one of which it must have.
    pub scopes: Vec<String>,
    /// Ids of resources, for policies.
    pub resources: Vec<String>,
    /// How many to pass over.
    pub start_index: usize,
    /// How many to return; none: all.
    pub count: Option<usize>,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// What is on it.
    pub content: Vec<T>,
    /// How many were passed over.
    pub start_index: usize,
    /// How many there are in all.
    pub count: usize,
}

impl Search {
    /// The page of `all` that fits.
    pub(super) fn page<T>(&self, all: impl Iterator<Item = T>) -> Found<T> {
        let all: Vec<T> = all.collect();
        let count = all.len();
        let content = all.into_iter().skip(self.start_index).take(self.count.unwrap_or(usize::MAX)).collect();
        Found { content, start_index: self.start_index, count }
    }
}

/// Whether a value is among those looked for.
pub(super) fn is_wanted(wanted: &[String], value: Option<&str>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|one| one == value))
}
