//! The `jti` that leads to a row: a version 4 UUID (clients of several contracts expect that form) that looks random.
//!
//! It contains the row's 53-bit number, masked, and 53 random bits. One block of AES over the random bits gives the mask, and
//! 16 bits more by which such a `jti` is told from the older form, whose number is not masked. So whoever sees these names learns
//! neither how many there are nor their order, and the row is found without an index. A name proves nothing: the row's verifier
//! does.

use jeton_jose::block::{BlockError, BlockKey};
use jeton_jose::seal::{SealError, SealKey};

use jeton_model::Refusal;
use jeton_model::entropy::Entropy;
use jeton_model::ids::{ID_LIMIT, TokenId};

/// The bits of a number.
const NUMBER: u128 = (ID_LIMIT - 1) as u128;
/// The random bits, in their places: seven behind the number, 46 at the end.
const RANDOM: u128 = (127 << 64) | ((1 << 46) - 1);
/// The place of the bits that tell the two forms apart: behind the variant.
const MARK: u128 = 0xFFFF << 46;
/// The version, 4, and the variant.
const FORM: u128 = (4 << 76) | (2 << 62);
const FORM_BITS: u128 = (15 << 76) | (3 << 62);

/// The key under which the numbers are masked.
pub struct JtiKey(BlockKey);

impl JtiKey {
    /// The key of this installation.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub(crate) fn derive(seal: &SealKey) -> Result<Self, SealError> {
        // The label determines names that are in circulation, and never changes.
        seal.derive_block("jeton numbers in names").map(Self)
    }

    /// A new name for a number.
    ///
    /// # Errors
    /// When the random source or the cryptographic library fails.
    pub fn name(&self, number: u64, entropy: &dyn Entropy) -> Result<String, Refusal> {
        let mut random = [0_u8; 16];
        entropy.fill(&mut random)?;
        let random = u128::from_be_bytes(random) & RANDOM;
        let (mask, mark) = self.of(random)?;
        Ok(written(FORM | placed((u128::from(number) & NUMBER) ^ mask) | random | mark))
    }

    /// The rows that a `jti` may name, the likelier one first: by its masked number, if its mark says that there is one, and by
    /// the number of the older form.
    #[must_use]
    pub fn rows(&self, jti: &str) -> [Option<TokenId>; 2] {
        let Some(bits) = read(jti) else { return [None, None] };
        let number = number_in(bits);
        let masked = match self.of(bits & RANDOM) {
            Ok((mask, mark)) if mark == bits & MARK => row(number ^ mask),
            _ => None,
        };
        [masked, row(number)]
    }

    /// The mask and the mark that follow from the random bits.
    fn of(&self, random: u128) -> Result<(u128, u128), BlockError> {
        let block = u128::from_be_bytes(self.0.of(random.to_be_bytes())?);
        Ok((block & NUMBER, (block >> 64 << 46) & MARK))
    }
}

/// The row that a `jti` of the older form names, in which the number is not masked.
pub(super) fn plain(jti: &str) -> Option<TokenId> {
    row(number_in(read(jti)?))
}

/// A number in its place: 48 bits before the version, 5 behind it.
const fn placed(number: u128) -> u128 {
    ((number >> 5) << 80) | ((number & 31) << 71)
}

const fn number_in(bits: u128) -> u128 {
    ((bits >> 80) << 5) | ((bits >> 71) & 31)
}

fn row(number: u128) -> Option<TokenId> {
    u64::try_from(number).ok().filter(|number| *number > 0).map(TokenId::new)
}

fn written(bits: u128) -> String {
    let mut out = String::with_capacity(36);
    for (at, c) in format!("{bits:032x}").chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(c);
    }
    out
}

/// The bits of a version 4 UUID.
fn read(jti: &str) -> Option<u128> {
    if jti.len() != 36 {
        return None;
    }
    let mut bits = 0_u128;
    for (at, c) in jti.bytes().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if c != b'-' {
                return None;
            }
            continue;
        }
        bits = (bits << 4) | u128::from(char::from(c).to_digit(16)?);
    }
    (bits & FORM_BITS == FORM).then_some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_model::entropy::SystemEntropy;

    fn key() -> JtiKey {
        JtiKey::derive(&SealKey::from_bytes(&[7; 32]).unwrap()).unwrap()
    }

    #[test]
    fn a_name_is_a_version_4_uuid_that_leads_to_its_row() {
        let key = key();
        for id in [1, 31, 32, 123_456_789, ID_LIMIT - 1] {
            let jti = key.name(id, &SystemEntropy).unwrap();
            assert_eq!(jti.as_bytes()[14], b'4', "{jti}");
            assert!(matches!(jti.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{jti}");
            assert_eq!(key.rows(&jti)[0], Some(TokenId::new(id)), "{jti}");
        }
    }

    #[test]
    fn names_of_consecutive_numbers_have_nothing_in_common() {
        let key = key();
        let names: Vec<_> = (1..=64).map(|id| key.name(id, &SystemEntropy).unwrap()).collect();
        let beginnings: std::collections::BTreeSet<_> = names.iter().map(|name| &name[..8]).collect();
        assert!(beginnings.len() > 60, "{names:?}");
        assert_ne!(key.name(7, &SystemEntropy).unwrap(), key.name(7, &SystemEntropy).unwrap());
        // Another installation learns nothing from them.
        let other = JtiKey::derive(&SealKey::from_bytes(&[8; 32]).unwrap()).unwrap();
        let found = names.iter().zip(1..).filter(|(name, id)| other.rows(name).contains(&Some(TokenId::new(*id))));
        assert_eq!(found.count(), 0);
    }

    /// Names of earlier versions, whose number begins the text, stay valid.
    #[test]
    fn names_of_the_older_form_lead_to_their_rows() {
        let key = key();
        for (jti, id) in [
            ("00000000-0001-4a7f-b3c4-d5e6f7a8b9c0", 52),
            ("00000075-bcd1-4abc-8123-456789abcdef", (0x0075_bcd1 << 5) | 21),
            ("ffffffff-ffff-4fff-bfff-ffffffffffff", ID_LIMIT - 1),
        ] {
            assert_eq!(key.rows(jti)[1], Some(TokenId::new(id)), "{jti}");
            assert_eq!(plain(jti), Some(TokenId::new(id)), "{jti}");
        }
        for bad in [
            "",
            "00000000-0000-4000-8000-000000000000",
            "00000000-0001-1a7f-b3c4-d5e6f7a8b9c0",
            "00000000-0001-4a7f-03c4-d5e6f7a8b9c0",
            "00000000-0001-4a7f-b3c4-d5e6f7a8b9c",
            "00000000a0001-4a7f-b3c4-d5e6f7a8b9c0",
            "00000000-0001-4a7f-b3c4-d5e6f7a8b9gg",
        ] {
            assert_eq!((plain(bad), key.rows(bad)[1]), (None, None), "{bad}");
        }
    }
}
