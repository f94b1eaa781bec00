//! Issuers with a path, and several issuers in one process, each at its own address.

use serde_json::Value;

use super::support::{Request, Running, base64, client, configuration, folder, free_port, jeton, json, run};

const SECRET: &str = "a secret of more than sixteen";
const PASSWORD: &str = "correct horse battery staple";

/// A folder whose default service has a path.
fn with_path(path: &str, rest: &str) -> (tempfile::TempDir, u16) {
    let (folder, port) = folder("");
    let text = configuration(port, rest).replacen(&format!(":{port}\""), &format!(":{port}{path}\""), 1);
    std::fs::write(folder.path().join("jeton.toml"), text).unwrap();
    (folder, port)
}

/// RFC 8414 section 3.1: the well-known part stands before the issuer's path; OIDC Discovery 4: behind it. Everything else is below
/// the path, also where a proxy takes it off before Jeton sees it.
#[test]
fn an_issuer_with_a_path_is_served_whole_with_and_without_a_proxy_that_strips_it() {
    let admin = format!("[[user]]\nusername = \"admin\"\npassword = \"{PASSWORD}\"\nroles = [\"admin\"]\n");
    let (folder, port) = with_path("/auth/v1", &(client("app", SECRET) + &admin));
    assert!(run(folder.path(), &["check"]).status.success());
    let running = Running::serve(folder.path(), port);
    let issuer = format!("http://127.0.0.1:{port}/auth/v1");
    for path in [
        "/auth/v1/.well-known/openid-configuration",
        "/auth/v1/.well-known/oauth-authorization-server",
        "/auth/v1/.well-known/uma2-configuration",
        "/.well-known/oauth-authorization-server/auth/v1",
        "/.well-known/openid-configuration/auth/v1",
        "/.well-known/openid-configuration",
    ] {
        let document = running.http(&Request::get(path)).json();
        assert_eq!(document["issuer"], issuer, "{path}");
        let endpoint = document["token_endpoint"].as_str().unwrap();
        assert_eq!(endpoint, format!("{issuer}/token"), "{path}");
    }
    let form = "grant_type=client_credentials&scope=api1";
    for base in ["/auth/v1", ""] {
        let token = running.form(&format!("{base}/token"), ("app", SECRET), form).json();
        let token = token["access_token"].as_str().unwrap().to_owned();
        let seen = running.form(&format!("{base}/introspect"), ("app", SECRET), &format!("token={token}")).json();
        assert_eq!((&seen["active"], &seen["iss"]), (&Value::Bool(true), &Value::from(issuer.clone())), "{base}");
        let page = running.http(&Request::get(&format!("{base}/console")));
        assert!(page.body.contains("action=\"/auth/v1/console/sign-in\""), "{}", page.body);
        let cookie = page.header("set-cookie").unwrap();
        assert!(cookie.contains("; Path=/auth/v1;"), "{cookie}");
        let (_, csrf) = page.body.split_once("name=\"csrf\" value=\"").unwrap();
        let csrf = csrf.split('"').next().unwrap();
        let body = format!("csrf={csrf}&username=admin&password={}", PASSWORD.replace(' ', "+"));
        let sign_in = format!("{base}/console/sign-in");
        let cookie = cookie.split(';').next().unwrap();
        let entered = running.http(&Request::post(&sign_in, &body).header("cookie", cookie));
        assert_eq!((entered.status, entered.header("location")), (303, Some("/auth/v1/console")));
        let described = running.http(&Request::get(&format!("{base}/openapi.json"))).json();
        assert_eq!(described["servers"][0]["url"], issuer);
        assert_eq!(running.http(&Request::get(&format!("{base}/health/ready"))).status, 200);
        let device = running.http(&Request::get(&format!("{base}/device")));
        assert!(device.body.contains("/auth/v1/"), "{}", device.body);
    }
    for path in ["/auth/v2/token", "/auth/v1x/token", "/auth/v1/auth/v1/token"] {
        assert_eq!(running.form(path, ("app", SECRET), form).status, 404, "{path}");
    }
    assert_eq!(json(&run(folder.path(), &["client", "list", "--json"]))["total"], 1);
}

