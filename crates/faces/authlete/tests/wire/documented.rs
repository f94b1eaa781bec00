//! The table of operations in `docs/authlete.md` is that of the routes.

use std::collections::BTreeSet;

use crate::rights::operation;

/// A path with nameless parts.
fn bare(path: &str) -> String {
    let parts = path.trim_matches('`').split('/');
    parts.map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn every_operation_is_in_the_table_of_the_documents_and_no_other() {
    let page = include_str!("../../../../../docs/authlete.md");
    let (_, table) = page.split_once("## Every operation").unwrap();
    let (served, _) = table.split_once("**Not served").unwrap();
    let mut written = BTreeSet::new();
    for line in served.lines().filter(|line| line.starts_with("| ") && line.contains('`')) {
        let cell = line.split('|').nth(1).unwrap().trim();
        let (methods, path) = cell.split_once('`').unwrap();
        for method in methods.split(" and ") {
            written.insert((method.trim().to_owned(), bare(path)));
        }
    }
    let routes = jeton_face_authlete::FACE.routes().filter(|route| !route.summary.starts_with("Not served yet"));
    let served: BTreeSet<_> = routes
        .flat_map(|route| route.methods.split(' ').map(|method| (method.to_owned(), bare(operation(route.path)))))
        .collect();
    let missing: Vec<_> = served.difference(&written).collect();
    let gone: Vec<_> = written.difference(&served).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in docs/authlete.md: {missing:?}; not served: {gone:?}");
}
