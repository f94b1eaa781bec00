//! Which characters make a name something else than people read.

/// Whether a character has no place in a name: a control, or a mark that changes the direction of the text around it.
#[must_use]
pub fn is_unreadable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::is_unreadable;

    #[test]
    fn controls_and_marks_of_direction_are_unreadable() {
        for c in ['\0', '\n', '\u{7F}', '\u{85}', '\u{200E}', '\u{202E}', '\u{2067}', '\u{2028}'] {
            assert!(is_unreadable(c), "{c:?}");
        }
        // Persian and Indic names need joiners; emoji do, too.
        for c in ['a', ' ', '\u{200C}', '\u{200D}', '\u{5D0}', '\u{627}', '\u{A0}'] {
            assert!(!is_unreadable(c), "{c:?}");
        }
    }
}
