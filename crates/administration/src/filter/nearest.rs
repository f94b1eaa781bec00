//! The known word nearest to a mistyped one.

/// The known word that is most similar to `wrong`.
pub(super) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |word: &str| strsim::jaro_winkler(wrong, word) + strsim::normalized_damerau_levenshtein(wrong, word);
    known.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}
