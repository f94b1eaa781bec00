//! Every message about invalid values, word for word.

use jeton_core::model::RegistrationPolicy;
use jeton_core::redirect_uri::NEVER;

use crate::support::{lines, load};

fn problems(toml: &str) -> Vec<String> {
    lines(&load(toml).expect(toml).problems())
}

#[test]
fn an_issuer_is_a_plain_url() {
    for (issuer, line) in [
        ("shop", "`issuer` is not a URL: write the URL that clients use, such as https://id.example"),
        (
            "ftp://id.example",
            "`issuer` is not an http or https URL: write the URL that clients use, such as https://id.example",
        ),
        ("https://id.example?a=b", "`issuer` has a query or a fragment: end the URL before `?` and `#`"),
        ("https://id.example#a", "`issuer` has a query or a fragment: end the URL before `?` and `#`"),
        ("https://u:p@id.example", "`issuer` holds a user name or a password: write the host only"),
        (
            "http://id.example",
            "`issuer` uses plain HTTP on a host that is not loopback: use https, or set allow_http_issuer = true for a test",
        ),
    ] {
        assert_eq!(problems(&format!("issuer = \"{issuer}\"")), [line]);
    }
    for good in
        ["https://id.example", "https://id.example/t/", "http://localhost:1", "http://127.0.0.9", "http://[::1]:1"]
    {
        assert_eq!(problems(&format!("issuer = \"{good}\"")), [""; 0]);
    }
    assert_eq!(problems("issuer = \"http://id.example\"\nallow_http_issuer = true"), [""; 0]);
}

#[test]
fn registrants_get_no_scope_that_opens_the_server() {
    for (toml, line) in [
        (
            "[registration]\nscope = \"openid manager\"",
            "`registration.scope` contains manager, which gives access to this server: give it to clients that you create yourself",
        ),
        (
            "[registration]\nscope = \"a\\\"b\"",
            "`registration.scope` is not a list of scopes: write values of printable ASCII without \" and \\, \
             separated by spaces",
        ),
        (
            "[registration]\nprivate_schemes = [\"javascript\"]",
            "`registration.private_schemes` contains javascript, which is not a private scheme: remove it: \
             this key does not change who may use it",
        ),
        (
            "[registration]\nprivate_schemes = [\"cursor:\"]",
            "`registration.private_schemes` contains a value that is not a scheme: write schemes in lower case and without a colon, such as \
             cursor",
        ),
        ("[registration]\nunused = 1", "`registration.unused` is 1s, too short: 1m at least"),
        ("[registration]\nidle = \"0\"", "`registration.idle` is 0, too short: 1m at least"),
    ] {
        assert_eq!(problems(toml), [line]);
    }
    assert_eq!(problems("[registration]\nopen = true\nscope = \"openid api\"\nquota = 0"), [""; 0]);
}

#[test]
fn what_the_core_allows_and_refuses_the_file_does_too() {
    let with = |scheme: &str| problems(&format!("[registration]\nprivate_schemes = [\"{scheme}\"]"));
    for scheme in NEVER {
        assert_eq!(with(scheme).len(), 1, "{scheme}");
        let client = format!(
            "[[client]]\nclient_id = \"a\"\nclient_secret = \"long enough secret\"\nredirect_uris = [\"{scheme}:x\"]"
        );
        assert_eq!(problems(&client).len(), 1, "{scheme}");
    }
    let usual = RegistrationPolicy::default();
    assert_eq!(load("").unwrap().registration.private_schemes, usual.private_schemes);
    for scheme in usual.private_schemes {
        assert_eq!(with(&scheme), [""; 0]);
    }
    for grant in jeton_core::grants::names() {
        let client = "[[client]]\nclient_id = \"a\"\nclient_secret = \"long enough secret\"";
        assert_eq!(problems(&format!("{client}\ngrant_types = [\"{grant}\"]")), [""; 0]);
    }
    for scope in ["jeton:admin", "manager", "iam:admin.write", "scim:read", "register_client", "uma_protection"] {
        assert_eq!(problems(&format!("[registration]\nscope = \"openid {scope}\"")).len(), 1, "{scope}");
    }
}

