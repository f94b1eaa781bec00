//! The environment over the file.

use std::time::Duration;

use crate::support::{load_in, load_with};

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let toml = "issuer = \"https://file.example\"\n[tokens]\naccess_token_lifetime = \"5m\"";
    let env = [("JETON_ISSUER", "https://env.example"), ("PATH", "/bin"), ("jeton_issuer", "no")];
    let config = load_with(toml, &env).unwrap();
    assert_eq!(config.issuer, "https://env.example");
    assert_eq!(config.tokens.access_token_lifetime, Duration::from_mins(5));
    assert_eq!(config.tokens.id_token_lifetime, Duration::from_hours(1));
}

#[test]
fn each_kind_of_value_is_read_as_its_key_asks() {
    let config = load_with(
        "",
        &[
            ("JETON_DATA_DIR", "/var/lib/jeton"),
            ("JETON_HTTP__LISTEN", "[::1]:8081"),
            ("JETON_HTTP__MAX_BODY", "1024"),
            ("JETON_HTTP__TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
            ("JETON_TOKENS__SHOW_VALUES", "true"),
            ("JETON_TOKENS__CODE_LIFETIME", "30"),
            ("JETON_TOKENS__AUDIENCE", "https://api.example"),
            ("JETON_TOKENS__ACCESS_TOKEN_FORMAT", "opaque"),
            ("JETON_ORGANIZATION__ACCESS_TOKEN", "12345"),
            ("JETON_ADMIN__SHOW_VALUES_TO", "[\"auditor\"]"),
        ],
    )
    .unwrap();
    assert_eq!(config.data_dir, std::path::Path::new("/var/lib/jeton"));
    assert_eq!(config.http.listen, ["[::1]:8081".parse().unwrap()]);
    assert_eq!(config.http.max_body, 1024);
    assert!(config.http.trusted_proxies.trusts("10.1.2.3".parse().unwrap()));
    assert!(config.tokens.show_values);
    assert_eq!(config.tokens.code_lifetime, Duration::from_secs(30));
    assert_eq!(config.tokens.audience, ["https://api.example"]);
    assert_eq!(config.organization.access_token.unwrap().expose(), "12345", "text stays text");
    assert_eq!(config.admin.show_values_to, ["auditor"]);
}

#[test]
fn lists_of_tables_are_reached_by_position_or_as_a_whole() {
    let toml = "[[client]]\nclient_id = \"a\"\nscope = \"one\"";
    let config = load_with(
        toml,
        &[
            ("JETON_CLIENT__1__REDIRECT_URIS", "[\"https://b.example/cb\"]"),
            ("JETON_CLIENT__1__CLIENT_ID", "b"),
            ("JETON_CLIENT__0__SCOPE", "two"),
            ("JETON_CLIENT__0__JWKS", r#"{"keys":[{"kty":"OKP"}]}"#),
            ("JETON_SERVICE__0", "{ id = 7, issuer = \"https://s.example\" }"),
            ("JETON_USER", "[{ username = \"alice\", email_verified = true }]"),
        ],
    )
    .unwrap();
    let [a, b] = config.client.as_slice() else { panic!("two clients") };
    assert_eq!((a.client_id.as_str(), a.text("scope")), ("a", Some("two")));
    assert_eq!(a.properties["jwks"]["keys"][0]["kty"], "OKP");
    assert_eq!((b.client_id.as_str(), b.texts("redirect_uris").count()), ("b", 1));
    assert_eq!(config.service[0].id, 7);
    assert_eq!(config.user[0].claims.email_verified, Some(true));
}

#[test]
fn a_secret_of_the_environment_takes_the_place_of_a_file_and_the_other_way_round() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f"), "from a file").unwrap();
    let toml = "[organization]\naccess_token_file = \"f\"\n[api_tokens]\nsecret = \"in line\"";
    let env = [("JETON_ORGANIZATION__ACCESS_TOKEN", "from env"), ("JETON_API_TOKENS__SECRET_FILE", "f")];
    let config = load_in(folder.path(), toml, &env).unwrap();
    assert_eq!(config.organization.access_token.unwrap().expose(), "from env");
    assert_eq!(config.api_tokens.secret.unwrap().expose(), "from a file");
}

#[test]
fn what_the_environment_gets_wrong_is_named() {
    for (env, line) in [
        (&[("JETON_HTTP__LISTN", "x")][..], "unknown variable `JETON_HTTP__LISTN`: did you mean `JETON_HTTP__LISTEN`?"),
        (&[("JETON_HTPP__LISTEN", "x")], "unknown variable `JETON_HTPP__LISTEN`: did you mean `JETON_HTTP__LISTEN`?"),
        (
            &[("JETON_CLIENT__0__SCPE", "x")],
            "unknown variable `JETON_CLIENT__0__SCPE`: did you mean `JETON_CLIENT__0__SCOPE`?",
        ),
        (&[("JETON_ISSUER__X", "x")], "unknown variable `JETON_ISSUER__X`: did you mean `JETON_ISSUER`?"),
        (
            &[("JETON_CLIENT__1__SCOPE", "x")],
            "variable `JETON_CLIENT__1__SCOPE` names no table of the list: name its position, such as `JETON_CLIENT__0__…`; new ones follow the last without a gap",
        ),
        (&[("JETON_HTTP__MAX_BODY", "1k")], "`http.max_body` cannot be a string: expected a whole number, 0 or more"),
        (
            &[("JETON_STORE__URL", "sqlite:a"), ("JETON_STORE__URL_FILE", "b")],
            "`JETON_STORE__URL` and `JETON_STORE__URL_FILE` are both set: keep one of them",
        ),
    ] {
        let error = load_with("", env).expect_err(line).to_string();
        assert_eq!(error.lines().next().unwrap(), line);
    }
}

#[test]
fn variables_of_the_commands_are_no_keys() {
    let env = [("JETON_LOG", "debug"), ("JETON_TOKEN", "jtn_x"), ("JETON_URL", "http://127.0.0.1:1")];
    load_with("", &env).unwrap();
}
