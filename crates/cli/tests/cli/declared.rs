//! Records that were removed from the configuration; and changes of administrators when it is applied again.

use std::sync::atomic::{AtomicU32, Ordering};

use jeton_core::clock::{Clock as _, SystemClock};
use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, SigningKey};
use jeton_testkit::postgres::PostgresServer;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{HttpAnswer, Request, Running, configuration, folder, run, text};

const SECRET: &str = "a secret of enough characters";
const PASSWORD: &str = "a password of some length";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TYPE: &str = "urn:ietf:params:oauth:token-type";
const RULE: &str = "[[exchange]]\nname = \"gate\"\norigin = \"app\"\nclient = \"gate\"\nrefresh = true\n";

fn clients() -> String {
    let client = |id: &str, grants: &str, scope: &str| {
        format!(
            "[[client]]\nclient_id = \"{id}\"\nclient_secret = \"{SECRET}\"\ngrant_types = {grants}\nscope = \"{scope}\"\n"
        )
    };
    [
        client("app", &format!("[\"password\", \"{BEARER}\"]"), "openid api"),
        client("gate", &format!("[\"{EXCHANGE}\", \"refresh_token\"]"), "openid api offline_access"),
        client("ops", "[\"client_credentials\"]", "jeton:admin iam:admin.read iam:admin.write"),
        client("robot", "[\"client_credentials\"]", "api"),
        format!("[[user]]\nusername = \"alice\"\npassword = \"{PASSWORD}\"\nroles = [\"reader\"]\n"),
    ]
    .concat()
}

/// Another issuer, and its section.
struct Other(SigningKey);

impl Other {
    fn new() -> Self {
        Self(SigningKey::generate(Algorithm::ES256).unwrap())
    }

    fn section(&self) -> String {
        let key = serde_json::to_value(self.0.public_jwk()).unwrap();
        let member = |name: &str| format!("{name} = {}", key[name]);
        let members = ["kty", "crv", "kid", "x", "y"].into_iter().filter(|name| key[*name].is_string()).map(member);
        let key = members.collect::<Vec<_>>().join(", ");
        format!(
            "[[trusted_issuer]]\nissuer = \"https://idp.example\"\njwks = {{ keys = [{{ {key} }}] }}\nscope = \"api\"\n\
             finds = \"username\"\n"
        )
    }

    fn assertion(&self, audience: &str) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let now = SystemClock.now().seconds();
        let jti = NUMBER.fetch_add(1, Ordering::Relaxed).to_string();
        let claims = json!({"iss": "https://idp.example", "sub": "alice", "aud": audience, "iat": now, "exp": now + 300,
            "jti": jti});
        sign_compact(&Header::for_key(&self.0).prepare(), claims.to_string().as_bytes(), &self.0).unwrap()
    }
}

fn rewrite(folder: &TempDir, port: u16, rest: &str) {
    std::fs::write(folder.path().join("jeton.toml"), configuration(port, rest)).unwrap();
}

