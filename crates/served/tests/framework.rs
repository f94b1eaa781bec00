//! What the framework would answer itself is answered by the faces: in their form, recorded, and after the caller's credentials.

use http::Method;
use jeton_core::{Secret, prodmanager};
use jeton_jose::Algorithm;
use jeton_served::{Ask, House, Opening, Reply, routes};
use jeton_testkit::sample;

/// A house with every face, and a token with every scope.
async fn house() -> (House, String) {
    let api_tokens = prodmanager::Options {
        secret: Secret::new("0123456789abcdef0123456789abcdef"),
        issuer: "ProdManager".into(),
        permissions: Vec::new(),
        algorithm: Algorithm::HS256,
        shared_secret: false,
        strict_lengths: false,
        rate: None,
    };
    let house = Opening::default().api_tokens(api_tokens).open().await;
    let scope = "jeton:admin manager iam:admin.read iam:admin.write scim:read scim:write uma_protection jeton:tokens";
    house.client("chief", Some("s3cret"), |c| c.scope = sample::scope(scope)).await;
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let token = house.token(("chief", "s3cret"), &form).await.ok().access();
    (house, token)
}

/// Whether a face answered: with the reference of a refusal, and a body.
fn is_said(reply: &Reply) -> bool {
    reply.header("jeton-refusal").is_some() && !reply.body.is_empty()
}

fn with(path: &str, value: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect::<Vec<_>>().join("/")
}

/// A part of a path that is no text, or no number, names nothing: as if it were another name that nobody has.
#[tokio::test]
async fn a_path_that_names_nothing_is_refused_by_the_face() {
    let (house, token) = house().await;
    let mut wrong = Vec::new();
    // The Authlete face says first which service there is not.
    let routes = routes().filter(|route| route.path.contains('{') && !route.path.starts_with("/api/{service}"));
    for route in routes {
        for method in route.methods.split(' ') {
            let ask = |value: &str| Ask::new(method.parse::<Method>().unwrap(), &with(route.path, value));
            let nobody = ask("7").answered(&house).await;
            for value in ["%ff", "%00", "x", "99999999999999999999999"] {
                let stranger = ask(value).answered(&house).await;
                if (stranger.status, stranger.header("content-type")) != (nobody.status, nobody.header("content-type"))
                {
                    wrong.push(format!("{method} {} {value} without a token: {}", route.path, stranger.show()));
                }
                let reply = ask(value).bearer(&token).json(&serde_json::json!({})).answered(&house).await;
                // INDIGO IAM's contract ignores the deletion of what is not there at some paths.
                let is_plain = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/plain"));
                if reply.status >= 500 || (reply.status >= 400 && (is_plain || !is_said(&reply))) {
                    wrong.push(format!("{method} {} {value}: {}", route.path, reply.show()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_the_face() {
    let (house, token) = house().await;
    let body = format!("{{\"pad\":\"{}\"}}", "x".repeat(5 << 20));
    let mut wrong = Vec::new();
    for route in routes().filter(|route| route.takes == "json") {
        for method in route.methods.split(' ').filter(|method| ["POST", "PUT", "PATCH"].contains(method)) {
            let ask = Ask::new(method.parse::<Method>().unwrap(), &with(route.path, "7"));
            let ask = ask.bearer(&token).header("content-type", "application/json").body(body.clone());
            let reply = ask.answered(&house).await;
            let is_json = reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
            if !is_json || !is_said(&reply) || reply.status >= 500 {
                wrong.push(format!("{method} {}: {}", route.path, reply.show()));
            }
        }
    }
    for path in ["/iam/scope_policies", "/iam/api/exchange/policies"] {
        let ask = Ask::post(path).bearer(&token).header("content-type", "application/json").body(body.clone());
        let reply = ask.answered(&house).await;
        assert_eq!((reply.status, reply.member("error")), (413, "invalid_request".into()), "{}", reply.show());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn another_method_is_refused_by_the_face() {
    let (house, _) = house().await;
    let mut wrong = Vec::new();
    for route in routes().filter(|route| !route.path.contains("token/create") && !route.path.contains("token/whoami")) {
        let path = with(route.path, "7");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"] {
            let reply = Ask::new(method.parse::<Method>().unwrap(), &path).answered(&house).await;
            if reply.status == 405 && !(is_said(&reply) && reply.header("allow").is_some()) {
                wrong.push(format!("{method} {path}: {}", reply.show()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for (path, error) in [
        ("/token", "invalid_request"),
        ("/clients", "invalid_request"),
        ("/perm", "invalid_request"),
        ("/iam/api/clients", "invalid_request"),
        ("/iam/api/client-registration", "invalid_request"),
        ("/admin/v1/clients", "method_not_allowed"),
        ("/account/v1/tokens", "method_not_allowed"),
    ] {
        let reply = Ask::new("PROPFIND".parse().unwrap(), path).answered(&house).await;
        assert_eq!((reply.status, reply.member("error")), (405, error.into()), "{path}");
        assert_eq!(house.refusal(&reply), "method_not_allowed");
    }
    for path in ["/authorization", "/end_session/confirm", "/uma/requests"] {
        let page = Ask::delete(path).answered(&house).await;
        assert_eq!((page.status, page.header("content-type")), (405, Some("text/html; charset=utf-8")), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_is_refused_by_the_face() {
    let (house, token) = house().await;
    for (path, body) in [
        ("/nothing", r#"{"error":"not_found","error_description":"there is no such route"}"#),
        ("/rs/nothing/7/8", r#"{"error":"not_found","error_description":"there is no such route"}"#),
        ("/iam/nothing", r#"{"error":"route not found"}"#),
        ("/iam/api/clients/7/nothing", r#"{"error":"route not found"}"#),
        ("/scim/Groups", r#"{"error":"route not found"}"#),
    ] {
        for ask in [Ask::get(path), Ask::post(path), Ask::get(path).bearer(&token), Ask::get(path).bearer("x")] {
            let reply = ask.answered(&house).await;
            assert_eq!((reply.status, reply.text()), (404, body), "{path}");
            assert!(is_said(&reply), "{path}: {}", reply.show());
        }
    }
    for path in ["/admin", "/admin/v1/nothing", "/account/v1/nothing"] {
        let reply = Ask::get(path).answered(&house).await;
        assert_eq!((reply.status, reply.member("error")), (404, "not_found".into()), "{path}");
    }
    // `docs/contracts/prodmanager.md` section 5.
    for path in ["/api", "/api/", "/api/nothing", "/api/token/nothing"] {
        let reply = Ask::get(path).answered(&house).await;
        let is_text = reply.text().starts_with("\"The requested URL was not found on the server.");
        assert!(reply.status == 404 && is_text && is_said(&reply), "{path}: {}", reply.show());
    }
    let without = House::new().await;
    let reply = Ask::get("/api/nothing").answered(&without).await;
    reply.refused(404, "not_found", "there is no such route");
}
