//! Pages of lists, and in which order.

/// In which order a list of tokens is paged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By number.
    #[default]
    Id,
    /// By expiry, tokens without expiry first; then by number.
    Expiry,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// In which order; only lists of tokens have more than one.
    pub order: Order,
    /// Only rows after this number: the cheapest way to page. Only in the order of numbers.
    pub after: u64,
    /// Then skip this many.
    pub skip: u64,
    /// At most this many; 0 counts only.
    pub limit: u32,
}

impl Page {
    /// The first `limit`.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { order: Order::Id, after: 0, skip: 0, limit }
    }
}

/// A page and how many there are in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing<T> {
    /// The page.
    pub items: Vec<T>,
    /// How many rows match the filter, on all pages.
    pub total: u64,
}
