//! Password hashes: argon2id, for secrets a person chose.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use jeton_jose::Secret;
use precis_profiles::OpaqueString;
use precis_profiles::precis_core::profile::Rules as _;

use super::hashing::Line;
use crate::People;
use jeton_model::Refusal;
use jeton_model::refusals::FAULT;

/// The text of which the hash is made: blanks of all kinds are the usual one, and letters are composed, so that a password is the
/// same from every keyboard (RFC 8265 section 4.2, `OpaqueString`). No character is refused. None: it is the text as typed.
fn prepared(password: &Secret) -> Option<Secret> {
    let (profile, typed) = (OpaqueString::new(), password.expose());
    let mapped = profile.additional_mapping_rule(typed).and_then(|text| profile.normalization_rule(text)).ok()?;
    (mapped != typed).then(|| Secret::new(mapped.into_owned()))
}

/// The PHC string of a password. Slow on purpose (about 25 ms of a core); runs off the async threads.
///
/// # Errors
/// `BUSY` when too many wait, [`FAULT`] when hashing fails.
pub async fn hash_password(people: &People, password: &Secret) -> Result<String, Refusal> {
    let turn = people.hashing.turn(Line::First).await?;
    let password = prepared(password).unwrap_or_else(|| Secret::new(password.expose()));
    let mut salt = [0_u8; 16];
    people.ledger.entropy().fill(&mut salt)?;
    let hashed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt).map(|hash| hash.to_string())
    });
    hashed.await.map_err(|e| FAULT.because(e))?.map_err(|e| FAULT.because(e.to_string()))
}

/// Whether a password matches the hash, for a caller that may change it anyway: no budget of guesses applies.
///
/// # Errors
/// `BUSY` when too many wait, [`FAULT`] when hashing fails.
pub async fn is_password(people: &People, password: &Secret, hash: Option<String>) -> Result<bool, Refusal> {
    match hash {
        Some(hash) => verify(people, password, Some(hash), Line::First).await,
        None => Ok(false),
    }
}

/// Whether a password matches the hash. Where the text as typed differs from the [prepared] one, it is tried too: the hash may be of
/// an earlier version, or another program's. Without a hash a dummy one is used, so that the answer takes as long.
pub(super) async fn verify(
    people: &People,
    password: &Secret,
    hash: Option<String>,
    line: Line,
) -> Result<bool, Refusal> {
    let turn = people.hashing.turn(line).await?;
    let texts: Vec<_> = prepared(password).into_iter().chain([Secret::new(password.expose())]).collect();
    let work = tokio::task::spawn_blocking(move || {
        // Kept until the work is done, also if its caller no longer waits.
        let _turn = turn;
        let mut texts = texts.iter().map(|text| text.expose().as_bytes());
        match hash {
            Some(hash) => PasswordHash::new(&hash)
                .is_ok_and(|hash| texts.any(|text| Argon2::default().verify_password(text, &hash).is_ok())),
            None => {
                for text in texts {
                    let _ = Argon2::default().hash_password_with_salt(text, &[0x6a; 16]);
                }
                false
            }
        }
    });
    work.await.map_err(|e| FAULT.because(e))
}
