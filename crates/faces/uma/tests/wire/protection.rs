//! Resources and permission tickets (`docs/contracts/oauth-token-endpoint.md` sections 12.1 and 12.3; UMA Federated
//! Authorization 3 and 4).

use jeton_core::ids::DocumentId;
use jeton_core::model::{CompatibilityMode, Document};
use jeton_core::store::{Command, Write};
use serde_json::{Value, json};

use jeton_served::{Ask, House, PASSWORD, Uma, pat_of};

const SECRET: &str = "s3cret";

/// Each request of the protection API, valid except for its token.
fn calls() -> Vec<Ask> {
    let body = json!({});
    vec![
        Ask::get("/rs/resource_set"),
        Ask::post("/rs/resource_set").json(&body),
        Ask::put("/rs/resource_set").json(&body),
        Ask::get("/rs/resource_set/1"),
        Ask::put("/rs/resource_set/1").json(&body),
        Ask::delete("/rs/resource_set/1"),
        Ask::post("/rs/resource_set/.search").json(&body),
        Ask::post("/perm").json(&body),
        Ask::post("/perm/bulk").json(&body),
        Ask::get("/policies"),
        Ask::post("/policies").json(&body),
        Ask::put("/policies").json(&body),
        Ask::get("/policies/1"),
        Ask::put("/policies/1").json(&body),
        Ask::delete("/policies/1"),
        Ask::post("/policies/.search").json(&body),
        Ask::post("/policies/1/resources").json(&body),
        Ask::delete("/policies/1/resources/1"),
    ]
}

#[tokio::test]
async fn every_call_needs_a_pat() {
    let uma = Uma::new().await;
    let form = [("grant_type", "client_credentials"), ("scope", "view")];
    let other = uma.house.token(("app", SECRET), &form).await.ok().access();
    for ask in calls() {
        ask.send(&uma.house).await.refused(401, "invalid_request", "an access token is needed");
    }
    for ask in calls() {
        let reply = ask.bearer("eyJ.not.ours").send(&uma.house).await;
        reply.refused(401, "invalid_token", "the access token is not valid");
    }
    for ask in calls() {
        let reply = ask.bearer(&other).send(&uma.house).await;
        reply.refused(401, "insufficient_scope", "the access token lacks the scope uma_protection");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer "));
    }
    Ask::post("/token/revoke").basic("gallery", SECRET).form(&[("token", &uma.pat)]).send(&uma.house).await.ok();
    for ask in calls() {
        assert_eq!(ask.bearer(&uma.pat).send(&uma.house).await.status, 401);
    }
}

/// "or classic's role claim `administrator`": the user behind a classic client's token with the scope `manager`, or without it
/// if the operator allows that; for a standard client, only the requested scopes count.
#[tokio::test]
async fn an_administrator_of_a_classic_client_sees_all() {
    for (profile, status) in [(CompatibilityMode::Classic, 200), (CompatibilityMode::Standard, 401)] {
        let uma = Uma::of(profile).await;
        let id = uma.resource("photo").await;
        uma.house.change_client("app", |c| c.scope = jeton_testkit::sample::scope("openid view manager")).await;
        for role in ["administrator", "admin"] {
            uma.house.change_person("bob", |user| user.roles = vec![role.into()]).await;
            let form = |scope: &'static str| {
                [("grant_type", "password"), ("username", "bob"), ("password", PASSWORD), ("scope", scope)]
            };
            uma.house.set(|settings| settings.role_doors.management = false).await;
            let token = uma.house.token(("app", SECRET), &form("openid view")).await.ok().access();
            let reply = Ask::get(&format!("/rs/resource_set/{id}")).bearer(&token).send(&uma.house).await;
            reply.refused(401, "insufficient_scope", "the access token lacks the scope uma_protection");
            let strong = uma.house.token(("app", SECRET), &form("openid view manager")).await.ok().access();
            let reply = Ask::get(&format!("/rs/resource_set/{id}")).bearer(&strong).send(&uma.house).await;
            assert_eq!(reply.status, status, "{}", reply.show());
            uma.house.set(|settings| settings.role_doors.management = true).await;
            let reply = Ask::get(&format!("/rs/resource_set/{id}")).bearer(&token).send(&uma.house).await;
            assert_eq!(reply.status, status, "{}", reply.show());
            if status == 200 {
                let all = Ask::get("/rs/resource_set").bearer(&token).send(&uma.house).await.ok();
                assert_eq!(all.json(), json!([id]));
            }
        }
        // Their PAT is like any other.
        let pat = pat_of(&uma.house, "gallery", "bob").await;
        let reply = Ask::get(&format!("/rs/resource_set/{id}")).bearer(&pat).send(&uma.house).await;
        assert_eq!(reply.status, 404, "{}", reply.show());
    }
}

