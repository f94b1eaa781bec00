//! The data key as stored in a shared database.

use argon2::Argon2;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jeton_jose::digest::constant_time_eq;
use jeton_jose::random::fill_random;
use jeton_jose::seal::{SealError, SealKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::check_value;

/// What the wrapped key is bound to.
const BOUND_TO: &[u8] = b"jeton data key";

/// What a data key is wrapped under.
pub(super) enum Wrapper {
    /// `store.seal_key`.
    SealKey(SealKey),
    /// The database's password.
    Password(Zeroizing<String>),
}

/// Which kind of wrapper it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WrappedBy {
    /// `store.seal_key`.
    SealKey,
    /// The database's password.
    Password,
}

/// A wrapped data key, with what it takes to open it and to recognise it.
#[derive(Serialize, Deserialize)]
pub(super) struct Wrapped {
    version: u8,
    pub(super) by: WrappedBy,
    /// Salt of the password's key; base64.
    salt: String,
    /// The sealed data key; base64.
    sealed: String,
    /// The data key's check value; base64.
    check: String,
}

impl Wrapped {
    /// Wraps a data key.
    pub(super) fn new(key: &SealKey, wrapper: &Wrapper) -> Result<Self, SealError> {
        let mut salt = [0; 16];
        fill_random(&mut salt)?;
        let sealed = wrapper.key(&salt)?.seal(BOUND_TO, key.to_bytes().as_ref())?;
        Ok(Self {
            version: 1,
            by: wrapper.kind(),
            salt: BASE64_STANDARD.encode(salt),
            sealed: BASE64_STANDARD.encode(sealed),
            check: BASE64_STANDARD.encode(check_value(key)?),
        })
    }

    /// Opens it; [`SealError::Refused`] under another wrapper.
    pub(super) fn open(&self, wrapper: &Wrapper) -> Result<SealKey, SealError> {
        if self.by != wrapper.kind() {
            return Err(SealError::Refused);
        }
        let key = wrapper.key(&decode(&self.salt)?)?;
        let key = SealKey::from_bytes(&key.open(BOUND_TO, &decode(&self.sealed)?)?)?;
        if self.is_of(&key)? { Ok(key) } else { Err(SealError::Refused) }
    }

    /// Whether this is a wrapped data key, whatever the wrapping key.
    pub(super) fn is_of(&self, key: &SealKey) -> Result<bool, SealError> {
        Ok(constant_time_eq(&decode(&self.check)?, &check_value(key)?))
    }

    /// The stored form.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, SealError> {
        serde_json::to_vec(self).map_err(|_| SealError::Failed)
    }

    /// From the store; [`SealError::Refused`] when it is of a version this program does not know.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let read: Self = serde_json::from_slice(bytes).map_err(|_| SealError::Refused)?;
        if read.version == 1 { Ok(read) } else { Err(SealError::Refused) }
    }
}

impl Wrapper {
    fn kind(&self) -> WrappedBy {
        match self {
            Self::SealKey(_) => WrappedBy::SealKey,
            Self::Password(_) => WrappedBy::Password,
        }
    }

    /// A key is derived from a password by argon2id, so that guessing is slow with a copy of the database.
    fn key(&self, salt: &[u8]) -> Result<SealKey, SealError> {
        match self {
            Self::SealKey(key) => key.derive("jeton data key wrapping"),
            Self::Password(password) => {
                let mut bytes = Zeroizing::new([0; 32]);
                Argon2::default()
                    .hash_password_into(password.as_bytes(), salt, bytes.as_mut())
                    .map_err(|_| SealError::Failed)?;
                SealKey::from_bytes(bytes.as_ref())
            }
        }
    }
}

fn decode(text: &str) -> Result<Vec<u8>, SealError> {
    BASE64_STANDARD.decode(text).map_err(|_| SealError::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Wrapper {
        Wrapper::Password(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn opens_under_its_own_wrapper_only() {
        let key = SealKey::random().unwrap();
        let stored = Wrapped::new(&key, &password("one")).unwrap().to_bytes().unwrap();
        let read = Wrapped::from_bytes(&stored).unwrap();
        assert_eq!(read.open(&password("one")).unwrap().to_bytes(), key.to_bytes());
        assert!(read.open(&password("two")).is_err());
        assert!(read.open(&Wrapper::SealKey(SealKey::random().unwrap())).is_err());
        assert!(read.is_of(&key).unwrap());
        assert!(!read.is_of(&SealKey::random().unwrap()).unwrap());
    }

    #[test]
    fn the_stored_form_does_not_hold_the_key() {
        let key = SealKey::random().unwrap();
        let stored = Wrapped::new(&key, &password("")).unwrap().to_bytes().unwrap();
        assert!(!String::from_utf8(stored).unwrap().contains(key.to_text().as_str()));
    }
}
