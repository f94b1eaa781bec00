//! The form of a token request: accepted encodings, and malformed bodies.

use jeton_core::model::TokenFormat;

use jeton_served::{Ask, House};

const SECRET: &str = "s3cret";
const FORM: &str = "application/x-www-form-urlencoded";
const MISSING_BODY: &str = "no parameter in body request";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    house
}

#[tokio::test]
async fn what_is_no_form_gets_message_28_at_every_endpoint() {
    let house = house().await;
    let good = "grant_type=client_credentials&scope=read&token=x";
    for path in ["/token", "/token/revoke", "/introspect"] {
        for (kind, body) in [
            (None, ""),
            (Some(FORM), ""),
            (Some(FORM), "\r\n"),
            (Some(FORM), "&"),
            (Some(FORM), "&&&"),
            (Some("application/json"), ""),
            (Some("text/plain"), good),
            (Some("multipart/form-data; boundary=x"), good),
            (Some("application/x-www-form-urlencoded-not"), good),
        ] {
            let mut ask = Ask::post(path).basic("app", SECRET);
            if let Some(kind) = kind {
                ask = ask.header("content-type", kind);
            }
            let reply = ask.body(body).send(&house).await;
            reply.refused(400, "invalid_request", MISSING_BODY);
        }
    }
}

#[tokio::test]
async fn json_is_told_what_is_expected() {
    let house = house().await;
    let json = r#"{"grant_type":"client_credentials","token":"x"}"#;
    let message = "no parameter in body request: it is JSON, send a form (application/x-www-form-urlencoded)";
    for path in ["/token", "/token/revoke", "/introspect", "/par", "/device_authorization"] {
        for kind in [
            Some("application/json"),
            Some("Application/JSON; charset=utf-8"),
            Some("application/ld+json"),
            // What curl says of everything that it sends.
            Some("application/x-www-form-urlencoded"),
            None,
        ] {
            let mut ask = Ask::post(path).basic("app", SECRET);
            if let Some(kind) = kind {
                ask = ask.header("content-type", kind);
            }
            ask.body(json).send(&house).await.refused(400, "invalid_request", message);
        }
    }
}

#[tokio::test]
async fn a_form_needs_no_media_type() {
    let house = house().await;
    for kind in [None, Some("")] {
        let mut ask = Ask::post("/token").basic("app", SECRET);
        if let Some(kind) = kind {
            ask = ask.header("content-type", kind);
        }
        ask.body("grant_type=client_credentials&scope=read").send(&house).await.ok();
    }
    let message = "the parameter grant_type is missing";
    Ask::post("/token").basic("app", SECRET).body("hello").send(&house).await.refused(400, "invalid_request", message);
}

#[tokio::test]
async fn a_line_end_behind_the_last_value_is_no_part_of_it() {
    let house = house().await;
    for end in ["\n", "\r\n", "\n\n"] {
        let body = format!("grant_type=client_credentials&scope=read&client_id=app{end}");
        Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await.ok();
    }
    let inside = "grant_type=client_credentials&scope=read%0A";
    let reply = Ask::post("/token").basic("app", SECRET).raw_form(inside).send(&house).await;
    assert_eq!(reply.member("error"), "invalid_scope", "an encoded one is a part: {}", reply.show());
}

#[tokio::test]
async fn the_media_type_may_have_parameters_and_any_case() {
    let house = house().await;
    for kind in ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-UrlEncoded;charset=utf-8"]
    {
        let ask = Ask::post("/token").basic("app", SECRET).header("content-type", kind);
        ask.body("grant_type=client_credentials&scope=read").send(&house).await.ok();
    }
}

#[tokio::test]
async fn parameters_in_the_url_are_ignored() {
    let house = house().await;
    let url = "/token?grant_type=client_credentials&scope=read&client_id=app&client_secret=s3cret";
    Ask::post(url).send(&house).await.refused(400, "invalid_request", MISSING_BODY);
    let reply = Ask::post(url).basic("app", SECRET).raw_form("x=1").send(&house).await;
    reply.refused(400, "invalid_request", "the parameter grant_type is missing");
    let reply = Ask::post("/token?scope=write")
        .basic("app", SECRET)
        .form(&[("grant_type", "client_credentials"), ("scope", "read")]);
    assert_eq!(reply.send(&house).await.ok().member("scope"), "read");
}

