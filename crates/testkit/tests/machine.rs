//! `./test` installs what tests ask for, and nothing that none of them asks for.

use std::collections::BTreeSet;

use jeton_testkit::machine::TOOLS;

#[test]
fn the_script_installs_what_the_tests_ask_for() {
    let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../test")).expect("./test");
    let lines = script.lines().filter_map(|line| line.trim_start().strip_prefix("need "));
    let installed: BTreeSet<_> = lines.filter_map(|line| line.split(' ').next()).collect();
    let mut asked: BTreeSet<_> = TOOLS.iter().map(|tool| tool.package).collect();
    // Without a compiler there is no test to ask, and without bash no script.
    asked.insert("build-essential");
    asked.remove("bash");
    assert_eq!(installed, asked);
}
