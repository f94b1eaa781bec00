//! Errors of the server itself, as refusals.

use super::Refusal;
use super::general::{BUSY, FAULT, STORE_UNAVAILABLE};
use crate::entropy::NoEntropy;
use crate::store::StoreError;

/// In seconds, about the time that a database needs to start, or a standby to take over.
const STORE_RETURNS: u64 = 2;

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => BUSY,
            StoreError::Failed(_) => STORE_UNAVAILABLE.because(error).wait(STORE_RETURNS),
            StoreError::Corrupt { .. } => FAULT.because(error),
        }
    }
}

macro_rules! faults {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                FAULT.because(error)
            }
        }
    )*};
}

faults!(
    NoEntropy,
    jeton_jose::KeyError,
    jeton_jose::block::BlockError,
    jeton_jose::SignError,
    jeton_jose::seal::SealError,
    serde_json::Error
);
