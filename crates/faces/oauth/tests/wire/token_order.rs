//! Which refusal comes first when there are several faults (`docs/contracts/oauth-token-endpoint.md` section 4).

use jeton_core::model::CompatibilityMode;

use jeton_served::{Ask, Browser, House, PASSWORD, USER, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.profile = CompatibilityMode::Classic;
            c.response_types = vec!["code".into(), "token".into(), "id_token".into()];
        })
        .await;
    house
}

/// Client, secret, form, and the description expected.
type Rung<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

/// Each step corrects one fault; the description shows which fault is reported next.
async fn ladder(house: &House, steps: &[Rung<'_>]) {
    for (id, secret, form, expected) in steps {
        let reply = house.token((id, secret), form).await;
        assert_eq!(reply.member("error_description"), *expected, "{form:?}");
    }
}

#[tokio::test]
async fn client_credentials() {
    let house = house().await;
    house.change_client("app", |c| (c.grant_types, c.response_types) = (vec![], vec![])).await;
    ladder(
        &house,
        &[
            ("no", "no", &[("x", "y")], "the parameter grant_type is missing"),
            ("no", "no", &[("grant_type", "x")], "the grant type is not supported"),
            ("no", "no", &[("grant_type", "client_credentials")], "the parameter scope is missing"),
            ("no", "no", &[("grant_type", "client_credentials"), ("scope", "bad")], "the client doesn't exist"),
            (
                "app",
                "no",
                &[("grant_type", "client_credentials"), ("scope", "bad")],
                "the client cannot be authenticated with secret basic",
            ),
            (
                "app",
                SECRET,
                &[("grant_type", "client_credentials"), ("scope", "bad")],
                "the client app doesn't support the grant type client_credentials",
            ),
        ],
    )
    .await;
    house.change_client("app", |c| c.grant_types = vec!["client_credentials".into()]).await;
    let form = [("grant_type", "client_credentials"), ("scope", "bad")];
    let message = "the client 'app' doesn't support the response type: 'token'";
    ladder(&house, &[("app", SECRET, &form, message)]).await;
    house.change_client("app", |c| c.response_types = vec!["token".into()]).await;
    ladder(&house, &[("app", SECRET, &form, "the scopes bad are not allowed or invalid")]).await;
}

#[tokio::test]
async fn password() {
    let house = house().await;
    house.change_client("app", |c| (c.grant_types, c.response_types) = (vec![], vec![])).await;
    let grant = ("grant_type", "password");
    let wrong = [grant, ("username", "x"), ("password", "y"), ("scope", "bad")];
    ladder(
        &house,
        &[
            ("no", "no", &[grant], "the parameter username is missing"),
            ("no", "no", &[grant, ("username", "x")], "the parameter password is missing"),
            ("no", "no", &[grant, ("username", "x"), ("password", "y")], "the parameter scope is missing"),
            ("no", "no", &wrong, "the client doesn't exist"),
            ("app", "no", &wrong, "the client cannot be authenticated with secret basic"),
            ("app", SECRET, &wrong, "the client app doesn't support the grant type password"),
        ],
    )
    .await;
    house.change_client("app", |c| c.grant_types = vec!["password".into()]).await;
    let message = "the client 'app' doesn't support the response type: 'token id_token'";
    ladder(&house, &[("app", SECRET, &wrong, message)]).await;
    house.change_client("app", |c| c.response_types = vec!["token id_token".into()]).await;
    ladder(&house, &[("app", SECRET, &wrong, "resource owner credentials are not valid")]).await;
    let better = [grant, ("username", USER), ("password", PASSWORD), ("scope", "bad")];
    ladder(&house, &[("app", SECRET, &better, "the scopes bad are not allowed or invalid")]).await;
}

#[tokio::test]
async fn refresh_token() {
    let house = house().await;
    let grant = ("grant_type", "refresh_token");
    house.client("other", Some(SECRET), |c| c.grant_types.clear()).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let good = house.token(("app", SECRET), &form).await.ok().refresh();
    let (unknown, known) =
        ([grant, ("refresh_token", "x"), ("scope", "bad")], [grant, ("refresh_token", &good), ("scope", "bad")]);
    ladder(
        &house,
        &[
            ("no", "no", &[grant], "the parameter refresh_token is missing"),
            ("no", "no", &unknown, "the client doesn't exist"),
            ("other", "no", &unknown, "the client cannot be authenticated with secret basic"),
            ("other", SECRET, &unknown, "the client other doesn't support the grant type refresh_token"),
        ],
    )
    .await;
    house.change_client("other", |c| c.grant_types = vec!["refresh_token".into()]).await;
    house.wait(31 * 86_400);
    ladder(
        &house,
        &[
            ("other", SECRET, &unknown, "the refresh token is not valid"),
            // Another client's, even when it has expired.
            ("other", SECRET, &known, "the refresh token can be used only by the same issuer"),
            ("app", SECRET, &known, "the refresh token is not valid"),
        ],
    )
    .await;
}

#[tokio::test]
async fn authorization_code() {
    let house = house().await;
    let code = Browser::default().code(&house, &code_params("app", "openid")).await;
    house.client("other", Some(SECRET), |c| (c.grant_types, c.response_types) = (vec![], vec![])).await;
    let (grant, uri) = (("grant_type", "authorization_code"), ("redirect_uri", "https://other.example/cb"));
    let verifier = ("code_verifier", jeton_served::VERIFIER);
    let code = ("code", code.as_str());
    ladder(
        &house,
        &[
            ("no", "no", &[grant], "the parameter code is missing"),
            ("no", "no", &[grant, code], "Based on the RFC-3986 the redirection-uri is not well formed"),
            ("no", "no", &[grant, code, uri], "the client doesn't exist"),
            ("other", "no", &[grant, code, uri], "the client cannot be authenticated with secret basic"),
            (
                "other",
                SECRET,
                &[grant, code, uri],
                "the client other doesn't support the grant type authorization_code",
            ),
        ],
    )
    .await;
    house.change_client("other", |c| c.grant_types = vec!["authorization_code".into()]).await;
    let message = "the client 'other' doesn't support the response type: 'code'";
    ladder(&house, &[("other", SECRET, &[grant, code, uri], message)]).await;
    house.change_client("other", |c| c.response_types = vec!["code".into()]).await;
    house.change_client("app", |c| c.redirect_uris = vec!["https://new.example/cb".into()]).await;
    house.wait(61);
    let good_uri = ("redirect_uri", "https://app.example/cb");
    ladder(
        &house,
        &[
            ("other", SECRET, &[grant, ("code", "x"), uri], "the authorization code is not correct"),
            ("other", SECRET, &[grant, code, uri], "the code verifier is not valid"),
            ("other", SECRET, &[grant, code, uri, verifier], "the authorization code was issued to another client"),
            (
                "app",
                SECRET,
                &[grant, code, uri, verifier],
                "the redirect URI is not the one of the authorization request",
            ),
            ("app", SECRET, &[grant, code, good_uri, verifier], "the authorization code has expired"),
        ],
    )
    .await;
}

#[tokio::test]
async fn revocation_and_introspection() {
    let house = house().await;
    for path in ["/token/revoke", "/introspect"] {
        let ask = || Ask::post(path).basic("no", "no");
        assert_eq!(ask().send(&house).await.member("error_description"), "no parameter in body request");
        let reply = ask().form(&[("x", "y")]).send(&house).await;
        assert_eq!(reply.member("error_description"), "the parameter token is missing");
        let reply = ask().form(&[("token", "x")]).send(&house).await;
        assert_eq!(reply.member("error_description"), "the client doesn't exist");
    }
}