#[test]
fn listeners_do_not_collide_and_have_both_halves_of_tls() {
    for (toml, line) in [
        ("[http]\ntls_cert = \"c\"", "`http.tls_key` is missing: name a PEM file, or leave out http.tls_cert"),
        ("[http]\ntls_key = \"k\"", "`http.tls_cert` is missing: name a PEM file, or leave out http.tls_key"),
        ("[http]\nclient_ca = \"c\"", "`http.tls_cert` is missing: name a PEM file, or leave out http.client_ca"),
        (
            "[http]\nself_signed_client_certificates = true",
            "`http.self_signed_client_certificates` needs TLS: set http.tls_cert and http.tls_key, or leave it out",
        ),
        (
            "[vector]\nlisten = [\"127.0.0.1:1\"]",
            "`vector.tls_cert` is missing: robots speak TLS only: run `jeton vector init`, or name a PEM file",
        ),
        (
            "[vector]\nlisten = [\"127.0.0.1:1\", \"127.0.0.1:8080\"]\ntls_cert = \"c\"\ntls_key = \"k\"",
            "`vector.listen[1]` is the address of `http.listen`: choose another port",
        ),
        (
            "[vector]\nsession_tokens = [\"with a space\"]",
            "`vector.session_tokens[0]` cannot be sent by a robot: write at most 255 printable ASCII characters without a \
             space: a robot passes on no others",
        ),
        (
            "[vector]\napp_keys = [{ key = \"k\", scopes = [\"all\"] }]",
            "`vector.app_keys[0].scopes` has an unknown scope: choose from user, support, admin, service, cron, root",
        ),
        (
            "[vector]\napp_keys = [{ key = \"k\" }, { key = \"k\" }]",
            "`vector.app_keys[1].key` is listed twice: give the first entry all its scopes",
        ),
        (
            "[metrics]\nlisten = \"127.0.0.1:8080\"",
            "`metrics.listen` is the address of `http.listen`: choose another port",
        ),
        ("[http]\nmax_connections = 0", "`http.max_connections` is 0, too few: 1 at least"),
        ("[http]\nmax_connections_per_address = 0", "`http.max_connections_per_address` is 0, too few: 1 at least"),
        ("[http]\nanswer_timeout = 0", "`http.answer_timeout` is 0, too short: 100ms at least"),
        ("[http]\nmax_body = 99999999", "`http.max_body` is 99999999, too many: 2097152 at most"),
        ("[http]\nworkers = 0", "`http.workers` is 0, too few: 1 at least"),
        ("[http]\nrequest_timeout = \"0\"", "`http.request_timeout` is 0, too short: 100ms at least"),
        ("[http]\nheader_timeout = \"2h\"", "`http.header_timeout` is 2h, too long: 1h at most"),
        ("[http]\nidle_timeout = 0", "`http.idle_timeout` is 0, too short: 100ms at least"),
    ] {
        assert_eq!(problems(toml), [line]);
    }
    assert_eq!(problems("[http]\nlisten = \"127.0.0.1:0\"\n[metrics]\nlisten = \"127.0.0.1:0\""), [""; 0]);
}

#[test]
fn the_store_is_one_we_know() {
    for (toml, line) in [
        (
            "[store]\nurl = \"mysql://u:hunter2@h/d\"",
            "`store.url` names no known store: write sqlite:FILE or postgres://user:password@host:port/database",
        ),
        (
            "[store]\nseal_key = \"hunter2\"",
            "`store.seal_key` is not a key: write 32 random bytes in base64, as `openssl rand -base64 32` prints them",
        ),
        ("[store]\nrevocation_bound = \"1d\"", "`store.revocation_bound` is 1d, too long: 1h at most"),
        ("[store]\nreaders = 0", "`store.readers` is 0, too few: 1 at least"),
        ("[index]\nmax_tokens = 0", "`index.max_tokens` is 0, too few: 1 at least"),
    ] {
        assert_eq!(problems(toml), [line]);
    }
}

