//! A keyed permutation of 16 bytes: one block of AES-256 (FIPS 197).
//!
//! It hides small numbers where they are seen, and proves nothing: what must not be forged needs a MAC or a signature.

use std::fmt;

use aws_lc_rs::cipher::{AES_256, EncryptingKey, UnboundCipherKey};

/// The cryptographic library failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a block cannot be encrypted")]
pub struct BlockError;

/// A key of the permutation.
pub struct BlockKey(EncryptingKey);

impl BlockKey {
    /// Takes a key's 32 bytes.
    pub(crate) fn new(bytes: &[u8; 32]) -> Result<Self, BlockError> {
        // One block at a time is the block cipher itself: the mode has no part in it.
        let key = UnboundCipherKey::new(&AES_256, bytes).and_then(EncryptingKey::ecb);
        key.map(Self).map_err(|_| BlockError)
    }

    /// The image of a block.
    ///
    /// # Errors
    /// [`BlockError`].
    pub fn of(&self, mut block: [u8; 16]) -> Result<[u8; 16], BlockError> {
        self.0.encrypt(&mut block).map_err(|_| BlockError)?;
        Ok(block)
    }
}

impl fmt::Debug for BlockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_fips_197_appendix_c_3() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap_or_default());
        let block: [u8; 16] = std::array::from_fn(|at| u8::try_from(at * 0x11).unwrap_or_default());
        let expected = [0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89];
        let key = BlockKey::new(&bytes).unwrap();
        assert_eq!(key.of(block).unwrap(), expected);
        assert_eq!(key.of(block).unwrap(), expected, "it has no state");
        assert_eq!(format!("{key:?}"), "BlockKey(…)");
    }
}
