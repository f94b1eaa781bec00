//! Client authentication (`docs/contracts/oauth-token-endpoint.md` section 3).

use jeton_core::model::{AuthMethod, TokenFormat};

use jeton_served::{Ask, House, basic};

const FORM: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "read")];

async fn house(secret: &str) -> House {
    let house = House::new().await;
    house.client("app", Some(secret), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
    house
}

#[tokio::test]
async fn a_secret_with_special_characters_comes_raw_or_encoded() {
    for (secret, encoded) in [
        ("with:colon::", "with%3Acolon%3A%3A"),
        ("100% sure + more", "100%25+sure+%2B+more"),
        ("100% sure + more", "100%25%20sure%20%2B%20more"),
        ("schön/ß", "sch%C3%B6n%2F%C3%9F"),
        ("a+b", "a%2Bb"),
        ("%41", "%2541"),
    ] {
        let house = house(secret).await;
        for sent in [secret, encoded] {
            house.token(("app", sent), &FORM).await.ok();
        }
    }
}

/// `docs/contracts/oauth-token-endpoint.md` section 3: id and secret are accepted form-decoded and raw; librdkafka
/// does not encode them.
#[tokio::test]
async fn an_id_with_special_characters_comes_raw_or_encoded() {
    let house = House::new().await;
    for (id, encoded) in [("my app", "my+app"), ("ünal", "%C3%BCnal"), ("a%20b", "a%2520b"), ("c++", "c%2B%2B")] {
        house.client(id, Some("x"), |_| ()).await;
        for sent in [encoded, id] {
            assert_eq!(house.token((sent, "x"), &FORM).await.status, 200, "{id} sent as {sent}");
        }
    }
}

#[tokio::test]
async fn the_pair_splits_at_the_first_colon() {
    let house = house("a:b:c").await;
    house.token(("app", "a:b:c"), &FORM).await.ok();
    house.token(("app:a", "b:c"), &FORM).await.ok();
    house.token(("app", "b:c"), &FORM).await.refused(
        401,
        "invalid_client",
        "the client cannot be authenticated with secret basic",
    );
}

#[tokio::test]
async fn the_scheme_has_any_case() {
    let house = house("x").await;
    for scheme in ["basic", "BASIC", "BaSiC"] {
        let value = basic("app:x").replacen("Basic", scheme, 1);
        Ask::post("/token").header("authorization", value).form(&FORM).send(&house).await.ok();
    }
}

#[tokio::test]
async fn an_empty_basic_header_is_no_header() {
    let house = house("x").await;
    house.client("post", Some("y"), |c| c.token_endpoint_auth_method = AuthMethod::ClientSecretPost).await;
    let form = [("client_id", "post"), ("client_secret", "y"), FORM[0], FORM[1]];
    for empty in ["Basic ", "Basic", "Basic Og==", "Basic   "] {
        Ask::post("/token").header("authorization", empty).form(&form).send(&house).await.ok();
        let reply = Ask::post("/token").header("authorization", empty).form(&FORM).send(&house).await;
        reply.refused(400, "invalid_client", "the client doesn't exist");
    }
}

/// RFC 6749 section 5.2: "If the client attempted to authenticate via the `Authorization` request header field, the
/// authorization server MUST respond with an HTTP 401".
#[tokio::test]
async fn a_broken_basic_header_is_an_attempt() {
    let house = house("x").await;
    for broken in ["Basic !!!", "Basic YXBwOng", "Basic YXBwOng*", "Basic /////w=="] {
        let reply = Ask::post("/token").header("authorization", broken).form(&FORM).send(&house).await;
        assert_eq!((reply.status, reply.member("error")), (401, "invalid_client".into()), "{broken}");
        assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"jeton\""), "{broken}");
    }
}