#[tokio::test]
async fn a_resource_is_registered_read_changed_and_removed() {
    let uma = Uma::new().await;
    let sent = json!({
        "name": "Photo", "type": "http://photos.example/photo", "uri": "https://photos.example/1",
        "icon_uri": "https://photos.example/icon.png", "description": "A photo", "resource_scopes": ["view", "print"],
        "ownerManagedAccess": true, "unknown": { "to": ["us"] },
    });
    let made = uma.post("/rs/resource_set", sent).await;
    assert_eq!(made.status, 201, "{}", made.show());
    let id = made.member("_id");
    assert_eq!(made.json().as_object().unwrap().len(), 2);
    assert_eq!(made.member("user_access_policy_uri"), "https://id.example/uma/requests");
    assert_eq!(made.header("location"), Some(format!("https://id.example/rs/resource_set/{id}").as_str()));

    let path = format!("/rs/resource_set/{id}");
    let read = uma.get(&path).await.ok().json();
    let expected = json!({
        "_id": id, "name": "Photo", "type": "http://photos.example/photo", "uri": "https://photos.example/1",
        "icon_uri": "https://photos.example/icon.png", "description": "A photo", "scopes": ["view", "print"],
        "resource_scopes": ["view", "print"], "user_access_policy_uri": "https://id.example/uma/requests",
    });
    assert_eq!(read, expected);

    let changed = uma.put(&path, json!({ "name": "Better", "resource_scopes": ["view"] })).await.ok();
    assert_eq!(changed.json(), json!({ "_id": id }));
    for key in ["_id", "id"] {
        let classic = json!({ key: id, "name": "Best", "scopes": ["view", "crop"], "icon_uri": null, "uri": "" });
        assert_eq!(uma.put("/rs/resource_set", classic).await.ok().json(), json!({ "_id": id }), "{key}");
    }
    let read = uma.get(&path).await.ok().json();
    assert_eq!((&read["name"], &read["scopes"], read.get("type")), (&json!("Best"), &json!(["view", "crop"]), None));

    assert_eq!(uma.get("/rs/resource_set").await.ok().json(), json!([id]));
    assert_eq!(uma.delete(&path).await.status, 204);
    for reply in [uma.get(&path).await, uma.delete(&path).await] {
        reply.refused(404, "not_found", "there is no such resource");
    }
    assert_eq!(uma.get("/rs/resource_set").await.ok().json(), json!([]));
}

#[tokio::test]
async fn a_bad_resource_is_refused() {
    let uma = Uma::new().await;
    let many: Vec<String> = (0..65).map(|n| n.to_string()).collect();
    for (body, description) in [
        (json!({ "resource_scopes": ["view"] }), "the parameter name is missing"),
        (json!({ "name": " ", "resource_scopes": ["view"] }), "the parameter name is missing"),
        (json!({ "name": "x" }), "the parameter resource_scopes is missing"),
        (json!({ "name": "x", "scopes": [] }), "the parameter resource_scopes is missing"),
        (json!({ "name": "x", "scopes": ["a b"] }), "the parameter resource_scopes is not valid"),
        (json!({ "name": "x", "scopes": [""] }), "the parameter resource_scopes is not valid"),
        (json!({ "name": "x", "scopes": many }), "the parameter resource_scopes is not valid"),
        (json!({ "name": "x", "scopes": ["a"], "uri": "no uri" }), "the parameter uri is not valid"),
        (json!({ "name": "x", "scopes": ["a"], "icon_uri": "icon" }), "the parameter icon_uri is not valid"),
        (json!({ "name": "x", "scopes": ["a"], "icon_uri": "javascript:x" }), "the parameter icon_uri is not valid"),
        (json!({ "name": "n".repeat(1025), "scopes": ["a"] }), "the parameter name is not valid"),
        (json!({ "name": 7, "scopes": ["a"] }), "the parameter name is not valid"),
        (json!({ "name": "x", "scopes": ["a", 1] }), "the parameter scopes[1] is not valid"),
        (json!([]), "the parameter body is not valid"),
    ] {
        uma.post("/rs/resource_set", body.clone()).await.refused(400, "invalid_request", description);
    }
    for body in ["", "{", "name=x"] {
        let reply = Ask::post("/rs/resource_set").bearer(&uma.pat).body(body).send(&uma.house).await;
        reply.refused(400, "invalid_request", "no parameter in body request");
    }
    let body = json!({ "name": "x", "scopes": ["a"] });
    uma.put("/rs/resource_set", body.clone()).await.refused(400, "invalid_request", "the parameter _id is missing");
    for id in ["1", "0", "-1", "01", "+1", "9007199254740993", "x", "%20"] {
        let reply = uma.put(&format!("/rs/resource_set/{id}"), body.clone()).await;
        reply.refused(404, "not_found", "there is no such resource");
    }
    assert_eq!(uma.get("/rs/resource_set").await.ok().json(), json!([]));
}

