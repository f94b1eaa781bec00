//! Tokens of one face at the others: made by ProdManager's clients, listed and revoked by administrators.

use serde_json::Value;

use super::support::{HttpAnswer, Request, Running, client, folder, run, text};

const SECRET: &str = "an-application-secret-of-39-characters.";

fn served(more: &str) -> (tempfile::TempDir, Running, String) {
    let (folder, port) = folder(&format!("[api_tokens]\nsecret = {SECRET:?}\n{more}\n{}", client("app", SECRET)));
    let running = Running::serve(folder.path(), port);
    let minted = run(folder.path(), &["token", "mint", "--kind", "api", "--client", "app", "--scope", "jeton:admin"]);
    let admin = format!("Bearer {}", text(&minted.stdout).trim());
    (folder, running, admin)
}

fn make(running: &Running, more: &str) -> String {
    let body = format!("secret={SECRET}&name=nightly-report&description=Nightly+report+job{more}");
    let request = Request::post("/api/token/create", &body).header("content-type", "application/x-www-form-urlencoded");
    let answer = running.http(&request);
    assert_eq!(answer.status, 200);
    answer.json().as_str().unwrap().to_owned()
}

fn whoami(running: &Running, token: &str) -> HttpAnswer {
    running.http(&Request::get("/api/token/whoami").header("authorization", &format!("Bearer {token}")))
}

fn admin(running: &Running, caller: &str, method: &str, path: &str) -> Value {
    let answer = running.http(&Request::new(method, path).header("authorization", caller));
    assert_eq!(answer.status, 200, "{method} {path}");
    answer.json()
}

#[test]
fn a_token_made_here_is_listed_shown_and_revoked_by_an_administrator() {
    let (folder, running, caller) = served("");
    let permissions = "&permission=scope_api&permission=token_api";
    let (token, other) = (make(&running, permissions), make(&running, "&expiration_date=2150-01-01T00:00"));
    assert_eq!(whoami(&running, &token).status, 200);

    let listed = admin(&running, &caller, "GET", "/admin/v1/tokens?kind=api");
    let items: Vec<_> = listed["items"].as_array().unwrap().iter().filter(|item| item["format"] == "jwt").collect();
    assert_eq!(items.len(), 2, "{listed}");
    assert_eq!(items[1]["expires_at"], 5_680_281_600_i64);
    let shown = admin(&running, &caller, "GET", &format!("/admin/v1/tokens/{}", items[0]["id"]));
    assert_eq!((&shown["name"], &shown["state"]), (&"nightly-report".into(), &"live".into()), "{shown}");
    assert_eq!(shown["description"], "Nightly report job");
    // Its permissions are in the record, in lists, and on the command line.
    let granted = serde_json::json!(["scope_api", "token_api"]);
    assert_eq!((&shown["permissions"], &items[0]["permissions"]), (&granted, &granted));
    assert_eq!(items[1]["permissions"], serde_json::json!([]));
    let id = items[0]["id"].to_string();
    for args in [&["token", "list", "--kind", "api"][..], &["token", "inspect", &id]] {
        let printed = run(folder.path(), args);
        assert!(text(&printed.stdout).contains("scope_api, token_api"), "{args:?}: {}", text(&printed.stdout));
    }

    admin(&running, &caller, "POST", &format!("/admin/v1/tokens/{}/revoke", items[0]["id"]));
    let refused = whoami(&running, &token);
    assert_eq!((refused.status, &refused.json()["reasons"]["token"][0]), (401, &"Signature has expired".into()));
    assert_eq!(whoami(&running, &other).status, 200);
}

#[test]
fn such_a_token_opens_nothing_of_the_other_faces() {
    let (_folder, running, _) = served("");
    let token = make(&running, "&permission=token_api");
    let bearer = format!("Bearer {token}");
    let at = |path: &str| running.http(&Request::get(path).header("authorization", &bearer)).status;
    assert_eq!(at("/admin/v1/tokens"), 403);
    assert!(matches!(at("/userinfo"), 401 | 403));
    let administrator = served("").2;
    let request = Request::get("/api/token/whoami").header("authorization", &administrator);
    assert_eq!(running.http(&request).status, 401);
}

#[test]
fn ends_in_the_past_are_made_with_a_warning_that_names_no_secret() {
    let (_folder, mut running, _) = served("");
    let token = make(&running, "&expiration_date=2001-01-01T00:00");
    assert_eq!(whoami(&running, &token).json()["reasons"]["token"][0], "Signature has expired");
    let line = running.wait_for("never valid");
    assert!(line.contains("WARN") && !line.contains("nightly") && !line.contains("eyJ"), "{line}");
}

#[test]
fn the_face_is_off_without_a_secret_and_keeps_to_its_rate_with_one() {
    let (folder, port) = folder("");
    let off = Running::serve(folder.path(), port);
    for path in ["/api/token/whoami", "/token/whoami", "/api/token/nowhere"] {
        assert_eq!(off.http(&Request::get(path)).status, 404, "{path}");
    }
    assert_eq!(off.http(&Request::post("/api/token/create", "name=x")).status, 404);
    let (_folder, on, _) = served("rate_limit = true\nrate_limit_default = 2\n");
    let statuses = [(); 3].map(|()| on.http(&Request::get("/api/token/whoami")).status);
    assert_eq!(statuses, [200, 200, 429]);
}
