//! The types shared by features stay small, and no crate contains most of the code.
//!
//! `cargo test -p jeton-house shape -- --nocapture` prints the numbers of today.

use std::collections::BTreeMap;

use crate::packages::packages;
use crate::tree::{below, none};

/// What one type may have at most.
struct Bound {
    name: &'static str,
    folder: &'static str,
    fields: usize,
    blocks: usize,
    /// Public methods.
    methods: usize,
}

/// The numbers may only fall.
const BOUNDS: &[Bound] = &[
    Bound { name: "Ledger", folder: "crates/ledger/src/", fields: 10, blocks: 27, methods: 50 },
    Bound { name: "People", folder: "crates/people/src/", fields: 8, blocks: 2, methods: 3 },
    // Three more fields than before the types for many tokens, API tokens and lists were split off: they are fields
    // here.
    Bound { name: "Administration", folder: "crates/administration/src/", fields: 7, blocks: 13, methods: 53 },
    // Two methods more than before it became the one for every face: Administration has four fewer, API tokens seven.
    Bound { name: "Tokens", folder: "crates/administration/src/", fields: 1, blocks: 4, methods: 12 },
    Bound { name: "OAuth", folder: "crates/oauth/src/", fields: 12, blocks: 8, methods: 18 },
];

/// The largest share of one crate in what ships, in hundredths.
const LARGEST: usize = 20;

/// Fields, `impl` blocks and public methods of a type, in sources as rustfmt writes them.
fn size(name: &str, folder: &str) -> (usize, usize, usize) {
    let (mut fields, mut blocks, mut methods) = (0, 0, 0);
    for file in below(folder).filter(|file| file.is_code()) {
        let mut inside = "";
        for line in file.text.lines() {
            match line {
                "}" => inside = "",
                _ if line == format!("pub struct {name} {{") => inside = "struct",
                _ if line == format!("impl {name} {{") => (inside, blocks) = ("impl", blocks + 1),
                _ => {}
            }
            let Some(member) = line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '/', '#'])) else {
                continue;
            };
            match inside {
                "struct" => fields += usize::from(member.contains(": ")),
                "impl" => methods += usize::from(member.starts_with("pub ") && member.contains("fn ")),
                _ => {}
            }
        }
    }
    (fields, blocks, methods)
}

#[test]
fn shape_of_the_types_that_features_share() {
    let mut wrong = Vec::new();
    for bound in BOUNDS {
        let (fields, blocks, methods) = size(bound.name, bound.folder);
        println!("{}: {fields} fields, {blocks} impl blocks, {methods} public methods", bound.name);
        assert!(fields > 0, "{} is not below {}", bound.name, bound.folder);
        if fields > bound.fields || blocks > bound.blocks || methods > bound.methods {
            wrong.push(format!(
                "{}: {fields} fields, {blocks} impl blocks, {methods} public methods; at most {}, {}, {}",
                bound.name, bound.fields, bound.blocks, bound.methods
            ));
        }
    }
    none(
        &wrong,
        "A type that everything goes through grows. Give what is new to a type of its own, which holds an Arc of it:",
    );
}

#[test]
fn shape_of_the_crates() {
    let lines = |folder: &str| -> usize {
        let source = format!("{folder}/src/");
        below(&source).filter(|file| file.is_code()).map(|file| file.text.lines().count()).sum()
    };
    let sizes: BTreeMap<_, _> = packages()
        .values()
        .filter(|package| !["crates/testkit", "crates/served", "crates/house"].contains(&package.folder.as_str()))
        .map(|package| (package.folder.as_str(), lines(&package.folder)))
        .collect();
    let all: usize = sizes.values().sum();
    println!("{all} lines of Rust without tests and testkit");
    let wrong: Vec<_> = sizes
        .iter()
        .map(|(folder, lines)| (folder, lines * 100 / all.max(1)))
        .filter(|(_, share)| *share > LARGEST)
        .map(|(folder, share)| format!("{folder} holds {share} % of the lines"))
        .collect();
    none(&wrong, "A crate holds too much: cut it where it has two ideas:");
}