/// Each `[[service]]` is served like the default service, at its issuer's host or path, with its own clients, keys and
/// administrators; one that is added is served after SIGHUP.
#[test]
fn services_are_served_at_their_own_addresses() {
    let (folder, port) = folder("");
    let shop = "allow_http_issuer = true\n";
    let services = |more: &str| {
        let text = configuration(
            port,
            &format!(
                "{}[[service]]\nid = 7\nissuer = \"http://shop.example\"\n[[service]]\nid = 8\n\
                 issuer = \"http://127.0.0.1:{port}/eight\"\n{more}",
                client("app", SECRET)
            ),
        );
        std::fs::write(folder.path().join("jeton.toml"), format!("{shop}{text}")).unwrap();
    };
    services("");
    let mut running = Running::serve(folder.path(), port);
    let socket = folder.path().join("jeton-data/jeton.sock");
    let document = format!(
        "{{\"client_id\":\"app\",\"client_secret\":\"{SECRET} too\",\"grant_types\":[\"client_credentials\"],\
         \"scope\":\"api1 jeton:admin\",\"default_scope\":\"api1\"}}"
    );
    for service in [7, 8] {
        let path = format!("/admin/v1/clients?service={service}");
        let made = Request::post(&path, &document).header("content-type", "application/json").by_socket(&socket);
        assert_eq!(made.status, 201, "{made:?}");
    }
    let places = [("127.0.0.1", "", 1, ""), ("shop.example", "", 7, " too"), ("127.0.0.1", "/eight", 8, " too")];
    let basic = |suffix: &str| format!("Basic {}", base64(&format!("app:{SECRET}{suffix}")));
    let form = "application/x-www-form-urlencoded";
    let call = |host: &str, path: &str, suffix: &str, body: &str| {
        let credentials = basic(suffix);
        let request = Request::post(path, body).header("host", host).header("content-type", form);
        running.http(&request.header("authorization", &credentials))
    };
    let mut tokens = Vec::new();
    let mut keys = Vec::new();
    for (host, base, service, suffix) in places {
        let token = call(host, &format!("{base}/token"), suffix, "grant_type=client_credentials&scope=jeton:admin");
        tokens.push(token.json()["access_token"].as_str().unwrap().to_owned());
        let jwks = running.http(&Request::get(&format!("{base}/jwks")).header("host", host)).json();
        keys.push(jwks["keys"].as_array().unwrap().iter().map(|key| key["x"].to_string()).collect::<Vec<_>>());
        let document =
            running.http(&Request::get(&format!("{base}/.well-known/openid-configuration")).header("host", host));
        let issuer = document.json()["issuer"].as_str().unwrap().to_owned();
        let expected = match service {
            7 => "http://shop.example".to_owned(),
            _ => format!("http://127.0.0.1:{port}{base}"),
        };
        assert_eq!(issuer, expected);
    }
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2], "{keys:?}");
    for (at, (host, base, service, suffix)) in places.into_iter().enumerate() {
        for (of, token) in tokens.iter().enumerate() {
            let seen = call(host, &format!("{base}/introspect"), suffix, &format!("token={token}")).json();
            assert_eq!(seen["active"], at == of, "{host}{base} {of}");
            let bearer = format!("Bearer {token}");
            let get = |path: &str| {
                let path = format!("{base}{path}");
                running.http(&Request::get(&path).header("host", host).header("authorization", &bearer))
            };
            let listed = get("/admin/v1/services");
            assert_eq!(listed.status, if at == of { 200 } else { 401 }, "{host}{base} {of}");
            if at == of && service != 1 {
                let items = &listed.json()["items"];
                assert_eq!((items.as_array().unwrap().len(), &items[0]["id"]), (1, &Value::from(service)));
                assert_eq!(get("/admin/v1/clients?service=1").status, 404);
                assert_eq!(get("/admin/v1/services/1").status, 404);
                assert_eq!(get("/admin/v1/robots").status, 404);
                assert_eq!(get("/admin/v1/clients").json()["total"], 1);
            }
        }
    }
    // The same secret opens one service only.
    assert_ne!(call("shop.example", "/token", "", "grant_type=client_credentials").status, 200);
    let nine = Request::get("/.well-known/openid-configuration").header("host", "nine.example");
    assert_eq!(running.http(&nine).json()["issuer"], format!("http://127.0.0.1:{port}"));
    services("[[service]]\nid = 9\nissuer = \"http://nine.example\"\n");
    running.signal("HUP");
    running.wait_for("configuration applied");
    assert_eq!(running.http(&nine).json()["issuer"], "http://nine.example");
    services("");
    running.signal("HUP");
    let line = running.wait_for("was removed from the configuration and is served at its address no more");
    assert!(line.contains("jeton service disable 9"), "{line}");
    running.wait_for("configuration applied");
    assert_eq!(running.http(&nine).json()["issuer"], format!("http://127.0.0.1:{port}"));
}

