//! What must be the only one of its name.

use std::collections::BTreeMap;

use jeton_core::store::Lost;

/// Adds a row that must not be there yet.
pub(super) fn insert<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V) -> Result<(), Lost> {
    if map.contains_key(&key) {
        return Err(Lost::Exists);
    }
    map.insert(key, value);
    Ok(())
}

/// Adds a record or replaces the one with the same number; each of its names must be free or its own.
pub(super) fn put<K: Ord + Copy, V: Clone, N: PartialEq, const C: usize>(
    map: &mut BTreeMap<K, V>,
    key: K,
    value: &V,
    names: impl Fn(&V) -> [N; C],
) -> Result<(), Lost> {
    let wanted = names(value);
    let taken = map.iter().any(|(k, v)| *k != key && names(v).iter().zip(&wanted).any(|(theirs, ours)| theirs == ours));
    if taken {
        return Err(Lost::Exists);
    }
    map.insert(key, value.clone());
    Ok(())
}
