//! Names that must be there, and only once.

use std::collections::HashMap;

use jeton_core::readable::is_readable;

use super::super::Problem;

/// `list[n].name` for each of the values, in the file's order.
pub(super) fn check<'a>(list: &str, name: &str, values: impl Iterator<Item = &'a str>, problems: &mut Vec<Problem>) {
    check_by((list, name), values, str::to_owned, problems);
}

/// The same where values of which `same` makes the same text are one name.
pub(super) fn check_by<'a>(
    (list, name): (&str, &str),
    values: impl Iterator<Item = &'a str>,
    same: impl Fn(&str) -> String,
    problems: &mut Vec<Problem>,
) {
    let mut seen = HashMap::new();
    for (position, value) in values.enumerate() {
        let key = format!("{list}[{position}].{name}");
        if value.is_empty() {
            problems.push(Problem::new(key, "is empty", "give it a name"));
        } else if !is_readable(value) {
            let complaint = "holds a control character, an invisible one or a mark of direction";
            problems.push(Problem::new(key, complaint, "write printable characters only"));
        } else {
            let first = *seen.entry(same(value)).or_insert(position);
            if first != position {
                let complaint = format!("is the same as `{list}[{first}].{name}`");
                problems.push(Problem::new(key, &complaint, "rename one of them"));
            }
        }
    }
}
