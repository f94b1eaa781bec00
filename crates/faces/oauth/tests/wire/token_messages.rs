//! Messages 1 to 10 and 20 to 28 of `docs/contracts/oauth-token-endpoint.md` section 5 at the token endpoint: text, status and
//! code, in both compatibility modes.

use jeton_core::model::{AuthMethod, Client, CompatibilityMode};

use jeton_served::{Ask, Browser, House, PASSWORD, USER, VERIFIER, code_params};

const SECRET: &str = "s3cret";

/// Both modes, each with a client of every method: `basic`, `post`, `public`.
async fn houses() -> Vec<(CompatibilityMode, House)> {
    let mut all = Vec::new();
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let house = House::new().await;
        let plain = |c: &mut Client| {
            c.profile = profile;
            c.response_types = vec!["code".into(), "token".into(), "id_token".into()];
        };
        house.client("basic", Some(SECRET), plain).await;
        house
            .client("post", Some(SECRET), |c| {
                plain(c);
                c.token_endpoint_auth_method = AuthMethod::ClientSecretPost;
            })
            .await;
        house.client("public", None, plain).await;
        all.push((profile, house));
    }
    all
}

async fn everywhere(form: &[(&str, &str)], error: &str, message: &str) {
    for (_, house) in houses().await {
        house.token(("basic", SECRET), form).await.refused(400, error, message);
    }
}

#[tokio::test]
async fn message_1() {
    everywhere(&[("scope", "read")], "invalid_request", "the parameter grant_type is missing").await;
    everywhere(&[("grant_type", "  "), ("scope", "read")], "invalid_request", "the parameter grant_type is missing")
        .await;
}

#[tokio::test]
async fn an_unknown_grant_type() {
    for unknown in ["nothing", "Password", "client_credentials ", "urn:ietf:params:oauth:grant-type:saml2-bearer"] {
        everywhere(&[("grant_type", unknown)], "unsupported_grant_type", "the grant type is not supported").await;
    }
}

#[tokio::test]
async fn message_2() {
    let message = "the parameter username is missing";
    everywhere(&[("grant_type", "password")], "invalid_request", message).await;
    everywhere(&[("grant_type", "password"), ("username", ""), ("password", "x")], "invalid_request", message).await;
}

#[tokio::test]
async fn message_3() {
    let message = "the parameter password is missing";
    everywhere(&[("grant_type", "password"), ("username", "x")], "invalid_request", message).await;
    everywhere(&[("grant_type", "password"), ("username", "x"), ("password", "\t")], "invalid_request", message).await;
}

#[tokio::test]
async fn message_4() {
    let message = "the parameter scope is missing";
    everywhere(&[("grant_type", "client_credentials")], "invalid_request", message).await;
    everywhere(&[("grant_type", "client_credentials"), ("scope", " ")], "invalid_request", message).await;
    everywhere(&[("grant_type", "password"), ("username", "x"), ("password", "y")], "invalid_request", message).await;
}

#[tokio::test]
async fn message_5() {
    let message = "the parameter refresh_token is missing";
    everywhere(&[("grant_type", "refresh_token")], "invalid_request", message).await;
    everywhere(&[("grant_type", "refresh_token"), ("refresh_token", " ")], "invalid_request", message).await;
}

#[tokio::test]
async fn message_6() {
    let message = "the parameter code is missing";
    everywhere(&[("grant_type", "authorization_code")], "invalid_request", message).await;
    everywhere(&[("grant_type", "authorization_code"), ("code", "")], "invalid_request", message).await;
}

#[tokio::test]
async fn message_8() {
    let message = "the client doesn't exist";
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    for (profile, house) in houses().await {
        house.public_token(&form).await.refused(400, "invalid_client", message);
        let unknown = house.token(("nobody", SECRET), &form).await;
        unknown.refused(401, "invalid_client", message);
        assert_eq!(unknown.header("www-authenticate"), Some("Basic realm=\"jeton\""));
        let in_body = [("client_id", "nobody"), ("client_secret", "x"), form[0], form[1]];
        let reply = house.public_token(&in_body).await;
        reply.refused(400, "invalid_client", message);
        assert_eq!(reply.header("www-authenticate"), None);
        // A public client may not use grants that require authentication.
        for form in [
            vec![("client_id", "public"), form[0], form[1]],
            vec![
                ("client_id", "public"),
                ("grant_type", "password"),
                ("username", USER),
                ("password", PASSWORD),
                form[1],
            ],
        ] {
            house.public_token(&form).await.refused(400, "invalid_client", message);
        }
        house.change_client("basic", |c| c.enabled = false).await;
        let status = if profile == CompatibilityMode::Classic { 400 } else { 401 };
        house.token(("basic", SECRET), &form).await.refused(status, "invalid_client", message);
    }
}

