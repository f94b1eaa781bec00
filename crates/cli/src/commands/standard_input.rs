//! Secrets are read from standard input: a command line is visible to every user of the machine.

use std::io::{IsTerminal as _, Read as _};

use jeton_jose::Secret;
use zeroize::Zeroizing;

use crate::exit::{Done, Failure};
use crate::stderr::note;

/// The longest secret, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Reads a secret to its end; line ends there are not part of it.
pub(super) fn secret(what: &str) -> Done<Zeroizing<String>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        note!("{what}, then Ctrl-D:");
    }
    let mut text = Zeroizing::new(String::new());
    input
        .lock()
        .take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| Failure::failed(format_args!("cannot read the {what} from standard input: {error}")))?;
    let trimmed = Zeroizing::new(Secret::in_text(&text).to_owned());
    if trimmed.is_empty() {
        return Err(Failure::misuse(format_args!("the {what} is read from standard input, and there is none")));
    }
    Ok(trimmed)
}