/// `[http] listen` takes several addresses; at those of `[internal]` the same is served, discovery names their URL to those who ask
/// there, and what is said to be internal is served nowhere else.
#[test]
fn internal_callers_have_addresses_of_their_own() {
    let (folder, port) = folder("");
    let (second, inside) = (free_port(), free_port());
    let text = configuration(
        port,
        &format!(
            "[internal]\nlisten = [\"127.0.0.1:{inside}\"]\nurl = \"http://localhost:{inside}\"\n\
             only = [\"/admin\", \"/introspect\"]\n{}",
            client("app", SECRET)
        ),
    );
    let both = format!("listen = [\"127.0.0.1:{port}\", \"127.0.0.1:{second}\"]");
    let text = text.replace(&format!("listen = \"127.0.0.1:{port}\""), &both);
    std::fs::write(folder.path().join("jeton.toml"), text).unwrap();
    let running = Running::serve(folder.path(), port);
    let discovery = Request::get("/.well-known/openid-configuration");
    let public = format!("http://127.0.0.1:{port}");
    for open in [port, second] {
        assert_eq!(discovery.by_tcp(open).json()["token_endpoint"], format!("{public}/token"), "{open}");
        for hidden in ["/introspect", "/admin/v1/clients", "/admin"] {
            assert_eq!(Request::get(hidden).by_tcp(open).status, 404, "{hidden}");
        }
        assert_eq!(Request::get("/health/ready").by_tcp(open).status, 200);
    }
    let host = format!("localhost:{inside}");
    let seen = Request::get("/.well-known/openid-configuration").header("host", &host).by_tcp(inside).json();
    assert_eq!(seen["issuer"], public);
    assert_eq!(seen["authorization_endpoint"], format!("{public}/authorization"));
    // What is not served publicly is not named publicly; inside, UMA's document names it too.
    for name in ["openid-configuration", "oauth-authorization-server", "uma2-configuration"] {
        let path = format!("/.well-known/{name}");
        let inner = Request::get(&path).header("host", &host).by_tcp(inside).json();
        assert_eq!(inner["introspection_endpoint"], format!("http://{host}/introspect"), "{name}");
        for outer in [Request::get(&path).by_tcp(port).json(), Request::get(&path).by_tcp(inside).json()] {
            assert!(!outer.to_string().contains("/introspect\""), "{name}: {outer}");
            assert_eq!(outer["token_endpoint"], format!("{public}/token"), "{name}");
        }
    }
    for endpoint in ["token_endpoint", "introspection_endpoint", "jwks_uri", "userinfo_endpoint"] {
        assert!(seen[endpoint].as_str().unwrap().starts_with(&format!("http://{host}/")), "{endpoint}: {seen}");
    }
    // Whoever names another host there is told the public ones.
    assert_eq!(discovery.by_tcp(inside).json()["token_endpoint"], format!("{public}/token"));
    let token = running.token("app", SECRET, "api1").json()["access_token"].as_str().unwrap().to_owned();
    let basic = format!("Basic {}", base64(&format!("app:{SECRET}")));
    let body = format!("token={token}");
    let asked = Request::post("/introspect", &body).header("content-type", "application/x-www-form-urlencoded");
    let asked = asked.header("authorization", &basic);
    assert_eq!(asked.by_tcp(inside).json()["active"], true);
    assert_eq!(asked.by_tcp(port).status, 404);
    // The local socket's owner is the administrator.
    assert!(run(folder.path(), &["client", "list"]).status.success());
    // The program says what may be the matter at an address without `/admin`.
    let outside = jeton(folder.path()).args(["client", "list", "--url", &public]).env("JETON_TOKEN", &token).output();
    let said = super::support::text(&outside.unwrap().stderr);
    assert!(said.contains("answered 404") && said.contains("internal.only"), "{said}");
}

