//! Every message about a file of the wrong shape, word for word.

use crate::support::load;

/// The lines that loading `toml` earns.
fn errors(toml: &str) -> Vec<String> {
    let error = load(toml).expect_err(toml);
    error.to_string().lines().map(str::to_owned).collect()
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    for (toml, line) in [
        (
            "[tokens]\nacess_token_lifetime = 1",
            "unknown key `tokens.acess_token_lifetime`: did you mean `access_token_lifetime`?",
        ),
        ("isuer = 1", "unknown key `isuer`: did you mean `issuer`?"),
        ("listen = 1", "unknown key `listen`: did you mean `http.listen`?"),
        ("code_lifetime = 1", "unknown key `code_lifetime`: did you mean `tokens.code_lifetime`?"),
        ("[htp]\nlisten = 1", "unknown key `htp`: did you mean `http`?"),
        (
            "[[client]]\nclient_id = \"a\"\nclientsecret = \"hunter2\"",
            "unknown key `client[0].clientsecret`: did you mean `client_secret`?",
        ),
        (
            "[[user]]\nusername = \"a\"\n[user.address]\npostcode = \"1\"",
            "unknown key `user[0].address.postcode`: did you mean `postal_code`?",
        ),
        (
            "[vector]\napp_keys = [{ key = \"k\", scope = [] }]",
            "unknown key `vector.app_keys[0].scope`: did you mean `scopes`?",
        ),
    ] {
        assert_eq!(errors(toml), [line]);
    }
}

#[test]
fn a_wrong_type_names_the_key_and_what_is_expected() {
    for (toml, line) in [
        ("issuer = 1", "`issuer` cannot be an integer: expected a string"),
        ("data_dir = true", "`data_dir` cannot be a boolean: expected a path as a string"),
        ("http = 1", "`http` cannot be an integer: expected a table"),
        (
            "[http]\nlisten = \"localhost\"",
            "`http.listen` cannot be \"localhost\": expected an address and a port such as \"127.0.0.1:8080\" or \
             \"[::1]:8080\", or a list of them",
        ),
        (
            "[http]\ntrusted_proxies = [\"10.0.0.0/8\", \"10.0.0.0/99\"]",
            "`http.trusted_proxies[1]` cannot be \"10.0.0.0/99\": expected an address or a network such as \"10.0.0.0/8\"",
        ),
        (
            "[http]\ntrusted_proxies = \"10.0.0.0/8\"",
            "`http.trusted_proxies` cannot be a string: expected a list of addresses and networks such as [\"10.0.0.0/8\"]",
        ),
        ("[http]\nmax_body = -1", "`http.max_body` cannot be negative: expected a whole number, 0 or more"),
        ("[http]\nmax_body = \"1k\"", "`http.max_body` cannot be a string: expected a whole number, 0 or more"),
        (
            "[tokens]\ncode_lifetime = \"1 fortnight\"",
            "`tokens.code_lifetime` cannot be \"1 fortnight\": expected a duration such as \"90s\", \"1h\" or \"30d\", or an integer of seconds",
        ),
        (
            "[tokens]\ncode_lifetime = 1.5",
            "`tokens.code_lifetime` cannot be a float: expected a duration such as \"90s\", \"1h\" or \"30d\", or an integer of seconds",
        ),
        (
            "[tokens]\naccess_token_format = \"paseto\"",
            "`tokens.access_token_format` cannot be \"paseto\": expected one of \"jwt\", \"opaque\"",
        ),
        ("[tokens]\naudience = 1", "`tokens.audience` cannot be an integer: expected a string or a list of strings"),
        ("[tokens]\nshow_values = \"yes\"", "`tokens.show_values` cannot be a string: expected true or false"),
        ("client = {}", "`client` cannot be a table: expected a list of tables"),
        (
            "[[client]]\nclient_id = \"a\"\nredirect_uris = \"https://a.example\"",
            "`client[0].redirect_uris` cannot be a string: expected a list of strings such as [\"a\", \"b\"]",
        ),
        ("[[client]]\nclient_id = \"a\"\njwks = 1", "`client[0].jwks` cannot be an integer: expected a table"),
        (
            "[[client]]\nclient_id = \"a\"\nclient_secret = 1",
            "`client[0].client_secret` cannot be an integer: expected a string",
        ),
        (
            "[[user]]\nusername = \"a\"\nbirthdate = 2000-01-01",
            "`user[0].birthdate` cannot be a date: expected a string",
        ),
    ] {
        assert_eq!(errors(toml), [line]);
    }
}

#[test]
fn a_missing_key_is_named() {
    assert_eq!(
        errors("[[client]]\n[[user]]\n[[service]]\nid = 1"),
        [
            "`client[0].client_id` is missing: every such table needs it",
            "`service[0].issuer` is missing: every such table needs it",
            "`user[0].username` is missing: every such table needs it",
        ]
    );
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let lines = errors("isuer = 1\ndata_dir = 1\n[http]\nport = 1\nmax_body = \"x\"");
    assert_eq!(lines.len(), 4, "{lines:?}");
}

#[test]
fn a_broken_file_names_the_place_and_shows_no_line_of_it() {
    let lines = errors("issuer = \"x\"\n[[client]]\nclient_secret = \"hunter2");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("jeton.toml:3:"), "{lines:?}");
    assert!(!lines[0].contains("hunter2"), "{lines:?}");
}

#[test]
fn a_missing_file_is_named() {
    let path = std::path::Path::new("nowhere/jeton.toml");
    let error = jeton_server::config::Config::load(Some(path), std::iter::empty()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read the configuration file nowhere/jeton.toml: No such file or directory (os error 2)"
    );
    assert!(error.problems().is_empty());
}
