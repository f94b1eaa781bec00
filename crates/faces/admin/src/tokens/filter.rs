//! The query of a list: the words of the ledger's filter, and the page.

/// Parameters of the query.
pub(crate) const PARAMETERS: &[&str] = &[
    "service",
    "username",
    "sub",
    "client_id",
    "kind",
    "scope",
    "key",
    "device",
    "grant",
    "parent",
    "issued_from",
    "issued_before",
    "expires_from",
    "expires_before",
    "used_from",
    "unused_since",
    "state",
    "live",
    "suspension",
    "after",
    "limit",
];

#[cfg(test)]
mod tests {
    use super::PARAMETERS;

    #[test]
    fn the_query_has_every_word_of_the_filter() {
        let words: Vec<_> =
            PARAMETERS.iter().filter(|name| !["service", "after", "limit"].contains(name)).copied().collect();
        assert_eq!(words, jeton_core::filter::WORDS);
    }
}