#[tokio::test]
async fn message_9() {
    let message = "the client cannot be authenticated with secret basic";
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    for (profile, house) in houses().await {
        let status = if profile == CompatibilityMode::Classic { 400 } else { 401 };
        for wrong in ["", "S3CRET", "s3cre", "s3crett", " s3cret", "s3cret ", "s3cret%20", "s3cret\0"] {
            let reply = house.token(("basic", wrong), &form).await;
            reply.refused(status, "invalid_client", message);
            let challenge = (status == 401).then_some("Basic realm=\"jeton\"");
            assert_eq!(reply.header("www-authenticate"), challenge, "RFC 6749 section 5.2");
        }
        let in_body = [("client_id", "basic"), ("client_secret", SECRET), form[0], form[1]];
        house.public_token(&in_body).await.refused(400, "invalid_client", message);
        house.public_token(&[("client_id", "basic"), form[0], form[1]]).await.refused(400, "invalid_client", message);
        house.change_client("basic", |c| c.secret = None).await;
    }
}

#[tokio::test]
async fn a_client_without_a_stored_secret_cannot_prove_any() {
    let house = House::new().await;
    house.client("bare", None, |c| c.token_endpoint_auth_method = AuthMethod::ClientSecretBasic).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    for secret in ["", "x", "null"] {
        let message = "the client cannot be authenticated with secret basic";
        house.token(("bare", secret), &form).await.refused(401, "invalid_client", message);
    }
}

#[tokio::test]
async fn message_10() {
    let message = "the client cannot be authenticated with secret post";
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    for (profile, house) in houses().await {
        let good = [("client_id", "post"), ("client_secret", SECRET), form[0], form[1]];
        house.public_token(&good).await.ok();
        for wrong in ["S3CRET", "s3cre", "s3cret "] {
            let in_body = [("client_id", "post"), ("client_secret", wrong), form[0], form[1]];
            house.public_token(&in_body).await.refused(400, "invalid_client", message);
        }
        house.public_token(&[("client_id", "post"), form[0], form[1]]).await.refused(400, "invalid_client", message);
        let status = if profile == CompatibilityMode::Classic { 400 } else { 401 };
        house.token(("post", SECRET), &form).await.refused(status, "invalid_client", message);
    }
}

#[tokio::test]
async fn message_20() {
    let message = "resource owner credentials are not valid";
    for (_, house) in houses().await {
        house.person("bob", "builder").await;
        house.change_person("bob", |u| u.enabled = false).await;
        for (name, password) in [
            (USER, "wrong"),
            ("nobody", PASSWORD),
            ("bob", "builder"),
            (USER, "correct horse + batter"),
            (USER, "correct horse   battery"),
        ] {
            let form = [("grant_type", "password"), ("username", name), ("password", password), ("scope", "read")];
            house.token(("basic", SECRET), &form).await.refused(400, "invalid_grant", message);
        }
    }
}

#[tokio::test]
async fn message_21() {
    for (scope, named) in
        [("admin", "admin"), ("read admin root", "admin,root"), ("admin read admin", "admin"), ("READ", "READ")]
    {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let message = format!("the scopes {named} are not allowed or invalid");
        everywhere(&form, "invalid_scope", &message).await;
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
        everywhere(&form, "invalid_scope", &message).await;
    }
}

#[tokio::test]
async fn message_22() {
    for (profile, house) in houses().await {
        house.change_client("basic", |c| c.grant_types.clear()).await;
        let error = if profile == CompatibilityMode::Classic { "invalid_client" } else { "unauthorized_client" };
        for form in [
            vec![("grant_type", "client_credentials"), ("scope", "read")],
            vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")],
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            vec![("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "https://app.example/cb")],
        ] {
            let grant = form[0].1;
            let message = format!("the client basic doesn't support the grant type {grant}");
            house.token(("basic", SECRET), &form).await.refused(400, error, &message);
        }
    }
}

#[tokio::test]
async fn message_23() {
    for (profile, house) in houses().await {
        house.change_client("basic", |c| c.response_types.clear()).await;
        let credentials = [("grant_type", "client_credentials"), ("scope", "read")];
        let password = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
        let code = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "https://app.example/cb")];
        let message = |types| format!("the client 'basic' doesn't support the response type: '{types}'");
        if profile == CompatibilityMode::Classic {
            house.token(("basic", SECRET), &credentials).await.refused(400, "invalid_client", &message("token"));
            house.token(("basic", SECRET), &password).await.refused(400, "invalid_client", &message("token id_token"));
            house.token(("basic", SECRET), &code).await.refused(400, "invalid_client", &message("code"));
        } else {
            house.token(("basic", SECRET), &credentials).await.ok();
            house.token(("basic", SECRET), &password).await.ok();
            house.token(("basic", SECRET), &code).await.refused(400, "unauthorized_client", &message("code"));
        }
    }
}

