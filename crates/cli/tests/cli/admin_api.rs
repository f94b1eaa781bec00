//! `/admin/v1`: authorization, and answers to bad input.

use jeton_face_admin::FACE;
use serde_json::Value;

use super::support::{Request, Running, client, folder, run, text};

const SECRET: &str = "a secret of enough characters";

struct Served {
    folder: tempfile::TempDir,
    running: Running,
    admin: String,
}

fn served() -> Served {
    let (folder, port) = folder(&client("app", SECRET));
    let running = Running::serve(folder.path(), port);
    let minted = run(folder.path(), &["token", "mint", "--kind", "api", "--client", "app", "--scope", "jeton:admin"]);
    let admin = format!("Bearer {}", text(&minted.stdout).trim());
    Served { folder, running, admin }
}

impl Served {
    fn send(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut request = Request::new(method, path).header("authorization", &self.admin);
        if !body.is_empty() {
            request = request.with_body(body);
        }
        let answer = self.running.http(&request);
        let json = if answer.body.is_empty() { Value::Null } else { answer.json() };
        (answer.status, json)
    }
}

#[test]
fn every_route_is_for_administrators_only() {
    let served = served();
    let weak = served.running.token("app", SECRET, "api1").json()["access_token"].as_str().unwrap().to_owned();
    let weak = format!("Bearer {weak}");
    for route in FACE.routes().filter(|route| route.path.starts_with("/admin/")) {
        for method in route.methods.split(' ') {
            let path = route.path.replace("{id}", "1").replace(['{', '}'], "");
            let nobody = served.running.http(&Request::new(method, &path));
            assert_eq!(nobody.status, 401, "{method} {path}");
            assert!(nobody.header("www-authenticate").unwrap().starts_with("Bearer"));
            let wrong = served.running.http(&Request::new(method, &path).header("authorization", "Bearer jtn_api_x"));
            assert_eq!(wrong.status, 401, "{method} {path}");
            let weak = served.running.http(&Request::new(method, &path).header("authorization", &weak));
            assert_eq!(weak.status, 403, "{method} {path}");
        }
    }
}

#[test]
fn only_the_local_socket_makes_its_owner_the_administrator() {
    let served = served();
    let socket = served.folder.path().join("jeton-data/jeton.sock");
    assert_eq!(Request::get("/admin/v1/services").by_socket(&socket).status, 200);
    for (name, value) in [
        ("x-local-owner", "1"),
        ("forwarded", "for=127.0.0.1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("localowner", "true"),
        ("peer", "local_socket"),
    ] {
        let request = Request::get("/admin/v1/services").header(name, value);
        assert_eq!(served.running.http(&request).status, 401, "{name}");
    }
}

#[test]
fn a_revoked_administrator_is_none() {
    let served = served();
    assert_eq!(served.send("GET", "/admin/v1/services", "").0, 200);
    let (_, page) = served.send("GET", "/admin/v1/tokens?kind=api", "");
    let id = page["items"][0]["id"].to_string();
    assert_eq!(served.send("POST", &format!("/admin/v1/tokens/{id}/revoke"), "").0, 200);
    assert_eq!(served.send("GET", "/admin/v1/services", "").0, 401);
}

#[test]
fn unknown_members_are_refused_by_name() {
    let served = served();
    for (method, path, body, name) in [
        ("POST", "/admin/v1/tokens", r#"{"scop":"api1"}"#, "scop"),
        ("POST", "/admin/v1/clients", r#"{"client_id":"x","redirect_uri":[]}"#, "redirect_uri"),
        ("POST", "/admin/v1/users", r#"{"username":"x","pasword":"y"}"#, "pasword"),
        ("POST", "/admin/v1/keys/rotate", r#"{"algorithm":"ES256"}"#, "algorithm"),
        ("POST", "/admin/v1/tokens/inspect", r#"{"token":"x","hint":"y"}"#, "hint"),
        ("GET", "/admin/v1/tokens?clint_id=app", "", "clint_id"),
        ("GET", "/admin/v1/clients?offset=1", "", "offset"),
    ] {
        let (status, refusal) = served.send(method, path, body);
        assert_eq!(status, 400, "{path} {refusal}");
        assert!(refusal["message"].as_str().unwrap().contains(&format!("`{name}`")), "{refusal}");
        assert!(refusal["advice"].is_string() && refusal["reference"].as_str().unwrap().starts_with("rf_"));
    }
}

#[test]
fn malformed_values_are_refused_and_nothing_is_done() {
    let served = served();
    for (path, body) in [
        ("/admin/v1/tokens", "{"),
        ("/admin/v1/tokens", "[]"),
        ("/admin/v1/tokens", r#"{"kind":"session"}"#),
        ("/admin/v1/tokens", r#"{"scope":"a","scope":"b"}"#),
        ("/admin/v1/tokens", r#"{"scope":5}"#),
        ("/admin/v1/tokens", r#"{"lifetime":0}"#),
        ("/admin/v1/tokens", r#"{"lifetime":"forever"}"#),
        ("/admin/v1/tokens", r#"{"format":"jwt","lifetime":"never"}"#),
        ("/admin/v1/tokens", r#"{"lifetime":99999999999999}"#),
        ("/admin/v1/tokens", r#"{"client_id":"app","scope":"api2"}"#),
        ("/admin/v1/clients", r#"{"client_id":"x","redirect_uris":["javascript:alert(1)"]}"#),
        ("/admin/v1/clients", r#"{"client_id":"","redirect_uris":["https://a.example/"]}"#),
        ("/admin/v1/clients", r#"{"client_id":"x","grant_types":["implicit"]}"#),
        (
            "/admin/v1/clients",
            r#"{"client_id":"x","token_endpoint_auth_method":"none","grant_types":["client_credentials"]}"#,
        ),
        ("/admin/v1/users", r#"{"username":""}"#),
        ("/admin/v1/users", r#"{"username":"x","password_hash":"md5"}"#),
    ] {
        let (status, refusal) = served.send("POST", path, body);
        assert_eq!(status, 400, "{path} {body} {refusal}");
    }
    assert_eq!(served.send("GET", "/admin/v1/tokens", "").1["total"], 1);
    assert_eq!(served.send("GET", "/admin/v1/clients", "").1["total"], 1);
    assert_eq!(served.send("GET", "/admin/v1/users", "").1["total"], 0);
    let large = format!(r#"{{"client_id":"{}"}}"#, "x".repeat(70_000));
    assert_eq!(served.send("POST", "/admin/v1/clients", &large).0, 413);
    assert_eq!(served.send("GET", "/admin/v1/nowhere", "").0, 404);
    assert_eq!(served.send("GET", "/admin/v1/tokens/999", "").0, 404);
    assert_eq!(served.send("GET", "/admin/v1/services?service=7", "").0, 404);
}

#[test]
fn what_happened_is_recorded() {
    let served = served();
    served.send("POST", "/admin/v1/clients", r#"{"client_id":"x","redirect_uris":["https://a.example/cb"]}"#);
    let (_, events) = served.send("GET", "/admin/v1/events?limit=1", "");
    assert_eq!(events["items"][0]["kind"], "client_put");
    assert!(events["items"][0]["actor"]["admin"].as_str().unwrap().starts_with("token "), "{events}");
}
