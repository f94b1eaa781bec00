//! `/console`: signing in, and what a forged form gets.

use super::support::{HttpAnswer, Request, Running, client, folder};

const PASSWORD: &str = "correct horse battery staple";
const SECRET: &str = "a secret of more than sixteen";

fn served() -> (tempfile::TempDir, Running) {
    let user = |name: &str, roles: &str| {
        format!(
            "[[user]]\nusername = \"{name}\"\npassword = \"{PASSWORD}\"\nname = \"<b>{name}</b>\"\nroles = [{roles}]\n"
        )
    };
    let (folder, port) = folder(&(user("admin", "\"admin\"") + &user("alice", "") + &client("app", SECRET)));
    let running = Running::serve(folder.path(), port);
    (folder, running)
}

fn cookie(answer: &HttpAnswer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn csrf(answer: &HttpAnswer) -> String {
    let (_, rest) = answer.body.split_once("name=\"csrf\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn sign_in(running: &Running, cookie: &str, csrf: &str, username: &str) -> HttpAnswer {
    let body = format!("csrf={csrf}&username={username}&password={}", PASSWORD.replace(' ', "+"));
    running.http(&Request::post("/console/sign-in", &body).header("cookie", cookie))
}

#[test]
fn an_administrator_signs_in_and_out() {
    let (_folder, running) = served();
    let page = running.http(&Request::get("/console"));
    let (browser, proof) = (cookie(&page), csrf(&page));
    assert!(page.header("set-cookie").unwrap().contains("HttpOnly; SameSite=Strict"));
    assert_eq!(sign_in(&running, &browser, &proof, "alice").status, 400, "no administrator");
    let entered = sign_in(&running, &browser, &proof, "admin");
    assert_eq!((entered.status, entered.header("location")), (303, Some("/console")));

    let session = cookie(&entered);
    let home = running.http(&Request::get("/console").header("cookie", &session));
    assert!(home.body.contains("Latest tokens") && home.body.contains("alice"), "{}", home.body);
    let forged = running.http(&Request::post("/console/revoke", "csrf=x&id=1").header("cookie", &session));
    assert_eq!(forged.status, 400);

    let proof = csrf(&home);
    let form = format!("csrf={proof}");
    let foreign = Request::post("/console/sign-out", &form).header("cookie", &session);
    assert_eq!(running.http(&foreign.header("sec-fetch-site", "cross-site")).status, 400);
    let out = running.http(&Request::post("/console/sign-out", &form).header("cookie", &session));
    assert_eq!(out.status, 303);
    let after = running.http(&Request::get("/console").header("cookie", &session));
    assert!(!after.body.contains("Latest tokens"), "the session has ended");
}

#[test]
fn an_administrator_revokes_a_token_that_the_console_lists() {
    let (_folder, running) = served();
    let minted = running.token("app", SECRET, "api1").json()["access_token"].as_str().unwrap().to_owned();
    assert!(running.is_active(("app", SECRET), &minted));
    let page = running.http(&Request::get("/console"));
    let session = cookie(&sign_in(&running, &cookie(&page), &csrf(&page), "admin"));
    let home = running.http(&Request::get("/console").header("cookie", &session));
    // Only the session itself has no button: the other token is the one minted.
    let (_, id) = home.body.split_once("name=\"id\" value=\"").unwrap();
    let form = format!("csrf={}&id={}", csrf(&home), id.split('"').next().unwrap());
    let revoked = running.http(&Request::post("/console/revoke", &form).header("cookie", &session));
    assert_eq!((revoked.status, revoked.header("location")), (303, Some("/console")));
    assert!(!running.is_active(("app", SECRET), &minted));
}

/// After eleven wrong passwords from elsewhere, the administrator can still sign in with a known browser.
#[test]
fn wrong_passwords_of_strangers_stop_no_known_browser() {
    let (_folder, running) = served();
    let page = running.http(&Request::get("/console"));
    let entered = sign_in(&running, &cookie(&page), &csrf(&page), "admin");
    let known = entered.head.lines().find_map(|line| line.split_once(": jeton_known=")).unwrap().1;
    let (mark, attributes) = known.split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax");
    let page = running.http(&Request::get("/console"));
    let guess = |password: &str, cookies: &str| {
        let body = format!("csrf={}&username=admin&password={password}", csrf(&page));
        running.http(&Request::post("/console/sign-in", &body).header("cookie", cookies))
    };
    // On a slow machine an attempt becomes available in between.
    let mut all = (0..500).map(|n| guess(&format!("guess{n}"), &cookie(&page)));
    let slowed = all.find(|answer| answer.status != 400).unwrap();
    assert_eq!(slowed.status, 429);
    assert!(slowed.header("retry-after").is_some() && slowed.body.contains("Yours was not checked"), "{slowed:?}");
    assert!(!slowed.body.contains("do not belong"), "{slowed:?}");
    let right = PASSWORD.replace(' ', "+");
    let known = format!("{}; jeton_known={mark}", cookie(&page));
    assert_eq!(guess(&right, &known).status, 303);
}

#[test]
fn a_form_made_for_another_browser_is_refused() {
    let (_folder, running) = served();
    let (one, other) = (running.http(&Request::get("/console")), running.http(&Request::get("/console")));
    assert_eq!(sign_in(&running, &cookie(&one), &csrf(&other), "admin").status, 400);
    assert_eq!(sign_in(&running, "nothing=1", &csrf(&one), "admin").status, 400);
    assert_eq!(sign_in(&running, &cookie(&one), &csrf(&one), "admin").status, 303);
}

#[test]
fn every_page_is_framed_by_nobody_and_runs_nothing() {
    let (_folder, running) = served();
    for page in [running.http(&Request::get("/console")), running.http(&Request::post("/console/revoke", "id=1"))] {
        let policy = page.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert!(!page.body.contains("<script"));
    }
}