#[tokio::test]
async fn two_methods_at_once_are_refused() {
    let house = house("x").await;
    let form = [("client_id", "app"), ("client_secret", "x"), FORM[0], FORM[1]];
    let message = "the client must authenticate in one way, as one client";
    house.token(("app", "x"), &form).await.refused(400, "invalid_request", message);
    house.token(("app", "wrong"), &form).await.refused(400, "invalid_request", message);
    house.token(("app", "x"), &[("client_secret", "x"), FORM[0], FORM[1]]).await.refused(
        400,
        "invalid_request",
        message,
    );
}

#[tokio::test]
async fn two_client_ids_are_refused_the_same_twice_is_fine() {
    let house = house("x").await;
    house.client("other", Some("x"), |_| ()).await;
    house.token(("app", "x"), &[("client_id", "app"), FORM[0], FORM[1]]).await.ok();
    house.token(("app", "x"), &[("client_id", ""), FORM[0], FORM[1]]).await.ok();
    let message = "the client must authenticate in one way, as one client";
    for id in ["other", "nobody", "APP", "app "] {
        let reply = house.token(("app", "x"), &[("client_id", id), FORM[0], FORM[1]]).await;
        reply.refused(400, "invalid_request", message);
    }
    for path in ["/token/revoke", "/introspect"] {
        let ask = Ask::post(path).basic("app", "x").form(&[("client_id", "other"), ("token", "t")]);
        ask.send(&house).await.refused(400, "invalid_request", message);
    }
}

#[tokio::test]
async fn a_public_client_that_sends_a_secret_means_another_client() {
    let house = house("x").await;
    house.client("public", None, |_| ()).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let message = "the client doesn't exist";
    house.token(("public", "guess"), &form).await.refused(401, "invalid_client", message);
    let in_body = [("client_id", "public"), ("client_secret", "guess"), form[0], form[1]];
    house.public_token(&in_body).await.refused(400, "invalid_client", message);
    for ask in [
        Ask::post("/token").basic("public", "").form(&form),
        Ask::post("/token").form(&[("client_id", "public"), form[0], form[1]]),
    ] {
        ask.send(&house).await.refused(400, "invalid_grant", "the refresh token is not valid");
    }
}

#[tokio::test]
async fn a_disabled_and_a_deleted_client_are_gone_at_once() {
    let house = house("x").await;
    let token = house.token(("app", "x"), &FORM).await.ok().access();
    assert!(house.is_active(&token).await);
    house.change_client("app", |c| c.enabled = false).await;
    assert!(!house.is_active(&token).await);
    let message = "the client doesn't exist";
    house.token(("app", "x"), &FORM).await.refused(401, "invalid_client", message);
    house.change_client("app", |c| c.enabled = true).await;
    assert!(house.is_active(&token).await);
    let admin = jeton_core::administration::Caller::local();
    house.jeton.administration.delete_client(&admin, house.service, "app").await.unwrap();
    house.token(("app", "x"), &FORM).await.refused(401, "invalid_client", message);
    assert!(!house.is_active(&token).await);
    house.client("app", Some("x"), |_| ()).await;
    assert!(!house.is_active(&token).await, "a new client of the old name does not inherit tokens");
}

#[tokio::test]
async fn a_client_of_another_service_is_unknown_here() {
    let house = house("x").await;
    let admin = jeton_core::administration::Caller::local();
    let other = house
        .jeton
        .administration
        .put_service(&admin, None, "Other", "https://other.example", Default::default())
        .await
        .unwrap();
    let token = house.token(("app", "x"), &FORM).await.ok().access();
    let house = house.of_issuer(other.id);
    house.token(("app", "x"), &FORM).await.refused(401, "invalid_client", "the client doesn't exist");
    let reply = Ask::get("/userinfo").bearer(&token).send(&house).await;
    assert_eq!(reply.status, 401);
}

/// Two headers are two methods: which of them counts must not depend on the order of reading.
#[tokio::test]
async fn two_authorization_headers_are_refused() {
    let house = house("x").await;
    house.client("other", Some("y"), |_| ()).await;
    let ask = Ask::post("/token").basic("app", "x").basic("other", "y").form(&FORM);
    ask.send(&house).await.refused(400, "invalid_request", "the client must authenticate in one way, as one client");
}
