//! The settings of `[[service]]`.

use serde_json::Value;

use super::support::{Request, Running, configuration, folder, json, run};

/// What `[tokens]` says is the default of every service of the file, member by member, and `[service.settings]` says otherwise for
/// one. The form of access tokens alone is each service's own choice.
#[test]
fn tokens_are_the_defaults_of_every_service_and_settings_of_one_override_them() {
    let (folder, port) = folder("");
    let tokens = "[tokens]\naccess_token_format = \"jwt\"\naccess_token_lifetime = \"11m\"\nid_token_lifetime = \"12m\"\n\
                  refresh_token_lifetime = \"13d\"\nrefresh_token_idle = \"2d\"\ncode_lifetime = \"33s\"\n\
                  refresh_reuse_grace = \"3s\"\nrefresh_rotation = \"public\"\nsigning_alg = \"PS256\"\n\
                  id_token_signing_alg = \"ES384\"\nprofile = \"classic\"\ndefault_audience = \"https://api.example/\"\n\
                  require_pushed_authorization_requests = true\n";
    let own = "accessTokenDuration = 60\nidTokenDuration = 61\nrefreshTokenDuration = 62\nauthorizationCodeDuration = 63\n\
               refreshTokenIdempotent = true\nrefreshTokenKept = false\nparRequired = false\naccessTokenSignAlg = \"ES256\"\n";
    let services = format!(
        "[[service]]\nid = 7\nissuer = \"http://127.0.0.1:{port}/seven\"\n[[service]]\nid = 8\n\
         issuer = \"http://127.0.0.1:{port}/eight\"\n[service.settings]\n{own}"
    );
    std::fs::write(folder.path().join("jeton.toml"), configuration(port, &format!("{tokens}{services}"))).unwrap();
    let running = Running::serve(folder.path(), port);
    let shown = |id: &str| json(&run(folder.path(), &["service", "show", id, "--json"]));
    let (default, seven, eight) = (shown("1"), shown("7"), shown("8"));
    for (member, of_file, of_own) in [
        ("access_token_lifetime", Value::from(660), Value::from(60)),
        ("id_token_lifetime", 720.into(), 61.into()),
        ("refresh_token_lifetime", (13 * 86_400).into(), 62.into()),
        ("refresh_token_idle", (2 * 86_400).into(), (2 * 86_400).into()),
        ("code_lifetime", 33.into(), 63.into()),
        ("refresh_rotation", "public".into(), "always".into()),
        ("signing_alg", "PS256".into(), "ES256".into()),
        ("id_token_signing_alg", "ES384".into(), "ES384".into()),
        ("default_audience", vec!["https://api.example/"].into(), vec!["https://api.example/"].into()),
    ] {
        assert_eq!(default[member], of_file, "{member} of the default service: {default}");
        assert_eq!(seven[member], of_file, "{member} of 7");
        assert_eq!(eight[member], of_own, "{member} of 8");
    }
    assert_eq!(
        (&default["access_token_format"], &seven["access_token_format"]),
        (&Value::from("jwt"), &Value::from("opaque"))
    );
    for (base, pushed) in [("", true), ("/seven", true), ("/eight", false)] {
        let path = format!("{base}/.well-known/openid-configuration");
        let document = running.http(&Request::get(&path)).json();
        assert_eq!(document["require_pushed_authorization_requests"], pushed, "{base}");
    }
}
