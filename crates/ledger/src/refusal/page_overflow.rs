//! A page that lies beyond what a list allows.

/// Which bound is passed: the bound itself, by its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOverflow {
    /// The largest number of a page, when `page` lies beyond it.
    pub page: Option<u64>,
    /// The largest page, when `per_page` lies beyond it.
    pub per_page: Option<u64>,
}
