//! Policies (`docs/contracts/oauth-token-endpoint.md` section 12.3).

use jeton_core::model::CompatibilityMode;
use serde_json::json;

use jeton_served::Uma;

#[tokio::test]
async fn a_policy_is_made_read_changed_and_removed() {
    let uma = Uma::new().await;
    let (one, two) = (uma.resource("one").await, uma.resource("two").await);
    let rule = json!({
        "id": "friends", "clients": ["app"], "scopes": ["view"], "claims": [{ "type": "role", "value": "friend" }],
        "consent_needed": true, "script": "return true;", "provider": "https://idp.example/.well-known/openid-configuration",
    });
    let made = uma.post("/policies", json!({ "resource_set_ids": [one], "rules": [rule] })).await;
    assert_eq!(made.status, 201, "{}", made.show());
    let id = made.member("policy");
    assert_eq!(made.json(), json!({ "policy": id }));
    assert_eq!(made.header("location"), Some(format!("https://id.example/policies/{id}").as_str()));
    let path = format!("/policies/{id}");
    assert_eq!(uma.get(&path).await.ok().json(), json!({ "id": id, "resource_set_ids": [one], "rules": [rule] }));
    assert_eq!(uma.get("/policies").await.ok().json(), json!([id]));

    for (path, body) in [
        ("/policies", json!({ "id": id, "rules": [{ "scopes": ["print"], "clients": null }] })),
        (path.as_str(), json!({ "rules": [{ "scopes": ["print"] }] })),
    ] {
        let reply = uma.put(path, body).await;
        assert_eq!((reply.status, reply.body.len()), (204, 0), "{}", reply.show());
        let rules = uma.get(&format!("/policies/{id}")).await.ok().json()["rules"].clone();
        let expected =
            json!([{ "id": "1", "clients": [], "scopes": ["print"], "claims": [], "consent_needed": false }]);
        assert_eq!(rules, expected);
    }

    let resources = format!("{path}/resources");
    assert_eq!(uma.post(&resources, json!({ "resources": [two] })).await.status, 204);
    assert_eq!(uma.post(&resources, json!({ "resources": [two, one] })).await.status, 204, "once is enough");
    assert_eq!(uma.get(&path).await.ok().json()["resource_set_ids"], json!([one, two]));
    assert_eq!(uma.delete(&format!("{resources}/{one}")).await.status, 204);
    assert_eq!(uma.get(&path).await.ok().json()["resource_set_ids"], json!([two]));
    uma.delete(&format!("{resources}/{one}")).await.refused(
        404,
        "not_found",
        "there is no such resource in the policy",
    );

    assert_eq!(uma.delete(&path).await.status, 204);
    for reply in [uma.get(&path).await, uma.delete(&path).await] {
        reply.refused(404, "not_found", "there is no such policy");
    }
}

#[tokio::test]
async fn policies_are_found() {
    let uma = Uma::new().await;
    let (one, two) = (uma.resource("one").await, uma.resource("two").await);
    let rules = json!([{ "scopes": ["view"] }]);
    let (a, b) = (uma.policy(&one, rules.clone()).await, uma.policy(&two, rules).await);
    for (body, expected, count) in [
        (json!({}), json!([a, b]), 2),
        (json!({ "ids": [b] }), json!([b]), 1),
        (json!({ "resource_ids": [one] }), json!([a]), 1),
        (json!({ "ids": [b], "resource_ids": [one] }), json!([]), 0),
        (json!({ "start_index": 1, "count": 1 }), json!([b]), 2),
    ] {
        let found = uma.post("/policies/.search", body).await.ok().json();
        let ids: Vec<_> = found["content"].as_array().unwrap().iter().map(|p| p["id"].clone()).collect();
        assert_eq!((json!(ids), found["count"].as_u64()), (expected, Some(count)));
    }
}

