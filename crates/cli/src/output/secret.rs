//! Random secrets.

use jeton_jose::base64url;
use jeton_jose::random::fill_random;
use zeroize::Zeroizing;

use crate::exit::{Done, Failure};

/// A password to type or paste: 144 bits.
pub(crate) fn password() -> Done<Zeroizing<String>> {
    random::<18>()
}

/// A client's secret: 256 bits.
pub(crate) fn client_secret() -> Done<Zeroizing<String>> {
    random::<32>()
}

/// Letters, digits, `-` and `_`: safe in a URL, a form and a shell. One that begins with `-` looks like an option.
fn random<const BYTES: usize>() -> Done<Zeroizing<String>> {
    loop {
        let mut bytes = Zeroizing::new([0; BYTES]);
        fill_random(bytes.as_mut()).map_err(Failure::failed)?;
        let text = Zeroizing::new(base64url::encode(bytes.as_ref()));
        if !text.starts_with('-') {
            return Ok(text);
        }
    }
}
