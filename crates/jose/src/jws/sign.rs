//! Signing.

use super::header::PreparedHeader;
use crate::base64url::{capacity_for, encode_into};
use crate::keys::{LONGEST_SIGNATURE, SignError, SigningKey};

/// Signs a payload as a compact JWS (RFC 7515 §5.1). Apart from what the cryptographic library
/// does, the token's text is the only allocation.
///
/// # Errors
/// [`SignError::WrongKey`] when the header was prepared for another key or algorithm, [`SignError::Failed`] when the
/// cryptographic library fails.
pub fn sign_compact(header: &PreparedHeader, payload: &[u8], key: &SigningKey) -> Result<String, SignError> {
    if !header.is_for(key) {
        return Err(SignError::WrongKey);
    }
    let header = header.as_str();
    let length = [header.len(), capacity_for(payload.len()), capacity_for(key.signature_len()), DOTS];
    let mut token = String::with_capacity(length.iter().sum());
    token.push_str(header);
    token.push('.');
    encode_into(payload, &mut token);
    let mut buffer = [0; LONGEST_SIGNATURE];
    let signature = key.sign_into(token.as_bytes(), &mut buffer)?;
    token.push('.');
    encode_into(signature, &mut token);
    Ok(token)
}

const DOTS: usize = 2;
