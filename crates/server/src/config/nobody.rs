//! Lists that mean everybody when they are left out: an empty list would mean nobody, but might be read as everybody.

use toml::{Table, Value};

use super::Problem;

/// Their tables, their names, and what leaving them out means.
const LISTS: [(&str, &str, &str); 6] = [
    ("trusted_issuer", "clients", "for every client that authenticates"),
    ("trusted_issuer", "subjects", "for everybody"),
    ("client", "audience", "for the service's"),
    ("client", "default_audience", "for the service's"),
    ("tokens", "audience", "for any that a request names"),
    ("tokens", "default_audience", "for the client itself"),
];

/// Complains about those that are written and empty.
pub(super) fn check(file: &Table, problems: &mut Vec<Problem>) {
    for (table, name, otherwise) in LISTS {
        let sections: Vec<(String, &Table)> = match file.get(table) {
            Some(Value::Table(section)) => vec![(table.to_owned(), section)],
            Some(Value::Array(sections)) => {
                let tables = sections.iter().enumerate();
                tables.filter_map(|(at, one)| Some((format!("{table}[{at}]"), one.as_table()?))).collect()
            }
            _ => Vec::new(),
        };
        for (place, section) in sections {
            if section.get(name).is_some_and(names_nobody) {
                let fix = format!("an empty list permits nothing: add an entry, or leave the line out {otherwise}");
                problems.push(Problem::new(format!("{place}.{name}"), "is empty", fix));
            }
        }
    }
}

fn names_nobody(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(names_nobody),
        _ => false,
    }
}
