//! The forms of the store's URL.

use std::time::Duration;

use super::{Database, OpenError, Options, Way};
use crate::security::{Authorities, SslMode};

fn place(url: &str) -> Database {
    Database::parse(url, &Options::default()).unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn refused(url: &str) -> OpenError {
    Database::parse(url, &Options::default()).err().unwrap_or_else(|| panic!("{url} is taken"))
}

#[test]
fn a_bad_url_is_refused_without_its_password() {
    for url in [
        "postgres://jeton:s3c@r3t@localhost/jeton",
        "postgres://jeton:s3cr3t@localhost:port/jeton",
        "postgres://jeton:s3cr3t@localhost/jeton?s3cr3t=x",
        "postgres://jeton:s?cr3t=x@localhost/jeton",
        "postgres://jeton:s?ecr3t@localhost/jeton",
        "postgres://jeton:s?sslmode=cr3t@localhost/jeton",
        "mysql://jeton:s3cr3t@localhost/jeton",
        "postgres:///jeton",
        "",
    ] {
        let error = refused(url);
        assert!(matches!(error, OpenError::BadUrl), "{url}: {error}");
        assert!(!format!("{error} {error:?}").contains("r3t"), "{url}");
    }
}

#[test]
fn an_unknown_parameter_is_named_with_the_nearest_known_one() {
    for (query, words) in [
        ("sslmod=require", "`sslmod` is not known: did you mean `sslmode`?"),
        ("sslrootcrt=ca.pem", "did you mean `sslrootcert`?"),
        ("conect_timeout=3", "did you mean `connect_timeout`?"),
        ("prepared_statement=never", "did you mean `prepared_statements`?"),
        ("sslmode=strict", "`sslmode` must be one of disable, allow, prefer, require, verify-ca, verify-full"),
        ("connect_timeout=soon", "`connect_timeout` has a value that it cannot have"),
        ("sslmode=disable&sslmode=require", "`sslmode` stands there twice"),
        ("port=1,2,3", "`port` must name one port"),
    ] {
        let error = refused(&format!("postgres://u:s3cr3t@h/d?{query}")).to_string();
        assert!(error.contains(words) && !error.contains("s3cr3t"), "{query}: {error}");
    }
}

#[test]
fn what_would_verify_nothing_is_refused() {
    for (query, words) in [
        ("sslrootcert=/ca.pem", "sslmode=verify-full"),
        ("sslmode=prefer&sslrootcert=/ca.pem", "sslmode=verify-full"),
        ("sslmode=disable&sslrootcert=/ca.pem", "sslmode=verify-full"),
        ("sslmode=require&sslrootcert=system", "sslmode=verify-full"),
        ("sslmode=verify-ca", "sslrootcert=FILE"),
        ("sslmode=require&sslcert=/c.pem", "sslkey=FILE"),
        ("sslmode=require&sslkey=/k.pem", "sslcert=FILE"),
        ("sslmode=disable&sslcert=/c.pem&sslkey=/k.pem", "sslmode=verify-full"),
        ("sslnegotiation=direct", "sslmode=require"),
        ("sslmode=verify-full&sslrootcert=/nowhere/ca.pem", "/nowhere/ca.pem"),
    ] {
        let error = refused(&format!("postgres://u:s3cr3t@h/d?{query}")).to_string();
        assert!(error.contains(words) && !error.contains("s3cr3t"), "{query}: {error}");
    }
}

#[test]
fn modes_have_the_meaning_of_libpq() {
    let security = |query: &str| place(&format!("postgres://u@h/d?{query}")).security;
    assert_eq!(security("").mode, SslMode::Prefer);
    assert_eq!(security("sslmode=require").authorities, Authorities::Nobody);
    assert_eq!(security("sslmode=require").mode, SslMode::Require);
    assert!(security("sslmode=require&sslnegotiation=direct").direct);
    if !rustls_native_certs::load_native_certs().certs.is_empty() {
        assert_eq!(security("sslrootcert=system").mode, SslMode::VerifyFull);
        assert_eq!(security("sslmode=verify-full").authorities, Authorities::System);
    }
    assert!(place("postgres://u@h/d?sslmode=disable").tls.is_none());
}

#[test]
fn every_form_of_a_server_is_read() {
    let ways = |url: &str| place(url).targets.iter().map(|target| target.way.clone()).collect::<Vec<_>>();
    let name = |name: &str, port| Way::Name(name.to_owned(), port);
    assert_eq!(ways("postgres://u:p@one,two:6000/d"), [name("one", 5432), name("two", 6000)]);
    assert_eq!(ways("postgres://u:p@[::1]:6000/d"), [name("::1", 6000)]);
    assert_eq!(ways("postgres:///d?host=/run/pg"), [Way::Socket("/run/pg/.s.PGSQL.5432".into())]);
    let given = place("postgres://u:p@db.example/d?hostaddr=192.0.2.7");
    assert_eq!(given.targets[0].way, Way::Address("192.0.2.7".parse().unwrap(), 5432));
    assert_eq!(given.targets[0].host.as_deref(), Some("db.example"));
}

#[test]
fn several_servers_are_asked_beginning_with_the_latest() {
    let place = place("postgres://u:p@one,two,three/d");
    assert_eq!(place.order(), [0, 1, 2]);
    place.latest.store(2, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(place.order(), [2, 0, 1]);
    assert_eq!(place.connect_timeout, Duration::from_secs(3));
}

#[test]
fn it_has_names_for_people() {
    let place = place("postgres://u:p@h:6000/d");
    assert_eq!((place.name(), place.user(), place.database()), ("h:6000".into(), "u".into(), "d".into()));
}
