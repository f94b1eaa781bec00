//! The largest values that a call may state (section 6 of the contract): they are kept with tokens.

use jeton_served::CHALLENGE;
use serde_json::{Value, json};

use crate::api::{ready, said};
use crate::flows::{REQUEST, redeem, token};

#[tokio::test]
async fn what_is_too_large_to_be_kept_is_refused_and_nothing_is_spent() {
    let house = ready().await;
    let parameters = format!("{REQUEST}&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let begin = json!({ "parameters": parameters, "context": "c".repeat(70_000) });
    let begun = said(&house, "/auth/authorization", begin).await;
    assert_eq!(begun["action"], "BAD_REQUEST", "{begun}");
    let begun =
        said(&house, "/auth/authorization", json!({ "parameters": parameters, "context": "c".repeat(60_000) })).await;
    assert_eq!(begun["action"], "INTERACTION", "{}", begun["resultMessage"]);

    let large = "x".repeat(70_000);
    let too_large = [
        ("claims", json!({ "name": large }).to_string().into()),
        ("sub", large.clone().into()),
        ("authorizationDetails", json!({ "elements": [{ "type": "t", "identifier": large }] })),
        ("properties", json!([{ "key": "k", "value": large }])),
    ];
    for (name, value) in &too_large {
        let mut body = json!({ "ticket": begun["ticket"], "subject": "joe" });
        body[*name] = value.clone();
        let issued = said(&house, "/auth/authorization/issue", body).await;
        assert_eq!(issued["action"], "BAD_REQUEST", "{name}");
    }
    let issued =
        said(&house, "/auth/authorization/issue", json!({ "ticket": begun["ticket"], "subject": "joe" })).await;
    assert_eq!(issued["action"], "LOCATION", "{issued}");
    let code = issued["authorizationCode"].as_str().unwrap();
    let (name, value) = &too_large[3];
    let refused = token(&house, &redeem(code), json!({ *name: value })).await;
    assert_eq!(refused["action"], "BAD_REQUEST", "{}", refused["resultMessage"]);
    let done: Value = token(&house, &redeem(code), json!({})).await;
    assert_eq!(done["action"], "OK", "{done}");
}