#[tokio::test]
async fn message_24() {
    for (_, house) in houses().await {
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
        let good = house.token(("basic", SECRET), &form).await.ok();
        let (access, refresh) = (good.access(), good.refresh());
        let cut = &refresh[..refresh.len() - 1];
        for wrong in ["x", "jtn_rt_x", access.as_str(), cut, &format!("{refresh} "), &refresh.to_uppercase()] {
            let form = [("grant_type", "refresh_token"), ("refresh_token", wrong)];
            let reply = house.token(("basic", SECRET), &form).await;
            reply.refused(400, "invalid_grant", "the refresh token is not valid");
        }
    }
}

#[tokio::test]
async fn message_25() {
    for (_, house) in houses().await {
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
        let refresh = house.token(("basic", SECRET), &form).await.ok().refresh();
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let foreign = [("client_id", "public"), form[0], form[1]];
        let reply = house.public_token(&foreign).await;
        reply.refused(400, "invalid_grant", "the refresh token can be used only by the same issuer");
        // Another client has it, so it was revoked (`docs/contracts/indigo-iam.md` section 7.1).
        let reply = house.token(("basic", SECRET), &form).await;
        reply.refused(400, "invalid_grant", "the refresh token is not valid");
    }
}

#[tokio::test]
async fn message_26() {
    let message = "Based on the RFC-3986 the redirection-uri is not well formed";
    for uri in ["", "/cb", "app.example/cb", "https://app.example/cb#x", "https:", "javascript:alert(1)", "http://a b/"]
    {
        let form = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", uri)];
        everywhere(&form, "invalid_request", message).await;
    }
    everywhere(&[("grant_type", "authorization_code"), ("code", "x")], "invalid_request", message).await;
}

fn form(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ]
}

#[tokio::test]
async fn message_27() {
    for (_, house) in houses().await {
        let code = Browser::default().code(&house, &code_params("basic", "openid")).await;
        let message = "the authorization code is not correct";
        let (padded, cut) = (format!("{code} "), &code[1..]);
        for wrong in ["x", padded.as_str(), cut, &code.to_lowercase()] {
            house.token(("basic", SECRET), &form(wrong)).await.refused(400, "invalid_grant", message);
        }
        house.token(("basic", SECRET), &form(&code)).await.ok();
        house.token(("basic", SECRET), &form(&code)).await.refused(400, "invalid_grant", message);
    }
}

#[tokio::test]
async fn hostile_values_never_break_out_of_a_description() {
    let house = House::new().await;
    let nasty = "a\"b\\c\r\nX: y\u{0}\u{7f}é\u{202e}<script>";
    house.client(nasty, Some(SECRET), |c| c.grant_types.clear()).await;
    for ask in [
        Ask::post("/token").form(&[("grant_type", nasty)]),
        Ask::post("/token").basic("x", "y").form(&[("grant_type", "client_credentials"), ("scope", nasty)]),
        Ask::post("/token").form(&[("client_id", nasty), ("grant_type", "client_credentials"), ("scope", nasty)]),
        Ask::post("/token").form(&[(nasty, "1"), (nasty, "2")]),
        Ask::post("/token").basic(nasty, SECRET).form(&[("grant_type", "client_credentials"), ("scope", "read")]),
        Ask::post("/token").basic(nasty, SECRET).form(&[("grant_type", "refresh_token"), ("refresh_token", nasty)]),
        Ask::post("/token/revoke").basic(nasty, SECRET).form(&[("token", nasty)]),
        Ask::post("/introspect").bearer("x y\\z").form(&[("token", nasty)]),
    ] {
        // `send` checks every description.
        ask.send(&house).await;
    }
}
