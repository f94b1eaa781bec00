//! Reference tokens: `jtn_<kind>_<id><secret>_<check>`.
//!
//! * kind: a word per [`TokenKind`];
//! * id: the row's 53-bit number, 9 base-62 digits, most significant first;
//! * secret: 43 random base-62 digits, 256 bits;
//! * check: CRC-32 of everything before its `_`, 6 base-62 digits, by which a scanner recognises a leaked token offline.
//!
//! Base 62 lets a double click or `\w+` select the whole token.

use jeton_jose::Secret;

use jeton_model::entropy::{Entropy, NoEntropy};
use jeton_model::ids::{ID_LIMIT, TokenId};
use jeton_model::records::TokenKind;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The start of every reference token.
pub(super) const START: &str = "jtn_";
const ID_LEN: usize = 9;
const SECRET_LEN: usize = 43;
const CHECK_LEN: usize = 6;
/// The word for an authorization code; codes are single-use entries, not tokens.
pub const CODE_PREFIX: &str = "ac";
/// The word for a device code.
pub const DEVICE_CODE_PREFIX: &str = "dc";

/// Makes the text of a new token.
///
/// # Errors
/// When the random source fails.
pub fn mint(kind: TokenKind, id: TokenId, entropy: &dyn Entropy) -> Result<Secret, NoEntropy> {
    mint_with(kind.prefix(), id.get(), entropy)
}

/// Makes a text with any word and number, for single-use values that are not tokens.
///
/// # Errors
/// When the random source fails.
pub fn mint_with(word: &str, number: u64, entropy: &dyn Entropy) -> Result<Secret, NoEntropy> {
    let mut text = String::with_capacity(START.len() + word.len() + 1 + ID_LEN + SECRET_LEN + 1 + CHECK_LEN);
    text.push_str(START);
    text.push_str(word);
    text.push('_');
    push_base62(&mut text, number, ID_LEN);
    push_secret(&mut text, entropy)?;
    let check = crc32fast::hash(text.as_bytes());
    text.push('_');
    push_base62(&mut text, u64::from(check), CHECK_LEN);
    Ok(Secret::new(text))
}

/// Reads kind and id; none unless the text has exactly this form, with a correct checksum.
#[must_use]
pub fn parse(text: &str) -> Option<(TokenKind, TokenId)> {
    let (word, number) = read(text)?;
    let kind = TokenKind::ALL.into_iter().find(|k| k.prefix() == word)?;
    Some((kind, TokenId::new(number)))
}

/// Reads the word and the number of any text in this form, with a correct checksum.
pub(super) fn read(text: &str) -> Option<(&str, u64)> {
    let rest = text.strip_prefix(START)?;
    let (word, rest) = rest.split_once('_')?;
    let (body, check) = rest.split_once('_')?;
    if body.len() != ID_LEN + SECRET_LEN || check.len() != CHECK_LEN || !body.is_ascii() {
        return None;
    }
    let covered = text.get(..text.len() - CHECK_LEN - 1)?;
    let mut expected = String::with_capacity(CHECK_LEN);
    push_base62(&mut expected, u64::from(crc32fast::hash(covered.as_bytes())), CHECK_LEN);
    if expected != check {
        return None;
    }
    let (id, secret) = body.split_at(ID_LEN);
    if !secret.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let number = read_base62(id)?;
    (number > 0 && number < ID_LIMIT).then_some((word, number))
}

/// Appends `len` base-62 digits of a number.
pub(crate) fn push_base62(out: &mut String, mut number: u64, len: usize) {
    let mut digits = [b'0'; 16];
    let mut at = len.min(digits.len());
    while at > 0 {
        at -= 1;
        let digit = DIGITS.get((number % 62) as usize).copied().unwrap_or(b'0');
        if let Some(place) = digits.get_mut(at) {
            *place = digit;
        }
        number /= 62;
    }
    out.extend(digits.iter().take(len).map(|b| char::from(*b)));
}

fn read_base62(text: &str) -> Option<u64> {
    text.bytes().try_fold(0_u64, |n, b| {
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'A'..=b'Z' => b - b'A' + 10,
            b'a'..=b'z' => b - b'a' + 36,
            _ => return None,
        };
        n.checked_mul(62)?.checked_add(u64::from(digit))
    })
}

/// 43 digits, each equally likely: six random bits each; the two values beyond the alphabet are drawn again.
fn push_secret(out: &mut String, entropy: &dyn Entropy) -> Result<(), NoEntropy> {
    let mut random = [0_u8; 64];
    let mut left = SECRET_LEN;
    while left > 0 {
        entropy.fill(&mut random)?;
        for digit in random.iter().filter_map(|b| DIGITS.get(usize::from(b & 63))).take(left) {
            out.push(char::from(*digit));
            left -= 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_model::entropy::SystemEntropy;

    fn token() -> String {
        mint(TokenKind::Access, TokenId::new(123_456_789_012), &SystemEntropy).unwrap().expose().to_owned()
    }

    #[test]
    fn a_minted_token_reads_back() {
        let text = token();
        assert_eq!(text.len(), 66);
        assert_eq!(parse(&text), Some((TokenKind::Access, TokenId::new(123_456_789_012))));
    }

    #[test]
    fn no_prefix_flip_or_padding_of_a_token_reads() {
        let text = token();
        for end in 0..text.len() {
            assert_eq!(parse(&text[..end]), None, "prefix of {end}");
        }
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                if let Ok(flipped) = String::from_utf8(bytes) {
                    assert_eq!(parse(&flipped), None, "byte {at} bit {bit}");
                }
            }
        }
        for padded in
            [format!("{text} "), format!(" {text}"), format!("{text}="), format!("{text}\0"), text.to_uppercase()]
        {
            assert_eq!(parse(&padded), None);
        }
    }

    #[test]
    fn the_largest_id_fits() {
        let text = mint(TokenKind::Refresh, TokenId::new(ID_LIMIT - 1), &SystemEntropy).unwrap();
        assert_eq!(parse(text.expose()), Some((TokenKind::Refresh, TokenId::new(ID_LIMIT - 1))));
    }
}