fn access(answer: &HttpAnswer) -> String {
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

impl Running {
    fn reread(&mut self) {
        self.signal("HUP");
        self.wait_for("configuration applied");
    }

    fn by_password(&self) -> HttpAnswer {
        let form = format!("grant_type=password&username=alice&password={}&scope=api", PASSWORD.replace(' ', "+"));
        self.form("/token", ("app", SECRET), &form)
    }

    fn exchange(&self, subject: &str, more: &str) -> HttpAnswer {
        let form =
            format!("grant_type={EXCHANGE}&subject_token={subject}&subject_token_type={TYPE}:access_token{more}");
        self.form("/token", ("gate", SECRET), &form)
    }

    fn bring(&self, other: &Other) -> HttpAnswer {
        let assertion = other.assertion(&format!("http://127.0.0.1:{}", self.port));
        self.form("/token", ("app", SECRET), &format!("grant_type={BEARER}&assertion={assertion}&scope=api"))
    }

    /// Asks as an administrator.
    fn ask(&self, method: &str, path: &str, body: &Value) -> HttpAnswer {
        let bearer =
            format!("Bearer {}", access(&self.token("ops", SECRET, "jeton:admin+iam:admin.read+iam:admin.write")));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::new(method, path).header("authorization", &bearer);
        self.http(&request.header("content-type", "application/json").with_body(&body))
    }

    fn policies(&self) -> Value {
        self.ask("GET", "/iam/api/exchange/policies", &Value::Null).json()
    }

    /// A policy by an administrator.
    fn add_policy(&self, origin: &str) {
        let by_id = |id: &str| json!({"type": "BY_ID", "matchParam": id});
        let policy = json!({"rule": "PERMIT", "originClient": by_id(origin), "destinationClient": by_id("gate")});
        let made = self.ask("POST", "/iam/api/exchange/policies", &policy);
        assert_eq!(made.status, 201, "{made:?}");
    }
}

#[test]
fn a_rule_or_issuer_that_left_the_configuration_ends_and_what_an_administrator_made_stays() {
    let other = Other::new();
    let everything = [clients(), RULE.to_owned(), other.section()].concat();
    let (folder, port) = folder(&everything);
    let mut server = Running::serve(folder.path(), port);
    server.add_policy("robot");
    let subject = access(&server.by_password());
    let robots = access(&server.token("robot", SECRET, "api"));
    let family = server.exchange(&subject, &format!("&requested_token_type={TYPE}:refresh_token"));
    let refresh = format!("grant_type=refresh_token&refresh_token={}", access(&family));
    assert_eq!(server.exchange(&subject, "").status, 200);
    assert_eq!(server.bring(&other).status, 200);

    rewrite(&folder, port, &clients());
    server.signal("HUP");
    let ended = server.wait_for("the rule of [[exchange]] was removed from the configuration");
    assert!(ended.contains("gate"), "{ended}");
    let ended = server.wait_for("the [[trusted_issuer]] was removed from the configuration");
    assert!(ended.contains("https://idp.example"), "{ended}");
    server.wait_for("configuration applied");
    let gone = |server: &Running| {
        let refused = server.exchange(&subject, "");
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(server.form("/token", ("gate", SECRET), &refresh).status == 400, "the family is not refreshed");
        let refused = server.bring(&other);
        assert!(refused.status == 400 && refused.body.contains("is not trusted"), "{refused:?}");
        assert_eq!(server.exchange(&robots, "").status, 200, "an administrator's");
        assert_eq!(server.policies().as_array().unwrap().len(), 1);
    };
    gone(&server);
    server.stop();
    let mut server = Running::serve(folder.path(), port);
    gone(&server);

    // Restored at a start, and removed at the next.
    server.stop();
    rewrite(&folder, port, &everything);
    let mut server = Running::serve(folder.path(), port);
    assert_eq!((server.exchange(&subject, "").status, server.bring(&other).status), (200, 200));
    assert_eq!(server.form("/token", ("gate", SECRET), &refresh).status, 200, "nothing had ended");
    server.stop();
    rewrite(&folder, port, &clients());
    let server = Running::serve(folder.path(), port);
    assert_eq!((server.exchange(&subject, "").status, server.bring(&other).status), (400, 400));
}

#[test]
fn nodes_with_one_configuration_find_nothing_to_end_in_each_others() {
    let database = PostgresServer::shared().database();
    let rest = |more: &str| format!("[store]\nurl = \"{database}\"\n{}{more}", clients());
    let (one, two) = (folder(&rest(RULE)), folder(&rest(RULE)));
    let (mut a, mut b) = std::thread::scope(|scope| {
        let a = scope.spawn(|| Running::serve(one.0.path(), one.1));
        let b = scope.spawn(|| Running::serve(two.0.path(), two.1));
        (a.join().unwrap(), b.join().unwrap())
    });
    a.add_policy("robot");
    let policies = a.policies();
    assert_eq!(policies.as_array().unwrap().len(), 2);
    for _ in 0..3 {
        a.reread();
        b.reread();
        assert_eq!(
            (&a.policies(), &b.policies()),
            (&policies, &policies),
            "the same numbers, written at the same moments"
        );
    }
    let written = |log: &[String]| log.iter().any(|line| line.contains("not in the configuration any more"));
    assert!(!written(a.log()) && !written(b.log()));
    // Both at once, with one rule less.
    rewrite(&one.0, one.1, &rest(""));
    rewrite(&two.0, two.1, &rest(""));
    a.signal("HUP");
    b.signal("HUP");
    a.wait_for("configuration applied");
    b.wait_for("configuration applied");
    let left = a.policies();
    assert_eq!((left.as_array().unwrap().len(), &b.policies()), (1, &left));
}

#[test]
fn applying_the_configuration_gives_nobody_more_than_administrators_left_them() {
    let web = format!(
        "[[client]]\nclient_id = \"web\"\nclient_secret = \"{SECRET}\"\nredirect_uris = [\"https://web.example/cb\"]\n\
         scope = \"openid\"\n"
    );
    let rest = |more: &str| [clients(), web.clone(), more.to_owned()].concat();
    let (folder, port) = folder(&rest(""));
    let mut server = Running::serve(folder.path(), port);
    let persons = access(&server.by_password());
    let change = |server: &Running, path: &str, change: &Value| {
        let mut document = server.ask("GET", path, &Value::Null).json();
        document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = server.ask("PUT", path, &document);
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    change(
        &server,
        "/admin/v1/users/alice",
        &json!({"enabled": false, "roles": ["reader", "mason"], "groups": ["/a"]}),
    );
    change(&server, "/admin/v1/clients/robot", &json!({"enabled": false}));
    let narrow = json!({
        "require_pkce": true, "tls_client_certificate_bound_access_tokens": true, "strict_assertion_aud": true,
        "require_pushed_authorization_requests": true, "require_signed_request_object": true,
        "clear_access_tokens_on_refresh": true, "reuse_refresh_token": false, "default_max_age": 60,
        "access_token_lifetime": 60, "refresh_token_lifetime": 60, "id_token_lifetime": 60, "audience": ["https://a.example"],
        "request_object_signing_alg": "ES256", "response_types": [], "refresh_rotation": "always",
    });
    change(&server, "/admin/v1/clients/web", &narrow);
    change(
        &server,
        "/admin/v1/clients/web",
        &json!({"skip_consent": true, "introspect": "any", "scope": "openid api"}),
    );
    let still = |server: &Running| {
        let alice = server.ask("GET", "/admin/v1/users/alice", &Value::Null).json();
        assert_eq!((&alice["enabled"], &alice["roles"]), (&json!(false), &json!(["reader"])), "roles are the file's");
        assert_eq!(alice["groups"], json!([]));
        assert_eq!(server.token("robot", SECRET, "api").status, 401);
        assert_eq!(server.by_password().status, 400);
        assert!(!server.is_active(("app", SECRET), &persons));
        let web = server.ask("GET", "/admin/v1/clients/web", &Value::Null).json();
        for (name, value) in narrow.as_object().unwrap() {
            assert_eq!(&web[name], value, "{name}");
        }
        assert_eq!(
            (&web["skip_consent"], &web["introspect"], &web["scope"]),
            (&json!(false), &json!("own"), &json!("openid"))
        );
    };
    server.reread();
    still(&server);
    server.stop();
    let mut server = Running::serve(folder.path(), port);
    still(&server);

    // A replacing document without `enabled` does not enable anybody either.
    let silent = |path: &str, name: &str, more: Value| {
        let mut document = json!({ name: path.rsplit('/').next().unwrap() });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = server.ask("PUT", path, &document);
        assert_eq!((answer.status, &answer.json()["enabled"]), (200, &json!(false)), "{answer:?}");
    };
    silent("/admin/v1/users/alice", "username", json!({}));
    silent("/admin/v1/clients/robot", "client_id", json!({"grant_types": ["client_credentials"], "scope": "api"}));

    // What is written counts.
    let written = "enabled = true\nrequire_pkce = false\naccess_token_lifetime = \"2h\"\n";
    let robot = clients().replace("client_id = \"robot\"\n", "client_id = \"robot\"\nenabled = true\n");
    let all = [
        robot.replace("username = \"alice\"\n", "username = \"alice\"\nenabled = true\n"),
        web.clone(),
        written.into(),
    ];
    rewrite(&folder, port, &all.concat());
    server.reread();
    assert_eq!((server.token("robot", SECRET, "api").status, server.by_password().status), (200, 200));
    let web = server.ask("GET", "/admin/v1/clients/web", &Value::Null).json();
    assert_eq!(
        (&web["require_pkce"], &web["access_token_lifetime"], &web["default_max_age"]),
        (&json!(false), &json!(7200), &json!(60))
    );
}

#[test]
fn an_empty_list_names_nobody_and_is_refused() {
    let other = Other::new().section();
    let cases = [
        ("trusted_issuer[0].clients", format!("{}{other}clients = []\n", clients())),
        ("trusted_issuer[0].subjects", format!("{}{other}subjects = []\n", clients())),
        ("client[1].audience", clients().replace("client_id = \"gate\"\n", "client_id = \"gate\"\naudience = []\n")),
        ("client[1].audience", clients().replace("client_id = \"gate\"\n", "client_id = \"gate\"\naudience = \"\"\n")),
        ("tokens.audience", format!("[tokens]\naudience = []\n{}", clients())),
    ];
    let (folder, port) = folder(&clients());
    let mut server = Running::serve(folder.path(), port);
    for (key, rest) in cases {
        rewrite(&folder, port, &rest);
        for command in ["check", "serve"] {
            let refused = run(folder.path(), &[command]);
            let lines = text(&refused.stderr);
            assert_eq!(refused.status.code(), Some(2), "{command}: {lines}");
            assert!(lines.contains(&format!("`{key}` is empty")) && lines.contains("leave the line out"), "{lines}");
        }
        server.signal("HUP");
        let line = server.wait_for("not applied");
        assert!(line.contains(&format!("`{key}` is empty")), "{line}");
    }
    let document = json!({"client_id": "new", "grant_types": ["client_credentials"], "scope": "api", "audience": []});
    let refused = server.ask("POST", "/admin/v1/clients", &document);
    assert!(refused.status == 400 && refused.body.contains("audience"), "{refused:?}");
}
