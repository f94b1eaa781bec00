//! Accounts over HTTP.

use jeton_core::robots::RobotSettings;
use jeton_served::{Ask, House, Reply};
use serde_json::{Value, json};

use crate::robot::{APP, SERVICE, SESSION, house, settings};

pub(crate) const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "a password of some length";

fn post(path: &str) -> Ask {
    Ask::post(path).header("anki-app-key", APP)
}

async fn sign_up(house: &House) -> Reply {
    let account = json!({
        "email": EMAIL, "password": PASSWORD, "dob": "1990-01-31",
        "created_by_app_name": "web", "created_by_app_platform": "web", "created_by_app_version": "1",
    });
    post("/1/users").json(&account).send(house).await
}

async fn sign_in(house: &House, password: &str) -> Reply {
    post("/1/sessions").form(&[("username", EMAIL), ("password", password)]).send(house).await
}

fn session(reply: &Reply) -> String {
    reply.json()["session"]["session_token"].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
}

/// A session of an account that owns nothing.
pub(crate) async fn guest(house: &House) -> String {
    sign_up(house).await;
    session(&sign_in(house, PASSWORD).await)
}

/// Every answer has a JSON body that pages of any origin may read.
#[track_caller]
fn is_for_pages(reply: &Reply) -> Value {
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    reply.json()
}

#[tokio::test]
async fn an_account_signs_up_and_in_and_its_session_renews_and_ends() {
    let house = house().await;
    let made = sign_up(&house).await;
    assert_eq!((made.status, is_for_pages(&made)["user"]["email"].as_str()), (200, Some(EMAIL)), "{}", made.text());
    let signed_in = sign_in(&house, PASSWORD).await;
    let document = is_for_pages(&signed_in);
    for name in ["session_token", "user_id", "scope", "time_created", "time_expires"] {
        assert!(document["session"][name].is_string(), "{document}");
    }
    assert_eq!(document["session"]["scope"], "user");

    let first = session(&signed_in);
    let form = [("app_token", APP), ("session_token", first.as_str())];
    let valid = Ask::post("/1/sessions/validate").header("anki-app-key", SERVICE).form(&form).send(&house).await;
    assert_eq!(valid.json()["app_token"]["scopes"], json!(["user"]), "{}", valid.text());
    let renewed = post("/1/sessions/reup").header("anki-user-session", first.as_str()).send(&house).await;
    let second = session(&renewed);
    let again = post("/1/sessions/reup").form(&[("session_token", &first)]).send(&house).await;
    assert_eq!((again.status, house.refusal(&again)), (401, "robot_session"), "{}", again.text());
    let ended = post("/1/sessions/delete").form(&[("session_token", &second), ("delete_related", "true")]).send(&house);
    assert_eq!(ended.await.json()["status"], "ok");
    let gone = post("/1/sessions/reup").form(&[("session_token", &second)]).send(&house).await;
    assert_eq!(gone.status, 401);
    let fixed = [("app_token", APP), ("session_token", SESSION)];
    let valid = Ask::post("/1/sessions/validate").header("anki-app-key", SERVICE).form(&fixed).send(&house).await;
    assert_eq!((valid.status, &valid.json()["session"]["time_expires"]), (200, &Value::Null), "{}", valid.text());
}

#[tokio::test]
async fn refusals_are_json_with_a_message() {
    let house = house().await;
    sign_up(&house).await;
    let taken = sign_up(&house).await;
    let wrong = sign_in(&house, "another password").await;
    let no_key = Ask::post("/1/sessions").form(&[("username", "a"), ("password", "b")]).send(&house).await;
    let no_password = post("/1/sessions").form(&[("username", "a")]).send(&house).await;
    let no_body = post("/1/sessions").send(&house).await;
    let short = post("/1/users").json(&json!({ "email": "b@example.org", "password": "short" })).send(&house).await;
    let no_mail = post("/1/reset_user_password").form(&[("email", EMAIL)]).send(&house).await;
    let method = Ask::get("/1/sessions").send(&house).await;
    house.jeton.robots.configure(RobotSettings { sign_up: false, ..settings(&house) });
    let closed = post("/1/users").json(&json!({ "email": "c@example.org", "password": PASSWORD })).send(&house).await;
    for (reply, status, code) in [
        (taken, 409, "robot_account_taken"),
        (wrong, 403, "invalid_username_or_password"),
        (no_key, 403, "robot_app_key"),
        (no_password, 400, "parameter_missing"),
        (no_body, 400, "body_missing"),
        (short, 400, "robot_account_invalid"),
        (no_mail, 503, "robot_reset_unavailable"),
        (method, 405, "method_not_allowed"),
        (closed, 403, "robot_sign_up_closed"),
    ] {
        let document = is_for_pages(&reply);
        assert_eq!((reply.status, document["code"].as_str()), (status, Some(code)), "{document}");
        assert!(document["message"].as_str().is_some_and(|message| !message.is_empty()), "{document}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_call() {
    let house = house().await;
    let paths = ["/1/sessions", "/1/users", "/1/reset_user_password", "/1/sessions/reup", "/1/sessions/delete"];
    for path in paths.into_iter().chain(["/1/sessions/validate"]) {
        let reply = Ask::new(http::Method::OPTIONS, path).header("origin", "https://web.example").send(&house).await;
        assert_eq!(reply.status, 204);
        assert!(reply.header("access-control-allow-headers").is_some_and(|names| names.contains("Anki-App-Key")));
    }
}
