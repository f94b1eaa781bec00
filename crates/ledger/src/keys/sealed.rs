//! What is sealed of a key, and under which name a key is known.

use jeton_jose::SigningKey;
use zeroize::Zeroizing;

use jeton_model::Refusal;
use jeton_model::ids::KeyId;
use jeton_model::records::{KeyRecord, KeyUse};

/// The `kid` of a key that was made here: the stored one, else the key's number, which earlier versions used. Numbers repeat after
/// a restore and in every new ledger.
fn kid_of(record: &KeyRecord) -> String {
    record.kid.as_deref().map_or_else(|| format!("k{}", record.id), str::to_owned)
}

/// Associated data that binds an encrypted key to its record.
pub(super) fn associated(id: KeyId) -> Vec<u8> {
    format!("key {id}").into_bytes()
}

pub(super) fn corrupt() -> Refusal {
    jeton_model::store::StoreError::Corrupt { what: "key" }.into()
}

/// What is sealed of a foreign key: how long its name is, its name, and its private part.
pub(super) fn packed(key: &SigningKey) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let (name, private) = (key.kid().as_bytes(), key.private_bytes()?);
    let length = u16::try_from(name.len()).map_err(|_| corrupt())?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 + name.len() + private.len()));
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(&private);
    Ok(bytes)
}

/// The name and the private part of what was sealed.
pub(super) fn unpacked<'a>(record: &KeyRecord, bytes: &'a [u8]) -> Result<(String, &'a [u8]), Refusal> {
    if record.usage == KeyUse::Signature {
        return Ok((kid_of(record), bytes));
    }
    let (length, rest) = bytes.split_first_chunk().ok_or_else(corrupt)?;
    let (name, private) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(corrupt)?;
    Ok((String::from_utf8(name.to_vec()).map_err(|_| corrupt())?, private))
}
