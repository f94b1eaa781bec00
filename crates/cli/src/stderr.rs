//! Output to stderr: lines for the person at the terminal.

use std::fmt::Arguments;
use std::io::{self, Write as _};

/// A line on stderr, written as `eprintln!` takes it. One that cannot be written is lost: `eprintln!` would panic.
macro_rules! note {
    ($($text:tt)*) => { $crate::stderr::write_note(format_args!($($text)*)) };
}
pub(crate) use note;

/// A part of a line on stderr, for a person who watches or answers.
macro_rules! part {
    ($($text:tt)*) => { $crate::stderr::write_part(format_args!($($text)*)) };
}
pub(crate) use part;

/// What [`part!`] calls.
pub(crate) fn write_part(text: Arguments<'_>) {
    let mut out = io::stderr().lock();
    let _ = out.write_fmt(text).and_then(|()| out.flush());
}

/// What [`note!`] calls. Beside a log it takes its turn among the lines of the log.
pub(crate) fn write_note(text: Arguments<'_>) {
    if !crate::logging::line(text) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
