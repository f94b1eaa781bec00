//! Every message, authentication method, grant and metadata member has a test of a face that names it.

use jeton_core::{client_auth, grants};

use crate::tree::{below, none, read};

/// Whether a test of a face contains a text.
fn tested(text: &str) -> bool {
    below("crates/faces/").chain(below("crates/served/")).any(|file| file.test_code().contains(text))
}

#[test]
fn every_message_is_in_the_table() {
    let rows = read("crates/faces/oauth/tests/wire/messages/rows.rs");
    let contract = read("docs/contracts/oauth-token-endpoint.md");
    let missing: Vec<_> = (1..=30)
        .filter(|number| !contract.contains(&format!("id=\"message-{number}\"")))
        .map(|number| format!("message {number} is not in docs/contracts/oauth-token-endpoint.md"))
        .chain((1..=30).filter(|number| !has_row(&rows, *number)).map(|number| format!("message {number} has no row")))
        .collect();
    none(&missing, "Add the row to crates/faces/oauth/tests/wire/messages/rows.rs:");
}

/// `at_token(7, …)` or `unproven(7, …)`, on one line or over several.
fn has_row(rows: &str, number: u8) -> bool {
    ["at_token(", "unproven("].iter().any(|call| {
        rows.split(call).skip(1).any(|rest| rest.trim_start().split(',').next() == Some(&number.to_string()))
    })
}

#[test]
fn every_authentication_method_is_named_in_a_test() {
    let untested: Vec<_> = client_auth::supported()
        .filter(|method| !tested(&format!("AuthMethod::{method:?}")))
        .map(|method| format!("{method:?}"))
        .collect();
    none(&untested, "Authenticate by these in a test of the OAuth face, and add them to messages/ways.rs:");
}

#[test]
fn every_grant_is_named_in_a_test() {
    let untested: Vec<_> = grants::names().filter(|name| !tested(&format!("\"{name}\""))).map(str::to_owned).collect();
    none(&untested, "Use these grants over the wire in a test of the OAuth face:");
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