#[tokio::test]
async fn raw_blanks_inside_values_are_tolerated() {
    let house = house().await;
    let body = "grant_type=client_credentials&scope=read write";
    let reply = Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await.ok();
    assert_eq!(reply.member("scope"), "read write");
}

#[tokio::test]
async fn every_repeated_parameter_is_refused() {
    let house = house().await;
    for (body, name) in [
        ("grant_type=client_credentials&grant_type=password&scope=read", "grant_type"),
        ("grant_type=client_credentials&scope=read&scope=read", "scope"),
        ("grant_type=client_credentials&scope=read&scope=", "scope"),
        ("grant_type=client_credentials&sco%70e=read&scope=read", "scope"),
        ("grant_type=client_credentials&scope=read&client_id=app&client_id=app", "client_id"),
        ("grant_type=client_credentials&scope=read&unknown=1&unknown=2", "unknown"),
    ] {
        let reply = Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await;
        reply.refused(400, "invalid_request", &format!("the parameter {name} is repeated"));
    }
    for path in ["/token/revoke", "/introspect"] {
        let reply = Ask::post(path).basic("app", SECRET).raw_form("token=a&token=b").send(&house).await;
        reply.refused(400, "invalid_request", "the parameter token is repeated");
    }
}

#[tokio::test]
async fn resource_may_repeat_and_unknown_parameters_are_ignored() {
    let house = house().await;
    let body = "grant_type=client_credentials&scope=read&unknown=1&%00=2&=3";
    Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await.ok();
    let body = "grant_type=client_credentials&scope=read&resource=https://a.example&resource=https://b.example";
    let reply = Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await;
    assert!(reply.status == 200 || reply.member("error") == "invalid_target", "{}", reply.show());
}

#[tokio::test]
async fn a_value_that_is_too_long_is_refused_in_json() {
    let house = house().await;
    let long = "x".repeat(61 * 1024);
    for name in ["scope", "client_id", "unknown", "grant_type"] {
        let body = format!("grant_typ=client_credentials&{name}={long}");
        let reply = Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await;
        reply.refused(413, "invalid_request", "the request is too large");
    }
    let many = "a=b&".repeat(10_000);
    let reply = Ask::post("/token").basic("app", SECRET).raw_form(many).send(&house).await;
    reply.refused(400, "invalid_request", "the parameter a is repeated");
}

/// A body that no handler reads must also get the endpoint's own error: JSON, not cacheable.
#[tokio::test]
async fn a_body_beyond_every_limit_is_refused_in_json() {
    let house = house().await;
    let body = format!("grant_type=client_credentials&pad={}", "x".repeat(4 << 20));
    let reply = Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await;
    reply.refused(413, "invalid_request", "the request is too large");
}

#[tokio::test]
async fn only_post_asks_for_tokens() {
    let house = house().await;
    for path in ["/token", "/token/revoke", "/introspect"] {
        for method in [http::Method::GET, http::Method::PUT, http::Method::DELETE] {
            let reply = Ask::new(method, &format!("{path}?token=x")).basic("app", SECRET).send(&house).await;
            assert_eq!(reply.status, 405);
            assert!(reply.header("allow").unwrap().contains("POST"));
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_do_no_harm() {
    let house = house().await;
    for body in [
        &b"grant_type=client_credentials&scope=\xff\xfe"[..],
        b"grant_type=client_credentials&scope=%ff%fe",
        b"grant_type=client_credentials&scope=read%00",
        b"grant_type=client_credentials&scope=read%0d%0aset-cookie:x",
        b"grant_type=client_credentials&scope=%E2%80%AEread",
    ] {
        let reply = Ask::post("/token").basic("app", SECRET).raw_form(body).send(&house).await;
        assert_eq!((reply.status, reply.member("error")), (400, "invalid_scope".into()), "{}", reply.show());
    }
}
