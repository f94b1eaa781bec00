//! A client's name, sanitized for use in a sentence.

use std::fmt;

/// An honest name is not longer; a longer one would push the page's own text out of sight.
const LONGEST: usize = 64;

/// A client's display name as the pages show it.
///
/// Clients choose their own names, so a name may imitate the page around it. Invisible characters and those that reorder others
/// are removed, white space collapses, and the length is bounded. The templates escape it for HTML, not this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientName(String);

impl ClientName {
    /// Sanitizes `raw`; a name of which nothing is left becomes a neutral noun.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        let visible: String = raw
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !c.is_control() && !is_invisible(*c))
            .collect();
        let calm = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        if calm.is_empty() {
            return Self("an application".to_owned());
        }
        if calm.chars().count() <= LONGEST {
            return Self(calm);
        }
        let mut clipped: String = calm.chars().take(LONGEST).collect();
        clipped.truncate(clipped.trim_end().len());
        clipped.push('…');
        Self(clipped)
    }

    /// The letter shown instead of a logo.
    #[must_use]
    pub fn initial(&self) -> String {
        self.0.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "•".to_owned(), |c| c.to_uppercase().collect())
    }
}

impl fmt::Display for ClientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Unicode's direction controls, joiners, fillers and tags: invisible, and able to confuse.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}
