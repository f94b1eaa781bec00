//! Every metadata member of discovery has a test of a face that names it.

use crate::tree::{below, none, read};

/// Whether a test of a face contains a text.
fn tested(text: &str) -> bool {
    below("crates/faces/").chain(below("crates/served/")).any(|file| file.test_code().contains(text))
}

#[test]
fn every_metadata_member_is_named_in_a_test() {
    let source = read("crates/faces/oauth/src/machine/discovery.rs");
    let members: Vec<_> = source
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('"')?.split_once("\":").map(|(name, _)| name.to_owned()))
        .collect();
    assert!(members.len() > 20, "the members are read from the source of discovery: {members:?}");
    let untested: Vec<_> = members.into_iter().filter(|name| !tested(&format!("\"{name}\""))).collect();
    none(&untested, "Say in a test of the OAuth face what these members of discovery promise, and that it holds:");
}
