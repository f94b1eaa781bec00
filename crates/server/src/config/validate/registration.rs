//! Dynamic client registration.

use std::time::Duration;

use jeton_core::administration::opens_this_server;
use jeton_core::ledger::LONGEST_LIFETIME;
use jeton_core::redirect_uri::NEVER;
use url::Url;

use super::super::{Config, Problem};
use super::bounds::within;

/// The grant types that an operator may open to everybody.
const MORE_GRANTS: [&str; 2] = ["client_credentials", "implicit"];

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let registration = &config.registration;
    let minute = Duration::from_mins(1);
    within("registration.unused", registration.unused, (minute, LONGEST_LIFETIME), problems);
    within("registration.idle", registration.idle, (minute, LONGEST_LIFETIME), problems);
    let (millisecond, day) = (Duration::from_millis(1), Duration::from_hours(24));
    within("registration.attempt_interval", registration.attempt_interval, (millisecond, day), problems);
    within("registration.change_interval", registration.change_interval, (millisecond, day), problems);
    for (key, number) in
        [("registration.attempts", registration.attempts), ("registration.changes", registration.changes)]
    {
        if number == 0 {
            problems.push(Problem::new(key, "is 0, so nobody could register", "write at least 1"));
        }
    }
    for grant in registration.grant_types.iter().filter(|grant| !MORE_GRANTS.contains(&grant.as_str())) {
        let fix =
            format!("one of {}; the others are open anyway or need a client that you create", MORE_GRANTS.join(", "));
        problems.push(Problem::new(
            "registration.grant_types",
            &format!("contains {grant}, which it cannot open"),
            fix,
        ));
    }
    if !registration.scope.bytes().all(|b| matches!(b, b' ' | 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
        let fix = "write values of printable ASCII without \" and \\, separated by spaces";
        problems.push(Problem::new("registration.scope", "is not a list of scopes", fix));
    }
    for scheme in &registration.private_schemes {
        let key = "registration.private_schemes";
        if NEVER.contains(&scheme.as_str()) || ["http", "https"].contains(&scheme.as_str()) {
            let fix = "remove it: this key does not change who may use it";
            problems.push(Problem::new(key, &format!("contains {scheme}, which is not a private scheme"), fix));
        } else if !is_scheme(scheme) {
            let fix = "write schemes in lower case and without a colon, such as cursor";
            problems.push(Problem::new(key, "contains a value that is not a scheme", fix));
        }
    }
    for host in registration.client_id_hosts.iter().filter(|host| !is_host(host)) {
        let fix = "write a name or an address, with or without a port, such as localhost:3000 or [::1]";
        let what = format!("contains {host}, which is not a host");
        problems.push(Problem::new("registration.client_id_hosts", &what, fix));
    }
    for word in registration.scope.split(' ').filter(|word| opens_this_server(word)) {
        let fix = "give it to clients that you create yourself";
        problems.push(Problem::new(
            "registration.scope",
            &format!("contains {word}, which gives access to this server"),
            fix,
        ));
    }
}

/// Whether a host is written as in a URL, since it is compared with what is in one.
fn is_host(text: &str) -> bool {
    let Ok(url) = Url::parse(&format!("http://{text}/")) else { return false };
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")) == text
}

/// RFC 3986 section 3.1, as it is compared: in lower case.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn a_host_is_written_as_in_a_url() {
        for good in ["localhost", "localhost:3000", "127.0.0.1", "[::1]", "[::1]:9", "apps.example"] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "http://localhost",
            "localhost/",
            "LOCALHOST",
            "localhost:80",
            "::1",
            "me@localhost",
            "a b",
            "localhost:",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