#[tokio::test]
async fn a_bad_policy_is_refused() {
    for (profile, unknown) in
        [(CompatibilityMode::Standard, "invalid_resource_id"), (CompatibilityMode::Classic, "invalid_resource_set_id")]
    {
        let uma = Uma::of(profile).await;
        let id = uma.resource("photo").await;
        let rules = json!([{ "scopes": ["view"] }]);
        let with = |rule: serde_json::Value| json!({ "resource_set_ids": [id], "rules": [rule] });
        for (body, error, description) in [
            (json!({ "rules": rules }), "invalid_request", "the parameter resource_set_ids is missing"),
            (
                json!({ "resource_set_ids": [], "rules": rules }),
                "invalid_request",
                "the parameter resource_set_ids is missing",
            ),
            (json!({ "resource_set_ids": [id] }), "invalid_request", "the parameter rules is missing"),
            (json!({ "resource_set_ids": ["17"], "rules": rules }), unknown, "the resource is not registered"),
            (with(json!({ "scopes": ["burn"] })), "invalid_scope", "the scopes burn are not allowed or invalid"),
            (
                with(json!({ "provider": "https://idp.example" })),
                "invalid_request",
                "the parameter provider is not valid",
            ),
            (
                with(json!({ "provider": "file:///.well-known/openid-configuration" })),
                "invalid_request",
                "the parameter provider is not valid",
            ),
            (with(json!({ "claims": [{ "value": "x" }] })), "invalid_request", "the parameter claims is not valid"),
            (with(json!({ "claims": [{ "type": "role" }] })), "invalid_request", "the parameter claims is not valid"),
            (
                with(json!({ "claims": [{ "type": "role", "value": " " }] })),
                "invalid_request",
                "the parameter claims is not valid",
            ),
            (
                with(json!({ "claims": [{ "type": "role", "value": "x", "not": true }] })),
                "invalid_request",
                "the parameter claims.not is not valid",
            ),
            (
                with(json!({ "client": ["only-me"], "scopes": ["view"] })),
                "invalid_request",
                "the parameter rules.client is not valid",
            ),
            (with(json!({ "scopes": "view" })), "invalid_request", "the parameter rules[0].scopes is not valid"),
            (
                json!({ "resource_set_ids": [id], "rules": vec![json!({}); 65] }),
                "invalid_request",
                "the parameter rules is not valid",
            ),
        ] {
            uma.post("/policies", body).await.refused(400, error, description);
        }
        assert_eq!(uma.get("/policies").await.ok().json(), json!([]));

        let policy = uma.policy(&id, rules.clone()).await;
        let path = format!("/policies/{policy}");
        uma.put("/policies", json!({ "rules": rules })).await.refused(
            400,
            "invalid_request",
            "the parameter id is missing",
        );
        uma.put(&path, json!({})).await.refused(400, "invalid_request", "the parameter rules is missing");
        for (path, body) in [
            (path.as_str(), json!({ "rules": [{ "client": ["only-me"] }] })),
            ("/policies", json!({ "id": policy, "rules": [{ "client": ["only-me"] }] })),
        ] {
            uma.put(path, body).await.refused(400, "invalid_request", "the parameter rules.client is not valid");
        }
        let burn = json!({ "rules": [{ "scopes": ["burn"] }] });
        uma.put(&path, burn).await.refused(400, "invalid_scope", "the scopes burn are not allowed or invalid");
        uma.put("/policies/17", json!({ "rules": rules })).await.refused(404, "not_found", "there is no such policy");
        let resources = format!("{path}/resources");
        uma.post(&resources, json!({})).await.refused(400, "invalid_request", "the parameter resources is missing");
        uma.post(&resources, json!({ "resources": ["17"] })).await.refused(
            400,
            unknown,
            "the resource is not registered",
        );
        uma.post("/policies/17/resources", json!({ "resources": [id] })).await.refused(
            404,
            "not_found",
            "there is no such policy",
        );
        uma.delete("/policies/17/resources/1").await.refused(404, "not_found", "there is no such policy");
        uma.delete(&format!("{resources}/17")).await.refused(400, unknown, "the resource is not registered");
    }
}
