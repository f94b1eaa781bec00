//! The key of a shared database: every node obtains the same one, without copying anything between nodes.
//!
//! 1. The first node makes a random data key and stores it wrapped under `store.seal_key`, or else under a key that
//!    argon2id makes of the database's password and a random salt.
//! 2. A node that can open it uses it, and keeps a copy in its data folder.
//! 3. A node that cannot (the password was changed) but whose copy is of this very key wraps it anew.
//! 4. A node that has neither says so and ends.

use std::path::Path;

use jeton_core::Store;
use jeton_jose::seal::{SealError, SealKey};

use super::wrapped::{Wrapped, WrappedBy, Wrapper};
use super::{file, password, sealing, storing};
use crate::exit::{Done, Failure};

/// The wrapped key's name in the store.
const NAME: &str = "seal";

pub(super) async fn find(data_dir: &Path, store: &dyn Store, given: Option<SealKey>, url: &str) -> Done<SealKey> {
    let password = Wrapper::Password(password::of_url(url));
    let mut wrappers: Vec<_> = given.map(Wrapper::SealKey).into_iter().collect();
    // Also where a seal key is set: the database may still be from before it was.
    wrappers.push(password);
    let path = file::path(data_dir);
    let copy = file::read(&path)?;
    let stored = match store.meta(NAME).await.map_err(storing)? {
        Some(stored) => stored,
        None => first(store, &wrappers).await?,
    };
    let stored = Wrapped::from_bytes(&stored)
        .map_err(|_| Failure::failed("the database's seal key cannot be read: a newer version wrote it"))?;
    let opened = open(stored, wrappers, copy.as_ref())?;
    if let Some(renewed) = &opened.renewed {
        store.meta_set(NAME, renewed).await.map_err(storing)?;
        tracing::info!("the database's seal key is wrapped again");
    }
    if copy.is_none_or(|copy| copy.to_bytes() != opened.key.to_bytes()) {
        file::write(&path, &opened.key)?;
    }
    Ok(opened.key)
}

/// Stores a new key, unless another node was faster; returns what is there then.
async fn first(store: &dyn Store, wrappers: &[Wrapper]) -> Done<Vec<u8>> {
    let wrapper = wrappers.first().ok_or_else(|| sealing(SealError::Failed))?;
    let key = SealKey::random().map_err(sealing)?;
    let wrapped = Wrapped::new(&key, wrapper).and_then(|wrapped| wrapped.to_bytes()).map_err(sealing)?;
    store.meta_init(NAME, &wrapped).await.map_err(storing)
}

struct Opened {
    key: SealKey,
    /// The same key under the wrapper that should be used.
    renewed: Option<Vec<u8>>,
}

/// The preferred wrapping comes first; a key that is wrapped in another way, or known only by the copy, is wrapped
/// again in this way.
fn open(stored: Wrapped, wrappers: Vec<Wrapper>, copy: Option<&SealKey>) -> Done<Opened> {
    for (position, wrapper) in wrappers.iter().enumerate() {
        match stored.open(wrapper) {
            Ok(key) if position == 0 => return Ok(Opened { key, renewed: None }),
            Ok(key) => return renewed(key, &wrappers),
            Err(SealError::Refused) => {}
            Err(error) => return Err(sealing(error)),
        }
    }
    let copy = copy.map(|key| stored.is_of(key).map(|same| (key, same))).transpose().map_err(sealing)?;
    let has_seal_key = wrappers.len() > 1;
    match copy {
        Some((key, true)) => {
            let key = SealKey::from_bytes(key.to_bytes().as_ref()).map_err(sealing)?;
            // Under a seal key it stays: the weaker password must not take its place unasked.
            if stored.by == WrappedBy::SealKey && !has_seal_key {
                tracing::warn!(
                    "`store.seal_key` is not set here but guards the database: set store.seal_key_file as on the other nodes"
                );
                return Ok(Opened { key, renewed: None });
            }
            renewed(key, &wrappers)
        }
        _ => Err(Failure::failed(match (stored.by, has_seal_key) {
            (WrappedBy::SealKey, false) => {
                "not set, and the database's keys are sealed under one: set store.seal_key_file as on the other nodes"
            }
            (WrappedBy::SealKey, true) => "it does not decrypt the database's keys: set the one of the other nodes",
            (WrappedBy::Password, _) => {
                "the database's keys were sealed under an earlier database password: start a node that has run before, or copy its seal.key into data_dir"
            }
        })),
    }
}

fn renewed(key: SealKey, wrappers: &[Wrapper]) -> Done<Opened> {
    let best = wrappers.first().ok_or_else(|| sealing(SealError::Failed))?;
    let renewed = Wrapped::new(&key, best).and_then(|wrapped| wrapped.to_bytes()).map_err(sealing)?;
    Ok(Opened { key, renewed: Some(renewed) })
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn password(text: &str) -> Wrapper {
        Wrapper::Password(Zeroizing::new(text.to_owned()))
    }

    fn seal_key() -> Wrapper {
        Wrapper::SealKey(SealKey::from_bytes(&[7; 32]).unwrap())
    }

    #[test]
    fn a_changed_password_needs_the_copy_and_is_then_wrapped_anew() {
        let key = SealKey::random().unwrap();
        let stored = || Wrapped::new(&key, &password("old")).unwrap();
        assert!(open(stored(), vec![password("new")], None).is_err());
        assert!(open(stored(), vec![password("new")], Some(&SealKey::random().unwrap())).is_err());
        let opened = open(stored(), vec![password("new")], Some(&key)).unwrap();
        let again = Wrapped::from_bytes(&opened.renewed.unwrap()).unwrap();
        assert_eq!(open(again, vec![password("new")], None).unwrap().key.to_bytes(), key.to_bytes());
    }

    #[test]
    fn a_seal_key_takes_the_passwords_place() {
        let key = SealKey::random().unwrap();
        let stored = Wrapped::new(&key, &password("p")).unwrap();
        let opened = open(stored, vec![seal_key(), password("p")], None).unwrap();
        let again = Wrapped::from_bytes(&opened.renewed.unwrap()).unwrap();
        assert_eq!(again.by, WrappedBy::SealKey);
        assert!(open(again, vec![password("p")], None).is_err());
    }

    #[test]
    fn a_password_never_takes_a_seal_keys_place() {
        let key = SealKey::random().unwrap();
        let stored = Wrapped::new(&key, &seal_key()).unwrap();
        let opened = open(stored, vec![password("p")], Some(&key)).unwrap();
        assert!(opened.renewed.is_none());
    }
}
