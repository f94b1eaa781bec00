//! Names that must be there, and only once.

use std::collections::HashMap;

use super::super::Problem;

/// `list[n].name` for each of the values, in the file's order.
pub(super) fn check<'a>(list: &str, name: &str, values: impl Iterator<Item = &'a str>, problems: &mut Vec<Problem>) {
    let mut seen = HashMap::new();
    for (position, value) in values.enumerate() {
        let key = format!("{list}[{position}].{name}");
        if value.is_empty() {
            problems.push(Problem::new(key, "is empty", "give it a name"));
        } else if value.chars().any(char::is_control) {
            problems.push(Problem::new(key, "holds a control character", "write printable characters only"));
        } else if let Some(first) = seen.get(value) {
            problems.push(Problem::new(key, &format!("is the same as `{list}[{first}].{name}`"), "rename one of them"));
        } else {
            seen.insert(value, position);
        }
    }
}