/// The local socket's owner administers every service, and names it by `--service`: the host that a request names there, which for the
/// program's own commands is `localhost`, chooses none.
#[test]
fn the_local_socket_reaches_every_service_whatever_host_is_named_there() {
    let (folder, port) = with_path("/auth", "");
    let text = std::fs::read_to_string(folder.path().join("jeton.toml")).unwrap();
    let mut services = String::new();
    for (id, issuer) in [
        (9, format!("http://localhost:{port}")),
        (10, "http://localhost".to_owned()),
        (11, "http://127.0.0.1".to_owned()),
    ] {
        services.push_str(&format!("[[service]]\nid = {id}\nissuer = \"{issuer}\"\n"));
    }
    std::fs::write(folder.path().join("jeton.toml"), text + &services).unwrap();
    let running = Running::serve(folder.path(), port);
    assert!(run(folder.path(), &["user", "create", "ann"]).status.success());
    assert!(run(folder.path(), &["user", "create", "ben", "--service", "9"]).status.success());
    let first = |args: &[&str]| json(&run(folder.path(), args))["items"][0]["username"].clone();
    assert_eq!(first(&["user", "list", "--json"]), "ann");
    assert_eq!(first(&["user", "list", "--service", "1", "--json"]), "ann");
    assert_eq!(first(&["user", "list", "--service", "9", "--json"]), "ben");
    let listed = json(&run(folder.path(), &["service", "list", "--json"]));
    assert_eq!(listed["items"].as_array().unwrap().len(), 4, "{listed}");
    assert!(run(folder.path(), &["key", "list", "--service", "10", "--json"]).status.success());
    let socket = folder.path().join("jeton-data/jeton.sock");
    let own = format!("localhost:{port}");
    for host in ["localhost", &own, "127.0.0.1", "elsewhere.example"] {
        for path in ["/admin/v1/users", "/auth/admin/v1/users", "/admin/v1/users?service=1"] {
            let seen = Request::get(path).header("host", host).by_socket(&socket);
            assert_eq!(seen.json()["items"][0]["username"], "ann", "{host} {path}");
        }
        let ninth = Request::get("/admin/v1/users?service=9").header("host", host).by_socket(&socket);
        assert_eq!(ninth.json()["items"][0]["username"], "ben", "{host}");
    }
    // At the listeners the host decides.
    let ninth = Request::get("/.well-known/openid-configuration").header("host", &own).by_tcp(running.port);
    assert_eq!(ninth.json()["issuer"], format!("http://{own}"));
}

/// A proxy that takes `/auth` off the path says so, and what it leaves still tells an issuer from one that lies below it.
#[test]
fn an_issuer_below_another_is_served_behind_a_proxy_that_takes_off_the_path_of_the_outer_one() {
    let (folder, port) = with_path("/auth", "trusted_proxies = [\"127.0.0.1\"]\n");
    let issuer = format!("http://127.0.0.1:{port}/auth");
    let text = std::fs::read_to_string(folder.path().join("jeton.toml")).unwrap();
    let service = format!("[[service]]\nid = 7\nissuer = \"{issuer}/v1\"\n");
    std::fs::write(folder.path().join("jeton.toml"), text + &service).unwrap();
    let running = Running::serve(folder.path(), port);
    for (prefix, path, expected) in [
        ("/auth", "/.well-known/openid-configuration", issuer.clone()),
        ("/auth", "/v1/.well-known/openid-configuration", format!("{issuer}/v1")),
        ("/auth/v1", "/.well-known/openid-configuration", format!("{issuer}/v1")),
    ] {
        let seen = running.http(&Request::get(path).header("x-forwarded-prefix", prefix));
        assert_eq!(seen.json()["issuer"], expected, "{prefix} {path}");
    }
}

/// A mistake in `[internal]` is said with the nearest name, and so is a path that hides another issuer's.
#[test]
fn mistakes_about_addresses_are_named() {
    for (text, said) in [
        ("[internal]\nlisen = \"127.0.0.1:1\"\n", "did you mean `listen`?"),
        ("[internal]\nlisten = \"127.0.0.1:1\"\nonly = [\"/introspct\"]\n", "did you mean \"/introspect\"?"),
        ("[internal]\nonly = [\"/admin\"]\n", "needs an internal address"),
        (
            "[internal]\nlisten = \"127.0.0.1:1\"\nurl = \"jeton.internal\"\n",
            "is not an http or https URL without a path",
        ),
        ("[internal]\nlisten = [\"127.0.0.1:1\", \"127.0.0.1:1\"]\n", "is the address of `internal.listen[0]`"),
        ("[[service]]\nid = 7\nissuer = \"http://127.0.0.1:PORT/token\"\n", "it hides the paths below /token"),
        ("[[service]]\nid = 7\nissuer = \"http://127.0.0.1:PORT/\"\n", "is the same address as `issuer`"),
        ("[[service]]\nid = 7\nissuer = \"https://127.0.0.1:PORT\"\n", "is the same address as `issuer`"),
        (
            "[[service]]\nid = 7\nissuer = \"https://a.example/x\"\n[[service]]\nid = 8\nissuer = \"https://A.example:443/x/\"\n",
            "service[1].issuer: https://A.example:443/x/ is the same address as `service[0].issuer`",
        ),
        (
            "[[service]]\nid = 7\nissuer = \"http://127.0.0.1:9/a//b\"\n",
            "has a path that proxies and cookies may change",
        ),
    ] {
        let (folder, port) = folder("");
        let text = configuration(port, &text.replace("PORT", &port.to_string()));
        std::fs::write(folder.path().join("jeton.toml"), text).unwrap();
        let checked = run(folder.path(), &["check"]);
        let lines = super::support::text(&[checked.stdout, checked.stderr].concat());
        assert!(checked.status.code() == Some(2) && lines.contains(said), "{said}: {lines}");
    }
}
