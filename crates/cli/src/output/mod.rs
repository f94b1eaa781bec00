//! Output to stdout: one JSON document for programs, tables and lists for people.

mod moment;
pub(crate) mod secret;
mod show;
mod table;

use std::fmt::Display;
use std::io::{self, Write as _};

use serde_json::Value;

use crate::exit::{Done, Failure};
use crate::stderr::note;
pub(crate) use moment::seconds;
pub(crate) use show::show;
pub(crate) use table::{Column, table};

/// One line on stdout. A closed pipe (`| head`) is not an error.
pub(crate) fn line(text: impl Display) {
    match writeln!(io::stdout().lock(), "{text}") {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            note!("error: standard output: {error}");
            std::process::exit(1);
        }
    }
}

/// One JSON document.
pub(crate) fn json(document: &Value) -> Done {
    line(serde_json::to_string_pretty(document).map_err(Failure::failed)?);
    Ok(())
}

/// A value in one line for people; `name` distinguishes times from numbers.
fn text(name: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => printable(text),
        Value::Array(items) => items.iter().map(|item| text(name, item)).collect::<Vec<_>>().join(", "),
        Value::Number(number) if name.ends_with("_at") || matches!(name, "at" | "not_before") => {
            number.as_i64().map_or_else(|| number.to_string(), moment::text)
        }
        other => printable(&other.to_string()),
    }
}

/// Without control characters: a name chosen by somebody else must not control the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text;

    #[test]
    fn moments_are_told_from_numbers_by_their_names() {
        for name in ["expires_at", "not_before", "at"] {
            assert_eq!(text(name, &json!(1_700_000_000)), "2023-11-14T22:13:20Z", "{name}");
        }
        assert_eq!(text("count", &json!(1_700_000_000)), "1700000000");
    }
}
