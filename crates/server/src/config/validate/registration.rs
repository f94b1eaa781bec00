//! Dynamic client registration.

use std::time::Duration;

use super::super::{Config, Problem};
use super::bounds::{TEN_YEARS, within};

/// Scopes that open this server's own endpoints: a client that has registered itself must never get them.
const OURS: [&str; 8] = [
    "jeton:admin",
    "manager",
    "register_client",
    "uma_protection",
    "iam:admin.read",
    "iam:admin.write",
    "scim:read",
    "scim:write",
];

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let registration = &config.registration;
    let minute = Duration::from_mins(1);
    within("registration.unused", registration.unused, (minute, TEN_YEARS), problems);
    within("registration.idle", registration.idle, (minute, TEN_YEARS), problems);
    if !registration.scope.bytes().all(|b| matches!(b, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
        let fix = "write words of printable ASCII without \" and \\, with blanks between them";
        problems.push(Problem::new("registration.scope", "is not a list of scopes", fix));
    }
    for word in registration.scope.split(' ').filter(|word| OURS.contains(word)) {
        let fix = "give it to clients that you make yourself";
        problems.push(Problem::new("registration.scope", &format!("has {word}, which opens this server"), fix));
    }
}
