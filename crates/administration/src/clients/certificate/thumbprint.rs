//! The registered thumbprint of a SimpleIdServer client's certificate.

/// The bytes of a thumbprint of 20 (SHA-1, as SimpleIdServer's tools write it) or 32 bytes (SHA-256), written in hexadecimal with
/// or without colons or spaces.
pub fn thumbprint(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|c| !matches!(c, ':' | ' '))
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let bytes: Vec<u8> =
        digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit)).collect();
    (digits.len() % 2 == 0 && matches!(bytes.len(), 20 | 32)).then_some(bytes)
}