#[test]
fn tokens_live_within_bounds() {
    for (toml, line) in [
        ("[tokens]\ncode_lifetime = \"601s\"", "`tokens.code_lifetime` is 601s, too long: 10m at most"),
        ("[tokens]\naccess_token_lifetime = 0", "`tokens.access_token_lifetime` is 0, too short: 1s at least"),
        (
            "[tokens]\nrefresh_token_lifetime = \"9999d\"",
            "`tokens.refresh_token_lifetime` is 9999d, too long: 3650d at most",
        ),
        ("[tokens]\nid_token_lifetime = \"1ms\"", "`tokens.id_token_lifetime` is 1ms, too short: 1s at least"),
        ("[tokens]\nrefresh_token_idle = 0", "`tokens.refresh_token_idle` is 0, too short: 1s at least"),
        ("[tokens]\nrefresh_reuse_grace = \"1h\"", "`tokens.refresh_reuse_grace` is 1h, too long: 5m at most"),
        (
            "[tokens]\nsigning_alg = \"none\"",
            "`tokens.signing_alg` is not a known signature algorithm: one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA",
        ),
        ("[keys]\npublish_ahead = \"31d\"", "`keys.publish_ahead` is 31d, too long: 30d at most"),
    ] {
        assert_eq!(problems(toml), [line]);
    }
}

#[test]
fn names_are_given_once() {
    let client = "[[client]]\ntoken_endpoint_auth_method = \"none\"\nclient_id = ";
    assert_eq!(
        problems(&format!("{client}\"a\"\n{client}\"b\"\n{client}\"a\"\n{client}\"\"\n{client}\"\\u0007\"")),
        [
            "`client[2].client_id` is the same as `client[0].client_id`: rename one of them",
            "`client[3].client_id` is empty: give it a name",
            "`client[4].client_id` holds a control character, an invisible one or a mark of direction: write printable characters only",
        ]
    );
    assert_eq!(
        problems("[[user]]\nusername = \"a\"\n[[user]]\nusername = \"a\""),
        ["`user[1].username` is the same as `user[0].username`: rename one of them"]
    );
}

#[test]
fn a_user_signs_in_one_way() {
    for (keys, line) in [
        (
            "password = \"0123456789abcdef\"\npassword_hash = \"$argon2id$x\"",
            "`user[0].password` and `password_hash` are both set: keep one of them",
        ),
        (
            "password_hash = \"$2b$10$x\"",
            "`user[0].password_hash` is not an argon2id hash: write a PHC string that begins with $argon2id$",
        ),
        ("sub = \"\"", "`user[0].sub` is not a subject: write 1 to 255 ASCII characters"),
        ("password = \"\"", "`user[0].password` is empty: write a secret, or leave the key out"),
    ] {
        assert_eq!(problems(&format!("[[user]]\nusername = \"a\"\n{keys}")), [line]);
    }
    assert_eq!(
        problems("[[user]]\nusername = \"a\"\nsub = \"1\"\n[[user]]\nusername = \"b\"\nsub = \"1\""),
        ["`user[1].sub` is another user's: give each user a different subject"]
    );
}

#[test]
fn services_cannot_be_confused() {
    assert_eq!(
        problems(
            "issuer = \"https://a.example\"\n[[service]]\nid = 1\nissuer = \"https://a.example\"\n\
             [[service]]\nid = 1\nissuer = \"https://b.example\"\n[[service]]\nid = 0\nissuer = \"https://b.example\""
        ),
        [
            "`service[0].issuer` is the issuer of the default service: give each service its own",
            "`service[1].id` is the same as `service[0].id`: rename one of them",
            "`service[2].issuer` is the same as `service[1].issuer`: rename one of them",
            "`service[2].id` is out of range: a number from 1 to 9007199254740991",
        ]
    );
    assert_eq!(
        problems("[vector]\napp_keys = [{ key = \"\" }]"),
        ["`vector.app_keys[0].key` is empty: write the app's key"]
    );
}

