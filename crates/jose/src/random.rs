//! Random bytes from the operating system.

/// The operating system gave no random bytes. Nothing sensible can be done but to refuse the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator failed")]
pub struct RandomError;

/// Fills `bytes` from the process's cryptographically secure generator, which is seeded by the operating system.
///
/// # Errors
/// [`RandomError`] when the generator fails; `bytes` must then not be used.
pub fn fill_random(bytes: &mut [u8]) -> Result<(), RandomError> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| RandomError)
}
