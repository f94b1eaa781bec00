//! One document as a list of its members.

use serde_json::Value;

use super::text;

/// Prints the members with a value, each in a line.
pub(crate) fn show(document: &Value) {
    let Value::Object(members) = document else { return };
    let shown: Vec<_> =
        members.iter().map(|(name, value)| (name, text(name, value))).filter(|(_, value)| !value.is_empty()).collect();
    let width = shown.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in shown {
        super::line(format_args!("{name:width$}  {value}"));
    }
}
