//! The nearest known name to a mistyped one.

use std::cmp::Ordering;

/// The candidate most similar to `wrong`; `None` only when there are no candidates.
pub(crate) fn nearest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (likeness(wrong, candidate), candidate))
        .max_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(Ordering::Equal))
        .map(|(_, candidate)| candidate)
}

/// Whether the one is a slip of the pen for the other.
pub(crate) fn is_slip(wrong: &str, right: &str) -> bool {
    strsim::normalized_damerau_levenshtein(wrong, right) >= 0.7
}

/// The similarity, higher is more similar. Typing errors count as edits, a common prefix decides between equals, and
/// the end of a long name (`device_code`) may stand for the whole.
fn likeness(wrong: &str, right: &str) -> f64 {
    let end = if wrong.len() >= 4 && right.ends_with(wrong) { 0.5 } else { 0.0 };
    strsim::normalized_damerau_levenshtein(wrong, right) + strsim::jaro_winkler(wrong, right) / 4.0 + end
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_slip() {
        let known = ["listen", "tls_cert", "tls_key", "max_body"];
        for (wrong, right) in [("lsiten", "listen"), ("tls_certificate", "tls_cert"), ("maxbody", "max_body")] {
            assert_eq!(nearest(wrong, known.into_iter()), Some(right));
        }
        assert_eq!(nearest("x", [].into_iter()), None);
    }
}
