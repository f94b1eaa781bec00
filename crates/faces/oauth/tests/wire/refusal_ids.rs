//! The refusal's stable id, which an operator finds under an answer's reference.

use jeton_served::{Ask, Browser, House, Reply, VERIFIER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

/// The id recorded for an answer to a program.
fn id_of(house: &House, reply: &Reply) -> &'static str {
    let reference = reply.header("jeton-refusal").unwrap_or_else(|| panic!("no reference: {}", reply.show()));
    house.jeton.ledger.refusals().find(reference).unwrap().id
}

fn counted(house: &House, id: &str) -> u64 {
    house.jeton.ledger.refusals().counts().find(|(known, _)| *known == id).unwrap().1
}

#[tokio::test]
async fn programs_are_told_a_reference() {
    let house = house().await;
    assert_eq!(id_of(&house, &Ask::get("/userinfo").send(&house).await), "bearer_missing");
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("resource", "not-a-uri")];
    assert_eq!(id_of(&house, &house.token(("app", SECRET), &form).await), "resource_malformed");
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("audience", "\u{7f}")];
    assert_eq!(id_of(&house, &house.token(("app", SECRET), &form).await), "resource_invalid");
    let code = Browser::default().code(&house, &code_params("app", "openid")).await;
    house.change_person("alice", |u| u.enabled = false).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    assert_eq!(id_of(&house, &house.token(("app", SECRET), &form).await), "grant_ended");
}

#[tokio::test]
async fn registrants_are_told_a_reference() {
    let house = house().await;
    house.set(|s| (s.registration.open, s.registration.quota) = (true, 0)).await;
    for (metadata, id) in [
        (serde_json::json!({}), "registered_redirect_invalid"),
        (serde_json::json!({ "scope": 1, "redirect_uris": ["https://app.example/cb"] }), "client_metadata_invalid"),
        (serde_json::json!({ "software_statement": 1 }), "software_statement_invalid"),
        (serde_json::json!({ "software_statement": "e30.e30.e30" }), "software_statement_invalid"),
        (serde_json::json!({ "redirect_uris": ["https://app.example/cb"] }), "registration_limit"),
    ] {
        let reply = Ask::post("/registration").json(&metadata).send(&house).await;
        assert_eq!(id_of(&house, &reply), id, "{}", reply.show());
    }
}

#[tokio::test]
async fn people_s_refusals_are_counted_by_id() {
    let house = house().await;
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| *name != "redirect_uri");
    params.push(("redirect_uri", "https://evil.example/cb"));
    Browser::default().open(&house, &params).await;
    assert_eq!(counted(&house, "redirect_uri_unregistered"), 1);

    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let page = browser.sign_in(&house, &login).await;
    let members = back(&browser.decide(&house, &page, "deny").await);
    assert_eq!(members["error"], "access_denied");
    assert_eq!(counted(&house, "consent_denied"), 1);

    browser.decide(&house, &page, "approve").await;
    assert_eq!(counted(&house, "interaction_invalid"), 1);
}
