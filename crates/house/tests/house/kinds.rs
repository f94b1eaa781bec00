//! Kinds are numbers in the store: no two features share one, and none is ever reused.

use std::collections::{BTreeMap, BTreeSet};

use jeton_core::kinds::single_use_kinds;
use jeton_core::model::DeclaredSingleUse;

use crate::rust_words::{shipped, words};
use crate::tree::{below, none};

/// Every number that a kind of single-use entry ever had. Lines are added; none is changed or taken out.
const SINGLE_USE: &[(i16, &str)] = &[
    (1, "code"),
    (2, "interaction"),
    (3, "refresh_reply"),
    (4, "assertion_id"),
    (5, "dpop_id"),
    (6, "ticket"),
    (7, "confirmation_code"),
    (8, "device_code"),
    (9, "user_code"),
    (10, "pushed_request"),
    (11, "authlete_ticket"),
    (12, "device_answer"),
    (20, "logout_try"),
    (21, "succession"),
    (31, "suspension_turn"),
    (41, "unanswered"),
    (42, "ticket_context"),
    (43, "token_batch"),
    (44, "client_number"),
    (45, "batch_notice_try"),
    (46, "client_alias"),
    (47, "new_text"),
];

/// Those of them that no feature declares, and why.
const UNDECLARED_SINGLE_USE: &[(i16, &str)] = &[(11, "the ticket between two calls of Authlete's API: reserved")];

#[test]
fn the_number_of_a_single_use_kind_is_its_own_for_ever() {
    let known: BTreeMap<i16, &str> = SINGLE_USE.iter().copied().collect();
    assert_eq!(known.len(), SINGLE_USE.len(), "a number comes twice in SINGLE_USE of kinds.rs");
    let mut left: BTreeSet<i16> = known.keys().copied().collect();
    let mut wrong = Vec::new();
    for DeclaredSingleUse { kind, name, .. } in single_use_kinds() {
        let number = kind.sql();
        if known.get(&number) != Some(&name) {
            wrong.push(format!("{number} {name}: add it to SINGLE_USE of kinds.rs, with a number that is not there"));
        } else if !left.remove(&number) {
            wrong.push(format!("{number} {name}: declared twice"));
        }
        if number >= DeclaredSingleUse::OUTSIDE {
            wrong.push(format!("{number} {name}: such numbers are for tests and features outside of this project"));
        }
    }
    for (number, _) in UNDECLARED_SINGLE_USE {
        if !left.remove(number) {
            wrong.push(format!("{number} is declared, or was never used: take it out of UNDECLARED_ONCE of kinds.rs"));
        }
    }
    wrong.extend(left.iter().map(|number| format!("{number} is not declared any more: say so in UNDECLARED_ONCE")));
    none(&wrong, "Stores keep the numbers of kinds:");
}

#[test]
fn every_declared_single_use_kind_is_in_a_list() {
    let mut declared = Vec::new();
    let mut made = Vec::new();
    for file in below("crates/").filter(|file| file.is_code() && !file.path.starts_with("crates/testkit/")) {
        let words = shipped(words(&file.text));
        for pair in words.windows(3) {
            let [of, colons, call] = pair else { continue };
            let place = || format!("{}:{}", file.path, call.line);
            if colons.text != "::" {
                continue;
            }
            match (of.text, call.text) {
                ("DeclaredSingleUse", "new") => declared.push(place()),
                ("SingleUseKind", "from_sql") if !file.path.starts_with("crates/stores/") => made.push(place()),
                _ => {}
            }
        }
    }
    let listed = single_use_kinds().count();
    assert_eq!(listed, declared.len(), "not each of these is in ONCE_KINDS of its crate: {declared:#?}");
    none(&made, "Only stores read a kind from its number; a feature declares its own by DeclaredSingleUse::new:");
}
