//! The two numbers of an RSA public key.

use crate::key_error::KeyError;

/// Modulus and exponent, big-endian and without leading zeros.
#[derive(Clone, Copy)]
pub(super) struct RsaPublic<'a> {
    pub(super) n: &'a [u8],
    pub(super) e: &'a [u8],
}

impl<'a> RsaPublic<'a> {
    /// Reads `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017 §A.1.1), the only form
    /// in which the cryptographic library shows the public half of a key pair.
    pub(super) fn from_der(der: &'a [u8]) -> Result<Self, KeyError> {
        let (sequence, after) = element(der, SEQUENCE)?;
        let (n, rest) = element(sequence, INTEGER)?;
        let (e, end) = element(rest, INTEGER)?;
        if after.is_empty() && end.is_empty() {
            Ok(Self { n: without_leading_zeros(n), e: without_leading_zeros(e) })
        } else {
            Err(KeyError::Malformed)
        }
    }

    /// Takes the members `n` and `e` of a JWK. Leading zeros are forbidden (RFC 7518 §6.3.1.1) but known to occur
    /// there, as the RFC itself says; they change nothing about the key.
    pub(super) fn from_members(n: &'a [u8], e: &'a [u8]) -> Self {
        Self { n: without_leading_zeros(n), e: without_leading_zeros(e) }
    }

    /// At least 2048 bits (RFC 7518 §3.3). The upper limits prevent a key from causing excessive work: the cost of a
    /// verification grows with the square of `n` and with the length of `e`.
    pub(super) fn check_size(self) -> Result<(), KeyError> {
        let bits = match self.n.first() {
            Some(first) => self.n.len().saturating_mul(8).saturating_sub(first.leading_zeros() as usize),
            None => 0,
        };
        if (2048..=8192).contains(&bits) && (1..=4).contains(&self.e.len()) { Ok(()) } else { Err(KeyError::Size) }
    }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// Splits one DER element with the given tag off the front: its content, and what follows.
fn element(der: &[u8], tag: u8) -> Result<(&[u8], &[u8]), KeyError> {
    let (&[found, length], rest) = der.split_first_chunk().ok_or(KeyError::Malformed)?;
    if found != tag {
        return Err(KeyError::Malformed);
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => rest.split_first().map(|(&length, rest)| (usize::from(length), rest)).ok_or(KeyError::Malformed)?,
        0x82 => rest
            .split_first_chunk()
            .map(|(&length, rest)| (usize::from(u16::from_be_bytes(length)), rest))
            .ok_or(KeyError::Malformed)?,
        _ => return Err(KeyError::Malformed),
    };
    rest.split_at_checked(length).ok_or(KeyError::Malformed)
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_numbers() {
        let key = RsaPublic::from_der(&[0x30, 8, 2, 3, 0, 0x81, 7, 2, 1, 3]);
        assert!(key.is_ok_and(|key| key.n == [0x81, 7] && key.e == [3]));
    }

    #[test]
    fn refuses_other_der() {
        let good = [0x30, 8, 2, 3, 0, 0x81, 7, 2, 1, 3];
        for end in 0..good.len() {
            assert!(RsaPublic::from_der(good.get(..end).unwrap_or_default()).is_err(), "cut at {end}");
        }
        for bad in [&[0x31, 0][..], &[0x30, 0x80], &[0x30, 0x84, 0, 0, 0, 0], &[0x30, 3, 2, 1, 1, 0]] {
            assert!(RsaPublic::from_der(bad).is_err(), "{bad:x?}");
        }
    }

    #[test]
    fn sizes() {
        let size = |n: &[u8], e: &[u8]| RsaPublic::from_members(n, e).check_size();
        assert_eq!(size(&[0x80; 256], &[1, 0, 1]), Ok(()));
        assert_eq!(size(&[0x7f; 256], &[1, 0, 1]), Err(KeyError::Size));
        assert_eq!(size(&[0x80; 1025], &[1, 0, 1]), Err(KeyError::Size));
        assert_eq!(size(&[0x80; 256], &[1, 0, 0, 0, 1]), Err(KeyError::Size));
        assert_eq!(size(&[0x80; 256], &[0]), Err(KeyError::Size));
        assert_eq!(size(&[], &[3]), Err(KeyError::Size));
    }
}
