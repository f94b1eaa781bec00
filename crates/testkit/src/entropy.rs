//! Randomness that a test can foretell.

use std::sync::atomic::{AtomicU64, Ordering};

use jeton_core::Entropy;
use jeton_core::entropy::NoEntropy;

/// Counts: each block of eight bytes is the next number, big-endian. It never repeats, and two with the same start
/// produce the same sequence.
#[derive(Debug, Default)]
pub struct CountingEntropy(AtomicU64);

impl CountingEntropy {
    /// Begins at `first`.
    #[must_use]
    pub const fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl Entropy for CountingEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), NoEntropy> {
        for block in out.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            // A short last block takes the low bytes: the high ones would stay zero and repeat.
            block.copy_from_slice(&next[next.len() - block.len()..]);
        }
        Ok(())
    }
}

/// A source that is out of order: nothing may be minted with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrokenEntropy;

impl Entropy for BrokenEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts() {
        let entropy = CountingEntropy::from(0x0102);
        let mut out = [0; 10];
        entropy.fill(&mut out).unwrap();
        assert_eq!(out, [0, 0, 0, 0, 0, 0, 1, 2, 1, 3]);
    }
}
