//! Several documents as a table.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use super::text;
use crate::stderr::note;

/// A column: its heading, and the member that it shows.
pub(crate) type Column = (&'static str, &'static str);

/// Prints `items` of a page, and whether there are more.
pub(crate) fn table(page: &Value, columns: &[Column]) {
    let none = Vec::new();
    let items = page.get("items").and_then(Value::as_array).unwrap_or(&none);
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|(heading, _)| *heading));
    for item in items {
        table.add_row(columns.iter().map(|(_, member)| text(member, item.get(member).unwrap_or(&Value::Null))));
    }
    // Without the blanks that fill up the last column.
    table.lines().for_each(|line| super::line(line.trim_end()));
    let total = page.get("total").and_then(Value::as_u64).unwrap_or(0);
    match page.get("next").and_then(Value::as_u64) {
        Some(next) => note!("{} of {total}; the next page: --after {next}", items.len()),
        None => note!("{} of {total}", items.len()),
    }
}
