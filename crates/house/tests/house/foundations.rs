//! The model and the ledger name no protocol, no face and no dialect, since all of these are built on the two.

use std::collections::BTreeMap;

use crate::rust_words::{shipped, words_and_texts};
use crate::tree::{below, none};

/// Their folders, and the name of a path below them in `KNOWN`.
const FOUNDATIONS: &[(&str, &str)] = &[("crates/model/src/", "model/"), ("crates/ledger/src/", "ledger/")];

/// Names of protocols, faces and dialects.
const WORDS: &[&str] = &[
    "aarc",
    "authlete",
    "ciba",
    "iam",
    "indigo",
    "kc",
    "keycloak",
    "oauth",
    "oidc",
    "openid",
    "prodmanager",
    "saml",
    "scim",
    "scitokens",
    "uma",
    "vector",
    "wlcg",
];

/// Files that still name one: which word, how often, and why. A number may only fall; a file that moves into the
/// ledger's crate may bring its own.
const KNOWN: &[(&str, &str, usize, &str)] = &[
    ("ledger/catalog/mod.rs", "wlcg", 1, "a stored label of groups, which the catalog in memory knows"),
    ("ledger/catalog/scope_record.rs", "openid", 6, "the standard scopes, which nobody stores"),
    ("ledger/catalog/scope_record.rs", "uma", 1, "a standard scope, which nobody stores"),
    ("ledger/rights.rs", "iam", 4, "administrative scopes by their stored names"),
    ("ledger/rights.rs", "scim", 4, "administrative scopes by their stored names"),
    ("ledger/scope_policies/evaluate.rs", "openid", 1, "a scope that policies leave alone"),
    ("model/capability.rs", "wlcg", 1, "a scope that holds others below it, by its stored name"),
    ("model/records/client.rs", "uma", 2, "stored metadata of clients, and its default"),
    ("model/records/client_members.rs", "uma", 1, "documents name that member of the record"),
    ("model/records/mod.rs", "uma", 2, "hands on the settings of a service"),
    ("model/records/registration_policy.rs", "indigo", 2, "a stored rule of registration"),
    ("model/records/registration_policy.rs", "openid", 1, "the scope that clients get who ask for none"),
    ("model/records/service.rs", "uma", 9, "stored settings of a service"),
    ("model/scope.rs", "iam", 4, "administrative scopes by their stored names"),
    ("model/scope.rs", "scim", 4, "administrative scopes by their stored names"),
    ("model/scope.rs", "uma", 1, "an administrative scope by its stored name"),
];

/// The words that a name or a text consists of, in lower case: `UmaSettings`, `"iam:admin.read"`, `IAM_READ`.
fn parts(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut before = ' ';
    for c in text.replace("OAuth", "Oauth").chars() {
        let begins = (c.is_uppercase() && !before.is_uppercase()) || c.is_numeric() != before.is_numeric();
        if !c.is_alphanumeric() || begins {
            found.push(String::new());
        }
        if let Some(part) = found.last_mut().filter(|_| c.is_alphanumeric()) {
            part.extend(c.to_lowercase());
        }
        before = c;
    }
    found.retain(|part| !part.is_empty());
    found
}

#[test]
fn the_model_and_the_ledger_name_no_protocol() {
    let mut found: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for file in below("crates/").filter(|file| file.is_code()) {
        let short = FOUNDATIONS.iter().find_map(|(at, name)| Some(format!("{name}{}", file.path.strip_prefix(at)?)));
        let Some(short) = short else { continue };
        for word in shipped(words_and_texts(&file.text)) {
            let parts = parts(word.text);
            for name in WORDS.iter().filter(|name| parts.iter().any(|part| part == *name)) {
                let places = found.entry((short.clone(), name)).or_default();
                places.push(format!("{}:{}: {}", file.path, word.line, word.text));
            }
        }
    }
    let mut wrong = Vec::new();
    for (place, word, most, _) in KNOWN {
        match found.remove(&((*place).to_owned(), *word)) {
            Some(places) if places.len() == *most => {}
            Some(places) if places.len() > *most => wrong.extend(places),
            left => {
                let left = left.map_or(0, |places| places.len());
                wrong.push(format!("{place} names {word} {left} times: lower {most} in KNOWN of foundations.rs to it"));
            }
        }
    }
    wrong.extend(found.into_values().flatten());
    none(
        &wrong,
        "The model and the ledger know no protocol, no face and no dialect. Declare it where the feature is (a kind by its \
         number, a section of settings by its type), or hand it in by a hook:",
    );
}

#[test]
fn a_name_is_found_in_any_way_of_writing() {
    assert_eq!(parts("UmaSettings"), ["uma", "settings"]);
    assert_eq!(parts("IAM_READ"), ["iam", "read"]);
    assert_eq!(parts("\"wlcg.groups\""), ["wlcg", "groups"]);
    assert_eq!(parts("of_OAuth2"), ["of", "oauth", "2"]);
    assert_eq!(parts("maximal"), ["maximal"]);
}
