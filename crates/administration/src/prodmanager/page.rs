//! How far into a list a caller may ask, on any path (`docs/contracts/prodmanager.md` section 5).

use jeton_ledger::refusal::{PageOverflow, Refusal};

/// The largest number of a page.
const LAST_PAGE: u64 = 10_000_000;
/// The largest page.
const LARGEST_PAGE: u64 = 50;

/// Holds `page` and `per_page` to their bounds.
///
/// # Errors
/// [`Refusal::PaginationOverflow`].
pub fn paged(page: Option<u64>, per_page: Option<u64>) -> Result<(), Refusal> {
    let beyond = |asked: Option<u64>, most: u64| asked.is_some_and(|asked| asked > most).then_some(most);
    let over = PageOverflow { page: beyond(page, LAST_PAGE), per_page: beyond(per_page, LARGEST_PAGE) };
    match over {
        PageOverflow { page: None, per_page: None } => Ok(()),
        over => Err(Refusal::PaginationOverflow(over)),
    }
}
