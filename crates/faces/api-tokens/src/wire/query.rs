//! `page` and `per_page`, which are checked on every path (`docs/contracts/prodmanager.md` section 5).

use jeton_core::Refusal;
use jeton_core::prodmanager::paged;

/// Reads the first of each; anything but a number counts as absent.
pub(crate) fn bounded(query: Option<&str>) -> Result<(), Refusal> {
    let number = |name: &str| {
        let mut all = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        all.find(|(key, _)| key == name).and_then(|(_, value)| read(&value))
    };
    paged(number("page"), number("per_page"))
}

/// A number of any length; one that does not fit counts as the largest.
fn read(value: &str) -> Option<u64> {
    let digits = value.trim().trim_start_matches('+');
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::bounded;

    #[test]
    fn only_numbers_beyond_the_bounds_overflow() {
        for query in
            ["page=10000001", "per_page=51", "a=b&per_page=99", "page=99999999999999999999999", "page=%2B10000001"]
        {
            assert!(bounded(Some(query)).is_err(), "{query}");
        }
        for query in
            ["", "page=10000000&per_page=50", "page=-10000001", "page=x", "per_page=", "per_page=1&per_page=51"]
        {
            assert!(bounded(Some(query)).is_ok(), "{query}");
        }
        assert!(bounded(None).is_ok());
    }
}
