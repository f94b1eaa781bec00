//! AES Key Wrap with the initial value of RFC 3394 §2.2.3.1 (RFC 7518 §4.4).
//!
//! The library wraps with AES-128 and AES-256. For AES-192 it has only the block cipher, so the six rounds of RFC 3394
//! §2.2 are implemented here; a test compares them with the library's implementation for the other two.

use aws_lc_rs::cipher::{self, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};
use zeroize::Zeroizing;

use crate::digest::constant_time_eq;

/// Wraps a content key; `None` when either key has a length that the algorithm does not know.
pub(super) fn wrap(kek: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let kek = match kek.len() {
        16 => AesKek::new(&AES_128, kek),
        32 => AesKek::new(&AES_256, kek),
        _ => return wrap_by_blocks(&cipher::AES_192, kek, key),
    };
    let mut wrapped = vec![0; key.len().checked_add(HALF)?];
    kek.and_then(|kek| kek.wrap(key, &mut wrapped).map(|_| ())).ok()?;
    Some(wrapped)
}

/// Unwraps a content key; `None` for everything that was not wrapped with this key.
pub(super) fn unwrap(kek: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let kek = match kek.len() {
        16 => AesKek::new(&AES_128, kek),
        32 => AesKek::new(&AES_256, kek),
        _ => return unwrap_by_blocks(&cipher::AES_192, kek, wrapped),
    };
    let mut key = Zeroizing::new(vec![0; wrapped.len().checked_sub(HALF)?]);
    kek.and_then(|kek| kek.unwrap(wrapped, &mut key).map(|_| ())).ok()?;
    Some(key)
}

/// Bytes of half a block: keys are wrapped in pieces of this size.
const HALF: usize = 8;
const ROUNDS: u64 = 6;
const INITIAL: [u8; HALF] = [0xa6; HALF];

/// RFC 3394 §2.2.1, the version by indices.
fn wrap_by_blocks(cipher: &'static cipher::Algorithm, kek: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let kek = EncryptingKey::ecb(UnboundCipherKey::new(cipher, kek).ok()?).ok()?;
    let mut pieces = pieces(key)?;
    let mut check = INITIAL;
    for step in steps(pieces.len())? {
        let piece = pieces.get_mut(step.index)?;
        let mut block = Zeroizing::new([check, *piece].concat());
        kek.less_safe_encrypt(&mut block, EncryptionContext::None).ok()?;
        (check, *piece) = halves(&block)?;
        check = mixed(check, step.number);
    }
    Some([&check, pieces.as_flattened()].concat())
}

/// RFC 3394 §2.2.2, the version by indices.
fn unwrap_by_blocks(cipher: &'static cipher::Algorithm, kek: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let kek = DecryptingKey::ecb(UnboundCipherKey::new(cipher, kek).ok()?).ok()?;
    let (&first, rest) = wrapped.split_first_chunk::<HALF>()?;
    let mut check = first;
    let mut pieces = pieces(rest)?;
    for step in steps(pieces.len())?.rev() {
        let piece = pieces.get_mut(step.index)?;
        let mut block = Zeroizing::new([mixed(check, step.number), *piece].concat());
        kek.decrypt(&mut block, DecryptionContext::None).ok()?;
        (check, *piece) = halves(&block)?;
    }
    constant_time_eq(&check, &INITIAL).then(|| Zeroizing::new(pieces.as_flattened().to_vec()))
}

/// One of the `6n` steps: which piece it changes, and its number from 1.
struct Step {
    index: usize,
    number: u64,
}

fn steps(pieces: usize) -> Option<impl DoubleEndedIterator<Item = Step>> {
    let count = u64::try_from(pieces).ok()?;
    let steps = 0..count.checked_mul(ROUNDS)?;
    // `count` came from a `usize`, so an index below it fits in one.
    Some(steps.filter_map(move |step| {
        let index = usize::try_from(step.checked_rem(count)?).ok()?;
        Some(Step { index, number: step.saturating_add(1) })
    }))
}

/// A key of at least two whole pieces (RFC 3394 §2.2).
fn pieces(key: &[u8]) -> Option<Zeroizing<Vec<[u8; HALF]>>> {
    let (pieces, rest) = key.as_chunks::<HALF>();
    (pieces.len() >= 2 && rest.is_empty()).then(|| Zeroizing::new(pieces.to_vec()))
}

fn halves(block: &[u8]) -> Option<([u8; HALF], [u8; HALF])> {
    let (&first, rest) = block.split_first_chunk()?;
    Some((first, rest.try_into().ok()?))
}

fn mixed(check: [u8; HALF], number: u64) -> [u8; HALF] {
    (u64::from_be_bytes(check) ^ number).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(length: usize) -> Vec<u8> {
        (0..).take(length).collect()
    }

    /// RFC 3394 §4.2 and §4.4: with AES-192.
    #[test]
    fn the_test_cases_of_rfc_3394() {
        let key: Vec<u8> = (0..16u8).map(|n| n * 0x11).collect();
        let expected = [
            0x96, 0x77, 0x8b, 0x25, 0xae, 0x6c, 0xa4, 0x35, 0xf9, 0x2b, 0x5b, 0x97, 0xc0, 0x50, 0xae, 0xd2, 0x46, 0x8a,
            0xb8, 0xa1, 0x7a, 0xd8, 0x4e, 0x5d,
        ];
        assert_eq!(wrap(&counting(24), &key).unwrap(), expected);
        let key = [key, counting(8)].concat();
        let expected = [
            0x03, 0x1d, 0x33, 0x26, 0x4e, 0x15, 0xd3, 0x32, 0x68, 0xf2, 0x4e, 0xc2, 0x60, 0x74, 0x3e, 0xdc, 0xe1, 0xc6,
            0xc7, 0xdd, 0xee, 0x72, 0x5a, 0x93, 0x6b, 0xa8, 0x14, 0x91, 0x5c, 0x67, 0x62, 0xd2,
        ];
        assert_eq!(wrap(&counting(24), &key).unwrap(), expected);
        assert_eq!(unwrap(&counting(24), &expected).unwrap().as_slice(), key);
    }

    #[test]
    fn the_rounds_written_out_are_the_librarys() {
        for (cipher, kek) in [(&cipher::AES_128, counting(16)), (&cipher::AES_256, counting(32))] {
            for length in [16, 24, 32, 48, 64] {
                let key = counting(length);
                let wrapped = wrap(&kek, &key).unwrap();
                assert_eq!(wrap_by_blocks(cipher, &kek, &key).unwrap(), wrapped);
                assert_eq!(*unwrap_by_blocks(cipher, &kek, &wrapped).unwrap(), key);
                assert_eq!(*unwrap(&kek, &wrapped).unwrap(), key);
            }
        }
    }

    #[test]
    fn every_change_and_every_cut_is_refused() {
        for kek in [counting(16), counting(24), counting(32)] {
            let wrapped = wrap(&kek, &counting(32)).unwrap();
            for position in 0..wrapped.len() {
                let mut changed = wrapped.clone();
                changed[position] ^= 1;
                assert!(unwrap(&kek, &changed).is_none());
                assert!(unwrap(&kek, &wrapped[..position]).is_none());
            }
            for length in [0, 1, 7, 8, 15, 17] {
                assert!(wrap(&kek, &counting(length)).is_none(), "{length}");
            }
        }
        for length in [0, 15, 17, 23, 25, 31, 33] {
            assert!(wrap(&counting(length), &counting(16)).is_none(), "{length}");
            assert!(unwrap(&counting(length), &counting(24)).is_none(), "{length}");
        }
    }
}
