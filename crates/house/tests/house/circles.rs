//! Modules of a crate import downward only: no circle among those of one folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::imports::{Import, Module, imports};
use crate::tree::{below, none, texts};

/// Which modules of one folder name which, and where they do first.
type Graph = BTreeMap<String, BTreeMap<String, Import>>;

/// The modules of each folder: two of them in each import.
fn graphs(imports: &[Import]) -> BTreeMap<Module, Graph> {
    let mut graphs: BTreeMap<Module, Graph> = BTreeMap::new();
    for import in imports {
        let shared = import.from.iter().zip(&import.to).take_while(|(from, to)| from == to).count();
        // Otherwise one is the other's ancestor: a folder and its content belong together.
        if let (Some(from), Some(to)) = (import.from.get(shared), import.to.get(shared)) {
            let folder = import.from.iter().take(shared).cloned().collect();
            let edges = graphs.entry(folder).or_default().entry(from.clone()).or_default();
            edges.entry(to.clone()).or_insert_with(|| import.clone());
        }
    }
    graphs
}

/// What can be reached from a module, each with the module before it on a shortest way.
fn reached<'g>(graph: &'g Graph, from: &str) -> BTreeMap<&'g str, &'g str> {
    let mut found = BTreeMap::new();
    let mut next: VecDeque<_> = graph.get_key_value(from).into_iter().map(|(name, _)| name.as_str()).collect();
    while let Some(here) = next.pop_front() {
        for to in graph.get(here).into_iter().flat_map(BTreeMap::keys) {
            if !found.contains_key(to.as_str()) {
                found.insert(to.as_str(), here);
                next.push_back(to);
            }
        }
    }
    found
}

/// The sets of modules that reach each other.
fn circles(graph: &Graph) -> Vec<BTreeSet<&str>> {
    let ways: BTreeMap<_, _> = graph.keys().map(|name| (name.as_str(), reached(graph, name))).collect();
    let reaches = |a: &str, b: &str| ways.get(a).is_some_and(|found| found.contains_key(b));
    let in_one = |a: &str| ways.keys().copied().filter(|b| reaches(a, b) && reaches(b, a)).collect::<BTreeSet<_>>();
    let mut found: Vec<_> = ways.keys().filter(|a| reaches(a, a)).map(|a| in_one(a)).collect();
    found.sort();
    found.dedup();
    found
}

/// A shortest way from a circle's first module back to it: each step with one import.
fn steps(graph: &Graph, circle: &BTreeSet<&str>) -> Vec<String> {
    let Some(&first) = circle.first() else { return Vec::new() };
    let before = reached(graph, first);
    let (mut found, mut to) = (Vec::new(), first);
    loop {
        let Some(&from) = before.get(to) else { return found };
        let written = graph.get(from).and_then(|edges| edges.get(to)).map_or("", |import| import.written.as_str());
        found.insert(0, format!("  {from} -> {to}: {written}"));
        if from == first {
            return found;
        }
        to = from;
    }
}

/// The message for each folder of a crate with modules in circles.
fn circular(root: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, graph) in graphs(&imports(files)) {
        let folder = [&[root.to_owned()], folder.as_slice()].concat().join("/");
        let circles = circles(&graph);
        let lines = circles.iter().flat_map(|circle| {
            let names = circle.iter().copied().collect::<Vec<_>>().join(" ");
            std::iter::once(format!("{folder}: {names}")).chain(steps(&graph, circle))
        });
        let lines: Vec<_> = lines.collect();
        if !lines.is_empty() {
            found.push(lines.join("\n  "));
        }
    }
    found
}

#[test]
fn no_modules_of_a_crate_import_each_other() {
    let roots = texts().iter().filter_map(|file| file.path.strip_suffix("Cargo.toml"));
    let mut wrong = Vec::new();
    for root in roots.filter(|root| root.starts_with("crates/")) {
        let source = format!("{root}src/");
        let files: Vec<_> = below(&source)
            // Tests in separate files may name all modules beside them.
            .filter(|file| file.is_code())
            .filter_map(|file| Some((file.path.strip_prefix(&source)?, file.text.as_str())))
            .collect();
        wrong.extend(circular(source.trim_end_matches('/'), &files));
    }
    none(
        &wrong,
        "Modules of one folder must not import each other in a circle. Move what both need into a module below both, or \
         what one does with the other's type to the one that knows both:",
    );
}

#[test]
fn a_circle_is_found_and_told_step_by_step() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d; pub use b::Thing;"),
        ("a.rs", "use std::fmt; use crate::Thing; fn f() { crate::d::g() }"),
        ("b/mod.rs", "mod deep; mod low; pub use deep::Thing; use low::Low;"),
        // Its name for `low` comes from the folder above it.
        ("b/deep.rs", "use super::Low;\nuse crate::{\n    c::{self, C as _},\n};\npub struct Thing;"),
        ("b/low.rs", "use super::*; // use super::Thing;\nconst NO: &str = \"use crate::a::A\";"),
        ("c.rs", "mod inner { use super::super::a::A; use super::D; }\nuse crate::d::D;"),
        ("d.rs", "pub(crate) struct D;\n#[cfg(test)] mod tests { use super::D; }"),
    ];
    let found = circular("made/up/src", &files);
    let expected = "made/up/src: a b c\n    a -> b: a.rs:1: crate::Thing\n    b -> c: b/deep.rs:3: crate::c\n    \
                c -> a: c.rs:1: super::super::a::A";
    assert_eq!(found, [expected]);

    // The same, where a module of a folder and one beside it name each other through the folder.
    let files = [
        ("main.rs", "mod x;"),
        ("x.rs", "mod y; mod z; use z::Z;"),
        ("x/y.rs", "use super::Z;"),
        ("x/z.rs", "fn f() -> super::y::Y {}\npub struct Z;"),
    ];
    let expected = "src/x: y z\n    y -> z: x/y.rs:1: super::Z\n    z -> y: x/z.rs:1: super::y::Y";
    assert_eq!(circular("src", &files), [expected]);
}
