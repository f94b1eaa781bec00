//! User codes (RFC 8628 section 6.1): eight letters without vowels, so that they form no words, shown as `WDJB-MJHT`.

use jeton_model::entropy::{Entropy, NoEntropy};
use unicode_normalization::UnicodeNormalization as _;

const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;
/// The longest input that is read, in bytes: eight letters and what people type between them.
const LONGEST: usize = 128;

/// Draws the letters of a new code, each equally likely: 34.5 bits.
pub(super) fn draw(entropy: &dyn Entropy) -> Result<String, NoEntropy> {
    let mut letters = String::with_capacity(LENGTH);
    let mut random = [0_u8; 16];
    while letters.len() < LENGTH {
        entropy.fill(&mut random)?;
        // Five bits a letter; the twelve values beyond the alphabet are skipped.
        let drawn = random.iter().filter_map(|b| LETTERS.get(usize::from(b & 31)));
        letters.extend(drawn.take(LENGTH - letters.len()).map(|b| char::from(*b)));
    }
    Ok(letters)
}

/// Formatted for display.
pub(super) fn shown(letters: &str) -> String {
    let (first, second) = letters.split_at_checked(LENGTH / 2).unwrap_or((letters, ""));
    format!("{first}-{second}")
}

/// The letters of a typed code. Case, the width of letters, and what is neither a letter nor a digit do not count: software that
/// lays out text replaces the dash by another one, and adds marks that nobody sees (RFC 8628 section 6.1). None: it cannot be a
/// code.
pub(super) fn letters(typed: &str) -> Option<String> {
    if typed.len() > LONGEST {
        return None;
    }
    let letters: String = typed.nfkc().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    (letters.len() == LENGTH && letters.bytes().all(|b| LETTERS.contains(&b))).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_model::entropy::SystemEntropy;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = draw(&SystemEntropy).unwrap();
        let shown = shown(&code);
        assert_eq!(shown.len(), 9);
        let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap();
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            code.clone(),
            format!(" {} - {} ", &code[..4], &code[4..]),
            shown.replace('-', "\u{2011}"),
            shown.replace('-', "\u{2013}"),
            format!("\u{200B}{code}\u{202C}"),
            shown.chars().map(wide).collect(),
            format!("{}_{}.", &code[..4], &code[4..]),
        ] {
            assert_eq!(letters(&typed).as_ref(), Some(&code), "{typed:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in
            ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "WDJB-MJHß", "WDJB-MJHТ", &"-".repeat(129)]
        {
            assert_eq!(letters(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn every_letter_is_drawn() {
        let all: String = (0..200).map(|_| draw(&SystemEntropy).unwrap()).collect();
        assert!(LETTERS.iter().all(|letter| all.contains(char::from(*letter))));
    }
}
