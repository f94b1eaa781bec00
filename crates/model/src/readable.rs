//! Which characters make a text something else than people read.

use serde_json::Value;

/// Whether a character has no place in a name: a control, a mark that changes the direction of the text around it, or one that
/// cannot be seen, so that two names look the same. Joiners are not among them: see [`is_readable`].
#[must_use]
pub fn is_unreadable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}')
        || is_invisible(c)
}

/// Unicode's Default_Ignorable_Code_Point, without joiners and the selectors of variants, which emoji need, and the blank of Braille.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}')
        || matches!(c, '\u{200B}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}')
        || matches!(c, '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}')
        || matches!(c, '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a text is what people read: no character is [unreadable](is_unreadable), and a joiner (U+200C, U+200D) follows a letter
/// of a script that has joiners, or an emoji. Beside a Latin, Greek or Cyrillic letter it would only be invisible.
#[must_use]
pub fn is_readable(text: &str) -> bool {
    has_joiners_where_they_show(text) && !text.contains(is_unreadable)
}

/// The same for a text of several lines.
#[must_use]
pub fn are_readable_lines(text: &str) -> bool {
    has_joiners_where_they_show(text) && !text.contains(|c| is_unreadable(c) && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether all texts of a JSON value are readable, the names of members too; they may have several lines.
#[must_use]
pub fn is_readable_json(value: &Value) -> bool {
    match value {
        Value::String(text) => are_readable_lines(text),
        Value::Array(all) => all.iter().all(is_readable_json),
        Value::Object(members) => members.iter().all(|(name, value)| is_readable(name) && is_readable_json(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

fn has_joiners_where_they_show(text: &str) -> bool {
    let joins = |c: char| c >= '\u{0590}' && !matches!(c, '\u{1C80}'..='\u{1C8F}' | '\u{1D00}'..='\u{1FFF}');
    let mut before = None;
    let mut after_joiner = false;
    for c in text.chars() {
        let is_joiner = matches!(c, '\u{200C}' | '\u{200D}');
        if is_joiner && !before.is_some_and(joins) || after_joiner && !joins(c) && c.is_alphanumeric() {
            return false;
        }
        after_joiner = is_joiner;
        before = Some(c);
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{are_readable_lines, is_readable, is_readable_json, is_unreadable};

    #[test]
    fn controls_marks_of_direction_and_invisible_characters_are_unreadable() {
        for c in ['\0', '\n', '\u{7F}', '\u{85}', '\u{200E}', '\u{202E}', '\u{2067}', '\u{2028}'] {
            assert!(is_unreadable(c), "{c:?}");
        }
        for c in ['\u{AD}', '\u{34F}', '\u{200B}', '\u{2060}', '\u{FEFF}', '\u{3164}', '\u{180E}', '\u{E0041}'] {
            assert!(is_unreadable(c), "{c:?}");
        }
        // Persian and Indic names need joiners; emoji do, too.
        for c in ['a', ' ', '\u{200C}', '\u{200D}', '\u{5D0}', '\u{627}', '\u{A0}', '\u{FE0F}'] {
            assert!(!is_unreadable(c), "{c:?}");
        }
    }

    #[test]
    fn joiners_are_readable_where_a_script_has_them() {
        for text in
            ["\u{645}\u{6CC}\u{200C}\u{631}", "\u{D28}\u{D4D}\u{200D}", "\u{1F469}\u{200D}\u{1F4BB}", "Zo\u{EB}"]
        {
            assert!(is_readable(text), "{text:?}");
        }
        for text in ["ali\u{200D}ce", "alice\u{200C}", "\u{200D}alice", "\u{3B1}\u{200C}\u{3B2}", "\u{645}\u{200C}a"] {
            assert!(!is_readable(text), "{text:?}");
        }
    }

    #[test]
    fn lines_and_json_are_read_whole() {
        assert!(
            are_readable_lines("one\n\ttwo\r\n") && !are_readable_lines("a\u{1B}[31m") && !are_readable_lines("\u{7}")
        );
        assert!(is_readable_json(&json!({ "a": ["b\nc", 1, null, true] })));
        for value in [json!("a\u{202E}b"), json!(["a\u{7}"]), json!({ "a": { "b": "\u{AD}" } }), json!({ "a\n": 1 })] {
            assert!(!is_readable_json(&value), "{value}");
        }
    }
}
