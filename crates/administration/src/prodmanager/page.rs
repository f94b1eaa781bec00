//! Limits on `page` and `per_page`, on any path (`docs/contracts/prodmanager.md` section 5).

use crate::prodmanager::refusals::PAGINATION_OVERFLOW;
use jeton_model::Refusal;

/// The largest page number.
const LAST_PAGE: u64 = 10_000_000;
/// The largest page size.
const LARGEST_PAGE: u64 = 50;

/// Checks `page` and `per_page` against their limits.
///
/// # Errors
/// [`PAGINATION_OVERFLOW`], whose members are the exceeded limits, by parameter.
pub fn paged(page: Option<u64>, per_page: Option<u64>) -> Result<(), Refusal> {
    let asked = [("page", page, LAST_PAGE), ("per_page", per_page, LARGEST_PAGE)];
    let mut over = asked.into_iter().filter(|(_, asked, most)| asked.is_some_and(|asked| asked > *most)).peekable();
    if over.peek().is_none() {
        return Ok(());
    }
    Err(over.fold(PAGINATION_OVERFLOW, |refusal, (name, _, most)| refusal.and(name, most)))
}
