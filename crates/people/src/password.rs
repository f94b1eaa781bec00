//! Password hashes: argon2id, for secrets a person chose.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use jeton_jose::Secret;

use super::hashing::Line;
use crate::People;
use jeton_model::Refusal;
use jeton_model::refusals::FAULT;

/// The PHC string of a password. Slow on purpose (about 25 ms of a core); runs off the async threads.
///
/// # Errors
/// `BUSY` when too many wait, [`FAULT`] when hashing fails.
pub async fn hash_password(people: &People, password: &Secret) -> Result<String, Refusal> {
    let turn = people.hashing.turn(Line::First).await?;
    let password = Secret::new(password.expose());
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

/// Whether a password matches the hash. Without a hash a dummy one is used, so that the answer takes as long.
pub(super) async fn verify(
    people: &People,
    password: &Secret,
    hash: Option<String>,
    line: Line,
) -> Result<bool, Refusal> {
    let turn = people.hashing.turn(line).await?;
    let password = Secret::new(password.expose());
    let work = tokio::task::spawn_blocking(move || {
        // Kept until the work is done, also if its caller no longer waits.
        let _turn = turn;
        let bytes = password.expose().as_bytes();
        match hash {
            Some(hash) => PasswordHash::new(&hash).is_ok_and(|h| Argon2::default().verify_password(bytes, &h).is_ok()),
            None => {
                let _ = Argon2::default().hash_password_with_salt(bytes, &[0x6a; 16]);
                false
            }
        }
    });
    work.await.map_err(|e| FAULT.because(e))
}