#[tokio::test]
async fn resources_are_found() {
    let uma = Uma::new().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let body = json!({ "name": format!("r{n}"), "type": format!("t{}", n % 2), "scopes": ["view"] });
        ids.push(uma.post("/rs/resource_set", body).await.member("_id"));
    }
    let found = |body: Value| async {
        let reply = uma.post("/rs/resource_set/.search", body).await.ok().json();
        let content: Vec<String> =
            reply["content"].as_array().unwrap().iter().map(|r| r["_id"].as_str().unwrap().to_owned()).collect();
        (content, reply["start_index"].as_u64().unwrap(), reply["count"].as_u64().unwrap())
    };
    assert_eq!(found(json!({})).await, (ids.clone(), 0, 5));
    assert_eq!(found(json!({ "ids": [ids[1], ids[3], "17"] })).await.0, [ids[1].clone(), ids[3].clone()]);
    assert_eq!(found(json!({ "names": ["r2"] })).await.0, [ids[2].clone()]);
    assert_eq!(found(json!({ "types": ["t1"] })).await.0, [ids[1].clone(), ids[3].clone()]);
    assert_eq!(found(json!({ "types": ["t1"], "names": ["r0"] })).await.2, 0);
    let page = found(json!({ "start_index": 1, "count": 2 })).await;
    assert_eq!(page, (ids[1..3].to_vec(), 1, 5));
    assert_eq!(found(json!({ "start_index": 9, "count": 2 })).await, (Vec::new(), 9, 5));
    uma.post("/rs/resource_set/.search", json!({ "count": -1 })).await.refused(
        400,
        "invalid_request",
        "the parameter count is not valid",
    );
    assert_eq!(uma.get("/rs/resource_set?name=r4").await.ok().json(), json!([ids[4]]));
    assert_eq!(uma.get("/rs/resource_set?type=t0&first=1&max=1").await.ok().json(), json!([ids[2]]));
}

/// A PAT is for one resource server and one owner.
#[tokio::test]
async fn nobody_sees_another_s_resources() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    let policy = uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
    uma.house.client("archive", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("uma_protection")).await;
    let form = [("grant_type", "client_credentials"), ("scope", "uma_protection")];
    let pats = [
        pat_of(&uma.house, "gallery", "bob").await,
        pat_of(&uma.house, "archive", "alice").await,
        uma.house.token(("gallery", SECRET), &form).await.ok().access(),
    ];
    for pat in pats {
        let other = uma.with_pat(pat);
        assert_eq!(other.get("/rs/resource_set").await.ok().json(), json!([]));
        assert_eq!(other.get("/policies").await.ok().json(), json!([]));
        let body = json!({ "name": "mine", "resource_scopes": ["view"] });
        let path = format!("/rs/resource_set/{id}");
        for reply in [other.get(&path).await, other.put(&path, body).await, other.delete(&path).await] {
            reply.refused(404, "not_found", "there is no such resource");
        }
        let rules = json!([{ "scopes": ["view"] }]);
        let path = format!("/policies/{policy}");
        let put = other.put(&path, json!({ "rules": rules })).await;
        for reply in [other.get(&path).await, put, other.delete(&path).await] {
            reply.refused(404, "not_found", "there is no such policy");
        }
        let foreign = "the resource is not registered";
        let ask = json!({ "resource_id": id, "resource_scopes": ["view"] });
        other.post("/perm", ask).await.refused(400, "invalid_resource_id", foreign);
        let make = json!({ "resource_set_ids": [id], "rules": rules });
        other.post("/policies", make).await.refused(400, "invalid_resource_id", foreign);
    }
}

