//! A client's name, made fit to stand in a sentence.

use std::fmt;

/// More than this no honest name needs; the rest would push the page's own words out of sight.
const LONGEST: usize = 64;

/// A client's display name as the pages show it.
///
/// Clients choose their own names, so a name may try to look like the page around it. Characters that
/// draw nothing or reorder their neighbours are dropped, white space collapses, and length is bounded.
/// Escaping for HTML is the templates' work, not this type's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientName(String);

impl ClientName {
    /// Makes `raw` presentable; a name with nothing left to show becomes a neutral noun.
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

    /// The letter that stands in for a logo.
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

/// Unicode's direction controls, joiners, fillers and tags: nothing to see, much to confuse.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}