#[test]
fn the_token_face_has_a_secret_names_and_rates() {
    for (toml, complaint) in [
        (
            "shared_secret = true",
            "`api_tokens.shared_secret` is set and `api_tokens.secret` is not: write the secret, or leave shared_secret out",
        ),
        ("issuer = \" \"", "`api_tokens.issuer` is empty: write a name, or leave the key out"),
        ("permissions = [\"\"]", "`api_tokens.permissions` holds an empty name: remove it"),
        ("rate_limit_default = 0", "`api_tokens.rate_limit_default` is 0, too few: 1 at least"),
        ("rate_limit_logged = 0", "`api_tokens.rate_limit_logged` is 0, too few: 1 at least"),
        ("rate_limit_period = \"0s\"", "`api_tokens.rate_limit_period` is 0, too short: 1s at least"),
        ("rate_limit_period = \"8d\"", "`api_tokens.rate_limit_period` is 8d, too long: 7d at most"),
    ] {
        assert_eq!(problems(&format!("[api_tokens]\n{toml}")), [complaint]);
    }
    for (toml, right) in [("HS256", true), ("HS384", true), ("HS512", true), ("ES256", false), ("none", false)] {
        assert_eq!(load(&format!("[api_tokens]\nalgorithm = \"{toml}\"")).is_ok(), right, "{toml}");
    }
}

#[test]
fn weak_secrets_are_named_and_never_shown() {
    let credentials = load(
        "[organization]\naccess_token = \"hunter2\"\n[[service]]\nid = 7\nissuer = \"https://a.example\"\naccess_token = \"x\"\napi_secret = \"y\"",
    )
    .unwrap();
    assert_eq!(lines(&credentials.problems()), [""; 0]);
    assert_eq!(
        lines(&credentials.warnings()),
        ["service[0].access_token", "service[0].api_secret", "organization.access_token"].map(|key| format!(
            "`{key}` is shorter than 32 bytes: write 32 random bytes at least, since wrong ones are not slowed"
        ))
    );
    assert_eq!(
        problems("[api_tokens]\nsecret = \"hunter2\""),
        [
            "`api_tokens.secret` is shorter than 32 bytes: write 32 bytes at least, or set allow_weak_secret = true for a test"
        ]
    );
    let config = load(
        "[api_tokens]\nsecret = \"hunter2\"\nallow_weak_secret = true\n\
         [[client]]\nclient_id = \"a\"\nclient_secret = \"hunter2\"\n\
         [[client]]\nclient_id = \"b\"\nclient_secret = \"0123456789abcdef\"\n\
         [[user]]\nusername = \"a\"\npassword = \"hunter2\"\n\
         [keys]\ngrace = \"1m\"\n\
         [http]\ntrusted_proxies = [\"0.0.0.0/0\"]",
    )
    .unwrap();
    assert_eq!(lines(&config.problems()), [""; 0]);
    assert_eq!(
        lines(&config.warnings()),
        [
            "`client[0].client_secret` is shorter than 16 characters: use a longer one",
            "`user[0].password` is shorter than 16 characters: use a longer one",
            "`api_tokens.secret` is shorter than 32 bytes: use a longer one and remove allow_weak_secret",
            "`keys.grace` is shorter than the lifetime of access tokens: make it as long as tokens.access_token_lifetime, or a rotation leaves tokens that cannot be verified",
            "`http.trusted_proxies` trusts every address: name the addresses of your proxies: everyone can now forge client addresses and certificates",
        ]
    );
}