/// A client that acts for itself owns the resources it registers.
#[tokio::test]
async fn a_client_owns_resources_too() {
    let uma = Uma::new().await;
    let form = [("grant_type", "client_credentials"), ("scope", "uma_protection")];
    let pat = uma.house.token(("gallery", SECRET), &form).await.ok().access();
    let own = uma.with_pat(pat);
    let id = own.resource("thing").await;
    assert_eq!(own.get("/rs/resource_set").await.ok().json(), json!([id]));
    let ticket = own.ticket(&id, &["view"]).await;
    assert_eq!(own.redeem(&ticket, &[]).await.member("error"), "request_denied");
    let ticket = own.ticket(&id, &["view"]).await;
    own.redeem_as("gallery", &ticket, &[]).await.ok();
}

#[tokio::test]
async fn a_permission_is_asked_in_both_spellings_at_both_addresses() {
    let uma = Uma::new().await;
    let (one, two) = (uma.resource("one").await, uma.resource("two").await);
    for path in ["/perm", "/perm/bulk"] {
        for body in [
            json!({ "resource_id": one, "resource_scopes": ["view"] }),
            json!({ "resource_set_id": one, "scopes": ["view"] }),
            json!([{ "resource_id": one, "resource_scopes": ["view"] }]),
            json!([{ "resource_set_id": one, "scopes": ["view"] }, { "resource_id": two, "scopes": ["print"] }]),
        ] {
            let reply = uma.post(path, body).await;
            assert_eq!(reply.status, 201, "{}", reply.show());
            assert_eq!(reply.json().as_object().unwrap().len(), 2);
            assert_eq!(reply.member("ticket"), reply.member("ticket_id"));
        }
    }
}

#[tokio::test]
async fn a_bad_permission_is_refused() {
    for (profile, unknown) in
        [(CompatibilityMode::Standard, "invalid_resource_id"), (CompatibilityMode::Classic, "invalid_resource_set_id")]
    {
        let uma = Uma::of(profile).await;
        let id = uma.resource("photo").await;
        let good = json!({ "resource_id": id, "resource_scopes": ["view"] });
        for (body, error, description) in [
            (json!({ "scopes": ["view"] }), "invalid_request", "the parameter resource_id is missing"),
            (json!({ "resource_id": id }), "invalid_request", "the parameter resource_scopes is missing"),
            (json!({ "resource_id": id, "scopes": [] }), "invalid_request", "the parameter resource_scopes is missing"),
            (json!([]), "invalid_request", "the parameter resource_id is missing"),
            (json!("x"), "invalid_request", "the parameter body is not valid"),
            (json!({ "resource_id": "17", "scopes": ["view"] }), unknown, "the resource is not registered"),
            (json!([good, { "resource_id": "x", "scopes": ["a"] }]), unknown, "the resource is not registered"),
            (
                json!({ "resource_id": id, "scopes": ["view", "burn", "eat"] }),
                "invalid_scope",
                "the scopes burn,eat are not allowed or invalid",
            ),
            (json!(vec![good.clone(); 101]), "invalid_request", "the parameter resource_id is not valid"),
        ] {
            for path in ["/perm", "/perm/bulk"] {
                uma.post(path, body.clone()).await.refused(400, error, description);
            }
        }
    }
}

#[tokio::test]
async fn one_owner_has_a_bounded_number_of_policies() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    let body = json!({ "resource_set_ids": [id], "rules": [] });
    let first = uma.post("/policies", body.clone()).await.member("policy");
    let number = DocumentId::new(first.parse().unwrap());
    let first = uma.house.store.document_by_id(number).await.unwrap().unwrap();
    let copy = |n: u64| {
        let id = DocumentId::new(1 << 40 | n);
        Write::Document(Box::new(Document { id, name: id.to_string(), ..first.clone() }))
    };
    uma.house.store.apply(Command::of((1..2000).map(copy).collect())).await.unwrap();
    uma.post("/policies", body).await.refused(400, "invalid_request", "there are too many policies");
}

/// The bodies of the protection API are read whole, up to the listener's limit; a body that is not UTF-8 is not JSON.
#[tokio::test]
async fn bytes_that_are_no_text_are_no_body() {
    let uma = Uma::new().await;
    let house: &House = &uma.house;
    let reply = Ask::post("/perm").bearer(&uma.pat).body([0xFF, 0xFE, 0x00]).send(house).await;
    reply.refused(400, "invalid_request", "no parameter in body request");
}
