//! Parameters of other specifications: `resource` (RFC 8707), PKCE's `plain` (RFC 7636).

use jeton_served::{Browser, House, Reply, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

async fn redeem(house: &House, code: &str, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    form.extend(more);
    house.token(("app", SECRET), &form).await
}

#[tokio::test]
async fn the_resources_asked_for_are_the_audience() {
    let house = house().await;
    let mut params = code_params("app", "openid offline_access read");
    params.extend([("resource", "https://a.example"), ("resource", "https://b.example/x")]);
    let code = Browser::default().code(&house, &params).await;
    let reply = redeem(&house, &code, &[]).await.ok();
    let both = serde_json::json!(["https://a.example", "https://b.example/x"]);
    assert_eq!(house.introspected(&reply.access()).await["aud"], both);

    // The token endpoint narrows an access token, not the family.
    let one = [("resource", "https://a.example")];
    let mut refresh = vec![("grant_type", "refresh_token")];
    let text = reply.refresh();
    refresh.push(("refresh_token", &text));
    refresh.extend(one);
    let narrow = house.token(("app", SECRET), &refresh).await.ok();
    assert_eq!(house.introspected(&narrow.access()).await["aud"], "https://a.example");
    let text = narrow.refresh();
    let wide = [("grant_type", "refresh_token"), ("refresh_token", text.as_str())];
    let wide = house.token(("app", SECRET), &wide).await.ok();
    assert_eq!(house.introspected(&wide.access()).await["aud"], both);
}

#[tokio::test]
async fn the_code_s_resources_may_be_narrowed_and_not_widened() {
    let house = house().await;
    let mut params = code_params("app", "read");
    params.extend([("resource", "https://a.example"), ("resource", "https://b.example")]);
    let code = Browser::default().code(&house, &params).await;
    let refused = redeem(&house, &code, &[("resource", "https://c.example")]).await;
    refused.refused(400, "invalid_target", "The requested resource was not originally granted");
    let reply = redeem(&house, &code, &[("resource", "https://b.example")]).await.ok();
    assert_eq!(house.introspected(&reply.access()).await["aud"], "https://b.example");
}

#[tokio::test]
async fn a_resource_that_is_none_or_not_the_clients_is_refused() {
    let house = house().await;
    for bad in ["x", "/a", "https://a.example#f", "https://a.example/ b"] {
        let mut params = code_params("app", "read");
        params.push(("resource", bad));
        assert_eq!(back(&Browser::default().open(&house, &params).await)["error"], "invalid_target", "{bad}");
    }
    house.change_client("app", |c| c.audience = Some("https://a.example".into())).await;
    for (resource, good) in [("https://a.example", true), ("https://b.example", false)] {
        let mut params = code_params("app", "read");
        params.push(("resource", resource));
        assert_eq!(Browser::default().open(&house, &params).await.status == 200, good, "{resource}");
    }
}

#[tokio::test]
async fn plain_is_for_clients_that_are_marked_so() {
    let house = house().await;
    let plain = |method: Option<&'static str>, challenge: &'static str| {
        let mut params = code_params("app", "read");
        params.retain(|(name, _)| !name.starts_with("code_challenge"));
        params.push(("code_challenge", challenge));
        params.extend(method.map(|method| ("code_challenge_method", method)));
        params
    };
    let refused = back(&Browser::default().open(&house, &plain(Some("plain"), VERIFIER)).await);
    assert_eq!(refused["error_description"], "the code challenge method is not supported, use S256");
    house.change_client("app", |c| c.allow_plain_pkce = true).await;
    // RFC 7636 section 4.3: without a method it is `plain`.
    for method in [Some("plain"), None] {
        let code = Browser::default().code(&house, &plain(method, VERIFIER)).await;
        let wrong = "x".repeat(43);
        let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", &wrong)];
        house.token(("app", SECRET), &form).await.refused(400, "invalid_grant", "the code verifier is not valid");
        redeem(&house, &code, &[]).await.ok();
    }
    let short = back(&Browser::default().open(&house, &plain(Some("plain"), "short")).await);
    assert_eq!(short["error_description"], "the parameter code_challenge is not valid");
    Browser::default().code(&house, &code_params("app", "read")).await;
}
