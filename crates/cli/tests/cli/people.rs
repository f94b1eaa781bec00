//! People's records: what is verified, one spelling of a telephone number, and names that can be read.

use serde_json::json;

use super::support::{Request, Running, folder, json as read, run, text};

const ALICE: &str = "[[user]]\nusername = \"alice\"\nemail = \"alice@a.example\"\nemail_verified = true\n\
                     phone_number = \"+1 (425) 555-0100\"\nphone_number_verified = true\n";

/// An address or number that replaces a verified one is not verified; any other change leaves it verified.
#[test]
fn another_address_or_number_is_not_verified() {
    let (folder, port) = folder(ALICE);
    let _running = Running::serve(folder.path(), port);
    let update =
        |args: &[&str]| read(&run(folder.path(), &[&["user", "update", "alice", "--json"][..], args].concat()));
    let renamed = update(&["--name", "Alice", "--email", "alice@a.example"]);
    assert_eq!((&renamed["email_verified"], &renamed["phone_number_verified"]), (&json!(true), &json!(true)));
    let moved = update(&["--email", "alice@b.example"]);
    assert_eq!((&moved["email"], moved.get("email_verified")), (&json!("alice@b.example"), None), "{moved}");
    assert_eq!(moved["phone_number_verified"], true);
    let called = update(&["--phone-number", "+14255550199"]);
    assert_eq!(called.get("phone_number_verified"), None, "{called}");
}

/// A number is one number however it is written: it is kept as E.164, which sign-in by code looks for, and verified for one person.
#[test]
fn a_telephone_number_has_one_spelling() {
    let (folder, port) = folder(ALICE);
    let _running = Running::serve(folder.path(), port);
    let shown = read(&run(folder.path(), &["user", "show", "alice", "--json"]));
    assert_eq!(shown["phone_number"], "+14255550100");
    let socket = folder.path().join("jeton-data/jeton.sock");
    for number in ["+14255550100", "+1 425 555 0100", "+1.425.555.0100"] {
        let body = json!({ "username": "ben", "phone_number": number, "phone_number_verified": true }).to_string();
        let refused =
            Request::post("/admin/v1/users", &body).header("content-type", "application/json").by_socket(&socket);
        assert_eq!(refused.status, 409, "{number}: {refused:?}");
        assert_eq!(refused.json()["message"], "the verified phone_number is already taken", "{number}");
    }
    let taken = run(folder.path(), &["user", "create", "ben", "--sub", shown["sub"].as_str().unwrap()]);
    assert!(text(&taken.stderr).contains("the sub is already taken"), "{taken:?}");
}

/// Nothing that people read holds characters that they cannot see or that move other text: names, roles, groups, claims, the names
/// and descriptions of tokens and scopes.
#[test]
fn what_people_read_has_no_hidden_characters() {
    let (folder, port) = folder(ALICE);
    let _running = Running::serve(folder.path(), port);
    let socket = folder.path().join("jeton-data/jeton.sock");
    let post = |path: &str, document: &serde_json::Value| {
        let body = document.to_string();
        Request::post(path, &body).header("content-type", "application/json").by_socket(&socket)
    };
    for hidden in
        ["a\u{AD}b", "a\u{34F}b", "a\u{FEFF}b", "a\u{200B}b", "a\u{200D}b", "a\u{202E}b", "a\u{7}b", "a\u{1B}[1m"]
    {
        for (member, document) in [
            ("username", json!({ "username": hidden })),
            ("name", json!({ "username": "ann", "name": hidden })),
            ("address", json!({ "username": "ann", "address": { "locality": hidden } })),
            ("roles", json!({ "username": "ann", "roles": [hidden] })),
            ("groups", json!({ "username": "ann", "groups": [hidden] })),
        ] {
            let refused = post("/admin/v1/users", &document);
            assert_eq!(refused.status, 400, "{member} {hidden:?}: {refused:?}");
            assert!(refused.json()["message"].as_str().unwrap().contains(member), "{refused:?}");
        }
        for member in ["name", "description"] {
            let refused = post("/admin/v1/tokens", &json!({ "kind": "api", "username": "alice", member: hidden }));
            assert_eq!(refused.status, 400, "{member} {hidden:?}: {refused:?}");
            assert!(refused.json()["message"].as_str().unwrap().contains(member), "{refused:?}");
        }
    }
    let made = post(
        "/admin/v1/users",
        &json!({ "username": "\u{645}\u{6CC}\u{200C}\u{631}", "name": "\u{1F469}\u{200D}\u{1F4BB}",
                 "address": { "street_address": "1 Way\nFlat 2" } }),
    );
    assert_eq!(made.status, 201, "{made:?}");
    let token = json!({ "kind": "api", "username": "alice", "name": "ci", "description": "one\ntwo" });
    assert_eq!(post("/admin/v1/tokens", &token).status, 201);
}
