//! Dynamic client registration.

use std::time::Duration;

use jeton_core::administration::opens_this_server;
use jeton_core::redirect_uri::NEVER;

use super::super::{Config, Problem};
use super::bounds::{TEN_YEARS, within};

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let registration = &config.registration;
    let minute = Duration::from_mins(1);
    within("registration.unused", registration.unused, (minute, TEN_YEARS), problems);
    within("registration.idle", registration.idle, (minute, TEN_YEARS), problems);
    if !registration.scope.bytes().all(|b| matches!(b, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
        let fix = "write words of printable ASCII without \" and \\, with blanks between them";
        problems.push(Problem::new("registration.scope", "is not a list of scopes", fix));
    }
    for scheme in &registration.private_schemes {
        let key = "registration.private_schemes";
        if NEVER.contains(&scheme.as_str()) || ["http", "https"].contains(&scheme.as_str()) {
            let fix = "remove it: clients may not have it, or may have it only as they may now";
            problems.push(Problem::new(key, &format!("has {scheme}, which is no application's own"), fix));
        } else if !is_scheme(scheme) {
            let fix = "write schemes in lower case and without a colon, such as cursor";
            problems.push(Problem::new(key, "has what is no scheme", fix));
        }
    }
    for word in registration.scope.split(' ').filter(|word| opens_this_server(word)) {
        let fix = "give it to clients that you make yourself";
        problems.push(Problem::new("registration.scope", &format!("has {word}, which opens this server"), fix));
    }
}

/// RFC 3986 section 3.1, as it is compared: in lower case.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b))
}
