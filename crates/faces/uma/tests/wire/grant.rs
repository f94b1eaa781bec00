//! Redeeming a permission ticket (`docs/contracts/oauth-token-endpoint.md` section 12.4; UMA 2.0 Grant section 3.3),
//! each row in both compatibility modes.

use std::time::Duration;

use jeton_core::model::{CompatibilityMode, TokenFormat, UmaDefault};
use serde_json::{Value, json};

use jeton_served::{Ask, ID_TOKEN_FORMAT, ISSUER, Uma, pat_of};

const SECRET: &str = "s3cret";
/// The parameters of a request in addition to grant and ticket.
type Form<'a> = &'a [(&'a str, &'a str)];

const BOTH: [CompatibilityMode; 2] = [CompatibilityMode::Standard, CompatibilityMode::Classic];
const UNKNOWN: &str = "the ticket is not correct";
const DENIED: &str = "the request is denied by the policies of the resource owner";

fn by(profile: CompatibilityMode, standard: (u16, &'static str), classic: (u16, &'static str)) -> (u16, &'static str) {
    if profile == CompatibilityMode::Standard { standard } else { classic }
}

/// The whole flow, from the resource server's first request to its last.
#[tokio::test]
async fn a_ticket_becomes_a_token_that_the_resource_server_can_read() {
    let uma = Uma::new().await;
    uma.house.client("app", Some(SECRET), |_| ()).await;
    uma.house.change_client("app", |c| c.grant_types.push("uma_ticket".into())).await;
    let id = uma.resource("photo").await;
    let is_bob = json!([{ "type": "sub", "value": "sub-of-bob" }]);
    uma.policy(&id, json!([{ "clients": ["app"], "scopes": ["view"], "claims": is_bob }])).await;

    let ticket = uma.ticket(&id, &["view"]).await;
    let first = uma.redeem(&ticket, &[]).await;
    assert_eq!((first.status, first.member("error").as_str()), (403, "need_info"), "{}", first.show());
    let required = json!([{
        "claim_token_format": [ID_TOKEN_FORMAT], "name": "sub", "claim_type": "sub", "friendly_name": "sub",
        "issuer": [ISSUER],
    }]);
    assert_eq!(first.json()["required_claims"], required);
    let next = first.member("ticket");
    assert_ne!(next, ticket);

    let claim_token = uma.id_token("bob").await;
    let reply = uma.redeem_for(&next, &claim_token).await.ok();
    let body = reply.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!((body.get("scope"), body.get("upgraded"), body.get("refresh_token")), (None, None, None));
    assert!(reply.member("pct").starts_with("jtn_pct_"));

    let rpt = uma.house.verified(&reply.access()).await;
    let end = rpt.claims["exp"].clone();
    assert_eq!(rpt.claims["permissions"], json!([{ "resource_id": id, "resource_scopes": ["view"], "exp": end }]));
    assert_eq!((&rpt.claims["sub"], &rpt.claims["aud"]), (&json!("sub-of-bob"), &json!("gallery")));
    assert_eq!((rpt.claims.get("ticket"), rpt.claims.get("scope")), (None, None));

    let seen = uma.introspect(&reply.access()).await;
    let iat = rpt.claims["iat"].clone();
    assert_eq!(seen["active"], true);
    assert_eq!(
        seen["permissions"],
        json!([{ "resource_id": id, "resource_scopes": ["view"], "exp": end, "iat": iat, "nbf": iat }])
    );
    assert_eq!(seen.get("scope"), None);
    assert_eq!(
        (&seen["sub"], &seen["client_id"], &seen["token_type"]),
        (&json!("sub-of-bob"), &json!("app"), &json!("Bearer"))
    );
    // The same as a JWT, for the resource server whose PAT asks (RFC 9701).
    let asked = Ask::post("/introspect").bearer(&uma.pat).form(&[("token", &reply.access())]);
    let answer = asked.header("accept", "application/token-introspection+jwt").send(&uma.house).await.ok();
    let jwt = uma.house.verified(answer.text()).await;
    assert_eq!((&jwt.claims["aud"], &jwt.claims["token_introspection"]), (&json!("gallery"), &seen));
}

#[tokio::test]
async fn either_name_of_the_grant_may_be_registered_and_sent() {
    let names = ["uma_ticket", "urn:ietf:params:oauth:grant-type:uma-ticket"];
    for registered in names {
        for sent in names {
            let uma = Uma::new().await;
            uma.house.change_client("app", |c| c.grant_types = vec![registered.into()]).await;
            let id = uma.resource("photo").await;
            uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
            let ticket = uma.ticket(&id, &["view"]).await;
            uma.house.token(("app", SECRET), &[("grant_type", sent), ("ticket", &ticket)]).await.ok();
        }
    }
}

#[tokio::test]
async fn the_checks_come_in_the_contract_s_order() {
    for profile in BOTH {
        let uma = Uma::of(profile).await;
        uma.house.client("plain", Some(SECRET), |c| c.profile = profile).await;
        let grant = ("grant_type", "uma_ticket");
        for form in [vec![grant], vec![grant, ("ticket", "  ")]] {
            // The ticket is missing, the secret is wrong, and the client may not use the grant: the first fault is reported.
            let reply = uma.house.token(("plain", "wrong"), &form).await;
            reply.refused(400, "invalid_request", "the parameter ticket is missing");
        }
        let form = [grant, ("ticket", "x"), ("claim_token", "x")];
        let (status, _) = by(profile, (401, ""), (400, ""));
        let reply = uma.house.token(("plain", "wrong"), &form).await;
        reply.refused(status, "invalid_client", "the client cannot be authenticated with secret basic");
        let (status, error) = by(profile, (400, "unauthorized_client"), (400, "invalid_grant"));
        let reply = uma.house.token(("plain", SECRET), &form).await;
        reply.refused(status, error, "the client plain doesn't support the grant type uma_ticket");
        let (status, error) = by(profile, (400, "invalid_grant"), (400, "invalid_ticket"));
        uma.house.token(("app", SECRET), &form).await.refused(status, error, UNKNOWN);
        let twice = [grant, ("ticket", "x"), ("ticket", "y")];
        uma.house.token(("app", SECRET), &twice).await.refused(
            400,
            "invalid_request",
            "the parameter ticket is repeated",
        );
    }
}

#[tokio::test]
async fn an_old_ticket_is_told_from_an_unknown_one() {
    for profile in BOTH {
        let uma = Uma::of(profile).await;
        let id = uma.resource("photo").await;
        uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
        let ticket = uma.ticket(&id, &["view"]).await;
        uma.house.wait(299);
        uma.redeem(&ticket, &[]).await.ok();
        let ticket = uma.ticket(&id, &["view"]).await;
        uma.house.wait(300);
        let (status, error) = by(profile, (400, "invalid_grant"), (400, "expired_ticket"));
        uma.redeem(&ticket, &[]).await.refused(status, error, "the ticket has expired");
    }
    let uma = Uma::new().await;
    uma.house.set(|settings| settings.uma.ticket_lifetime = Duration::from_secs(7)).await;
    let id = uma.resource("photo").await;
    let ticket = uma.ticket(&id, &["view"]).await;
    uma.house.wait(7);
    uma.redeem(&ticket, &[]).await.refused(400, "invalid_grant", "the ticket has expired");
}

/// UMA 2.0 Grant section 5.5: presenting a ticket uses it up.
#[tokio::test]
async fn a_ticket_is_dead_after_any_use() {
    for profile in BOTH {
        let uma = Uma::of(profile).await;
        let (open, closed, asks) = (uma.resource("a").await, uma.resource("b").await, uma.resource("c").await);
        let knows = uma.resource("d").await;
        uma.policy(&open, json!([{ "scopes": ["view"] }])).await;
        uma.policy(&asks, json!([{ "scopes": ["view"], "consent_needed": true }])).await;
        uma.policy(&knows, json!([{ "scopes": ["view"], "claims": [{ "type": "sub", "value": "x" }] }])).await;
        let uses: [(&str, u16, Form<'_>); 8] = [
            (&open, 200, &[]),
            (&closed, 403, &[]),
            (&asks, 403, &[]),
            (&knows, 403, &[]),
            (&open, 400, &[("scope", "burn")]),
            (&open, 400, &[("claim_token", "x")]),
            (&open, 400, &[("claim_token_format", "x")]),
            (&open, 400, &[("claim_token", "x"), ("claim_token_format", ID_TOKEN_FORMAT)]),
        ];
        for (id, status, more) in uses {
            let ticket = uma.ticket(id, &["view"]).await;
            let reply = uma.redeem(&ticket, more).await;
            let status = if status == 403 { by(profile, (403, ""), (400, "")).0 } else { status };
            assert_eq!(reply.status, status, "{}", reply.show());
            let (status, error) = by(profile, (400, "invalid_grant"), (400, "invalid_ticket"));
            uma.redeem(&ticket, &[]).await.refused(status, error, UNKNOWN);
        }
    }
}

#[tokio::test]
async fn a_ticket_of_the_token_endpoint_is_for_the_client_that_got_it() {
    let uma = Uma::new().await;
    let change = |c: &mut jeton_core::model::Client| c.grant_types.push("uma_ticket".into());
    uma.house.client("other", Some(SECRET), change).await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view"], "consent_needed": true }])).await;
    let ticket = uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await.member("ticket");
    uma.redeem_as("other", &ticket, &[]).await.refused(400, "invalid_grant", UNKNOWN);
    // Another client cannot use it up.
    assert_eq!(uma.redeem(&ticket, &[]).await.member("error"), "request_submitted");
    uma.redeem(&ticket, &[]).await.refused(400, "invalid_grant", UNKNOWN);
}

#[tokio::test]
async fn what_no_policy_speaks_of_is_denied_unless_the_setting_allows_it() {
    for profile in BOTH {
        let uma = Uma::of(profile).await;
        let (bare, empty) = (uma.resource("bare").await, uma.resource("empty").await);
        uma.policy(&empty, json!([])).await;
        let (status, error) = by(profile, (403, "request_denied"), (400, "invalid_grant"));
        for id in [&bare, &empty] {
            uma.redeem(&uma.ticket(id, &["view"]).await, &[]).await.refused(status, error, DENIED);
            // The owner always has access.
            let owner = uma.id_token("alice").await;
            uma.redeem_for(&uma.ticket(id, &["view"]).await, &owner).await.ok();
            let other = uma.id_token("bob").await;
            uma.redeem_for(&uma.ticket(id, &["view"]).await, &other).await.refused(status, error, DENIED);
        }
        uma.house.set(|settings| settings.uma.by_default = UmaDefault::Allow).await;
        for id in [&bare, &empty] {
            uma.redeem(&uma.ticket(id, &["view"]).await, &[]).await.ok();
        }
    }
}

/// A line passes if any policy passes, a policy if any rule passes; every line must pass.
#[tokio::test]
async fn the_decision_table_holds() {
    let role = |value: &str| json!([{ "type": "role", "value": value }]);
    let yes = "ok";
    let table = [
        (json!([[{ "scopes": ["view"] }]]), ["view"].as_slice(), yes),
        (json!([[{ "scopes": ["view", "print"] }]]), &["view"], yes),
        (json!([[{ "scopes": ["view"] }]]), &["view", "print"], "request_denied"),
        (json!([[{ "scopes": ["view"] }, { "scopes": ["print"] }]]), &["view", "print"], "request_denied"),
        (json!([[{ "scopes": [] }]]), &["view"], "request_denied"),
        (json!([[{ "scopes": ["view"], "clients": ["app"] }]]), &["view"], yes),
        (json!([[{ "scopes": ["view"], "clients": ["x", "app"] }]]), &["view"], yes),
        (json!([[{ "scopes": ["view"], "clients": ["APP", "app2"] }]]), &["view"], "request_denied"),
        (json!([[{ "scopes": ["print"] }, { "scopes": ["view"] }]]), &["view"], yes),
        (json!([[{ "scopes": ["print"] }], [{ "scopes": ["view"] }]]), &["view"], yes),
        (json!([[{ "scopes": ["view"], "consent_needed": true }]]), &["view"], "request_submitted"),
        (json!([[{ "scopes": ["view"], "consent_needed": true }, { "scopes": ["view"] }]]), &["view"], yes),
        (json!([[{ "scopes": ["view"], "claims": role("friend") }]]), &["view"], "need_info"),
        (json!([[{ "scopes": ["view"], "claims": role("friend"), "clients": ["x"] }]]), &["view"], "request_denied"),
        (json!([[{ "scopes": ["view"], "script": "return false;" }]]), &["view"], yes),
        // The owner can be asked at once; claims would have to be sent.
        (
            json!([[{ "scopes": ["view"], "claims": role("x") }, { "scopes": ["view"], "consent_needed": true }]]),
            &["view"],
            "request_submitted",
        ),
    ];
    for profile in BOTH {
        let uma = Uma::of(profile).await;
        for (rules, scopes, expected) in &table {
            let id = uma.resource("photo").await;
            for policy in rules.as_array().unwrap() {
                uma.policy(&id, policy.clone()).await;
            }
            let reply = uma.redeem(&uma.ticket(&id, scopes).await, &[]).await;
            if *expected == yes {
                reply.ok();
                continue;
            }
            let (status, error) = by(profile, (403, expected), (400, "invalid_grant"));
            assert_eq!((reply.status, reply.member("error").as_str()), (status, error), "{rules}\n{}", reply.show());
        }
    }
}

#[tokio::test]
async fn every_line_must_pass() {
    let uma = Uma::new().await;
    let (open, asks, closed) = (uma.resource("a").await, uma.resource("b").await, uma.resource("c").await);
    uma.policy(&open, json!([{ "scopes": ["view"] }])).await;
    uma.policy(&asks, json!([{ "scopes": ["view"], "consent_needed": true }])).await;
    for (ids, error) in [
        (vec![&open, &closed], "request_denied"),
        (vec![&asks, &closed], "request_denied"),
        (vec![&open, &asks], "request_submitted"),
    ] {
        let lines: Vec<Value> =
            ids.into_iter().map(|id| json!({ "resource_id": id, "resource_scopes": ["view"] })).collect();
        let ticket = uma.post("/perm", json!(lines)).await.member("ticket");
        assert_eq!(uma.redeem(&ticket, &[]).await.member("error"), error);
    }
    let lines = json!([
        { "resource_id": open, "scopes": ["view"] }, { "resource_id": open, "scopes": ["view"] },
    ]);
    let ticket = uma.post("/perm", lines).await.member("ticket");
    let rpt = uma.redeem(&ticket, &[]).await.ok().access();
    assert_eq!(uma.introspect(&rpt).await["permissions"].as_array().unwrap().len(), 1, "one line a resource");
}

/// UMA 2.0 Grant section 3.3.4.
#[tokio::test]
async fn the_client_may_ask_for_more_of_its_own_scopes() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view", "print"] }])).await;
    for (scope, permitted) in [
        ("view", json!(["view"])),
        ("print", json!(["view", "print"])),
        // This is not a scope of the resource.
        ("profile", json!(["view"])),
    ] {
        let rpt = uma.redeem(&uma.ticket(&id, &["view"]).await, &[("scope", scope)]).await.ok().access();
        assert_eq!(uma.introspect(&rpt).await["permissions"][0]["resource_scopes"], permitted, "{scope}");
    }
    let reply = uma.redeem(&uma.ticket(&id, &["view"]).await, &[("scope", "print burn eat")]).await;
    reply.refused(400, "invalid_scope", "the scopes burn,eat are not allowed or invalid");
}

/// `docs/contracts/oauth-token-endpoint.md` section 3: `none` only if the client is registered for it.
#[tokio::test]
async fn a_public_client_must_be_marked() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
    uma.house.client("phone", None, |c| c.grant_types.push("uma_ticket".into())).await;
    let ticket = uma.ticket(&id, &["view"]).await;
    let form = [("grant_type", "uma_ticket"), ("ticket", ticket.as_str()), ("client_id", "phone")];
    uma.house.public_token(&form).await.refused(400, "invalid_client", "the client doesn't exist");
    uma.house.change_client("phone", |c| c.uma_public = true).await;
    uma.house.public_token(&form).await.ok();
}

#[tokio::test]
async fn a_classic_client_s_token_says_ticket_too() {
    let uma = Uma::of(CompatibilityMode::Classic).await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view", "print"] }])).await;
    let reply = uma.redeem(&uma.ticket(&id, &["view", "print"]).await, &[]).await.ok();
    let rpt = uma.house.verified(&reply.access()).await;
    assert_eq!(rpt.claims["ticket"], json!([{ "resource_id": id, "scopes": "view print" }]));
    assert_eq!(rpt.claims["permissions"][0]["resource_scopes"], json!(["view", "print"]));
}

#[tokio::test]
async fn an_rpt_is_upgraded_and_takes_the_old_one_s_place() {
    for format in [TokenFormat::Jwt, TokenFormat::Opaque] {
        let uma = Uma::new().await;
        uma.house.change_client("app", |c| c.access_token_format = Some(format)).await;
        let (one, two) = (uma.resource("one").await, uma.resource("two").await);
        for id in [&one, &two] {
            uma.policy(id, json!([{ "scopes": ["view", "print"] }])).await;
        }
        let old = uma.redeem(&uma.ticket(&one, &["view", "print"]).await, &[]).await.ok().access();
        uma.house.wait(600);
        let lines = json!([
            { "resource_id": two, "resource_scopes": ["view"] }, { "resource_id": one, "resource_scopes": ["view"] },
        ]);
        let ticket = uma.post("/perm", lines).await.member("ticket");
        let reply = uma.redeem(&ticket, &[("rpt", &old)]).await.ok();
        assert_eq!(reply.json()["upgraded"], true);
        let permissions = uma.introspect(&reply.access()).await["permissions"].clone();
        let short: Vec<_> = permissions
            .as_array()
            .unwrap()
            .iter()
            .map(|p| {
                (
                    p["resource_id"].as_str().unwrap(),
                    p["resource_scopes"][0].as_str().unwrap(),
                    p["exp"].as_i64().unwrap(),
                )
            })
            .collect();
        let end = short[0].2;
        let expected = [(two.as_str(), "view", end), (one.as_str(), "view", end), (one.as_str(), "print", end - 600)];
        assert_eq!(short, expected, "what is kept keeps its end");
        assert!(!uma.house.is_active(&old).await, "the old one has been replaced");
        uma.house.wait(3000);
        assert_eq!(uma.introspect(&reply.access()).await["permissions"].as_array().unwrap().len(), 2);
    }
}

/// An RPT of another client, person or owner is not changed.
#[tokio::test]
async fn a_foreign_rpt_is_not_upgraded() {
    let uma = Uma::new().await;
    let change = |c: &mut jeton_core::model::Client| c.grant_types.push("uma_ticket".into());
    uma.house.client("other", Some(SECRET), change).await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
    let of_bob = uma.with_pat(pat_of(&uma.house, "gallery", "bob").await);
    let bobs = of_bob.resource("bob's").await;
    of_bob.policy(&bobs, json!([{ "scopes": ["view"] }])).await;
    let bob = uma.id_token("bob").await;
    let form = [("grant_type", "client_credentials"), ("scope", "view")];
    let olds = [
        uma.redeem_as("other", &uma.ticket(&id, &["view"]).await, &[]).await.ok().access(),
        of_bob.redeem(&of_bob.ticket(&bobs, &["view"]).await, &[]).await.ok().access(),
        uma.redeem_for(&uma.ticket(&id, &["view"]).await, &bob).await.ok().access(),
        uma.house.token(("app", SECRET), &form).await.ok().access(),
        "nonsense".to_owned(),
    ];
    for old in olds {
        let active = uma.house.is_active(&old).await;
        let reply = uma.redeem(&uma.ticket(&id, &["view"]).await, &[("rpt", &old)]).await.ok();
        assert!(!reply.has("upgraded"), "{}", reply.show());
        assert_eq!(uma.house.is_active(&old).await, active, "left alone");
    }
}

#[tokio::test]
async fn what_is_gone_is_not_reported() {
    let uma = Uma::new().await;
    let (one, two) = (uma.resource("one").await, uma.resource("two").await);
    let mut policies = Vec::new();
    for id in [&one, &two] {
        policies.push(uma.policy(id, json!([{ "scopes": ["view", "print"] }])).await);
    }
    let lines = json!([
        { "resource_id": one, "resource_scopes": ["view"] }, { "resource_id": two, "resource_scopes": ["view", "print"] },
    ]);
    let rpt = uma.redeem(&uma.post("/perm", lines.clone()).await.member("ticket"), &[]).await.ok().access();
    let ids = || async {
        let seen = uma.introspect(&rpt).await;
        assert_eq!(seen["active"], true);
        let all = seen["permissions"].as_array().unwrap().clone();
        all.iter()
            .map(|p| (p["resource_id"].as_str().unwrap().to_owned(), p["resource_scopes"].to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [(one.clone(), "[\"view\"]".into()), (two.clone(), "[\"view\",\"print\"]".into())]);
    // A policy decides when a ticket is redeemed; the RPT is valid until it expires.
    uma.delete(&format!("/policies/{}", policies[0])).await;
    assert_eq!(ids().await.len(), 2);
    uma.put(&format!("/rs/resource_set/{two}"), json!({ "name": "two", "resource_scopes": ["print"] })).await.ok();
    assert_eq!(ids().await, [(one.clone(), "[\"view\"]".into()), (two.clone(), "[\"print\"]".into())]);
    // An older ticket is decided by the present policies.
    let ticket = uma.ticket(&one, &["view"]).await;
    uma.delete(&format!("/rs/resource_set/{one}")).await;
    assert_eq!(ids().await, [(two.clone(), "[\"print\"]".into())]);
    uma.redeem(&ticket, &[]).await.refused(403, "request_denied", DENIED);
    uma.delete(&format!("/rs/resource_set/{two}")).await;
    assert_eq!(ids().await, []);
}

/// A resource server sees only its own permissions (UMA Federated Authorization section 5).
#[tokio::test]
async fn permissions_on_other_resources_are_not_shown() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
    let rpt = uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await.ok().access();
    let of_bob = uma.with_pat(pat_of(&uma.house, "gallery", "bob").await);
    assert_eq!(of_bob.introspect(&rpt).await["permissions"], json!([]));
    // The resource server as a client, named by the token's audience.
    uma.house.change_client("gallery", |c| c.introspect = jeton_core::model::Introspect::Audience).await;
    let seen = Ask::post("/introspect").basic("gallery", SECRET).form(&[("token", &rpt)]).send(&uma.house).await.ok();
    assert_eq!(seen.json()["permissions"][0]["resource_id"], json!(id));
    let own = Ask::post("/introspect").basic("app", SECRET).form(&[("token", &rpt)]).send(&uma.house).await.ok();
    assert_eq!(own.json()["permissions"][0]["resource_id"], json!(id));
}

#[tokio::test]
async fn an_rpt_and_a_pct_are_revoked_and_end_with_the_person() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view"], "claims": [{ "type": "sub", "value": "sub-of-bob" }] }])).await;
    let bob = uma.id_token("bob").await;
    let fresh = || async { uma.redeem_for(&uma.ticket(&id, &["view"]).await, &bob).await.ok() };
    let reply = fresh().await;
    let revoke = async |token: &str, hint: &str| {
        let form = [("token", token), ("token_type_hint", hint)];
        Ask::post("/token/revoke").basic("app", SECRET).form(&form).send(&uma.house).await.ok();
    };
    let with_pct = async |pct: &str| {
        let reply = uma.redeem(&uma.ticket(&id, &["view"]).await, &[("pct", pct)]).await;
        (reply.status, reply)
    };
    let (status, again) = with_pct(&reply.member("pct")).await;
    assert_eq!(status, 200, "{}", again.show());
    assert_eq!(
        uma.house.introspected(&reply.member("pct")).await,
        json!({ "active": false }),
        "nobody else's business"
    );
    revoke(&reply.access(), "access_token").await;
    assert!(!uma.house.is_active(&reply.access()).await);
    revoke(&reply.member("pct"), "pct").await;
    assert_eq!(with_pct(&reply.member("pct")).await.0, 403, "claims are needed again");

    let reply = fresh().await;
    uma.house.change_person("bob", |user| user.enabled = false).await;
    assert!(!uma.house.is_active(&reply.access()).await);
    assert_eq!(with_pct(&reply.member("pct")).await.0, 403);
    // A PCT is for the client that got it, and is not an access token.
    uma.house.change_person("bob", |user| user.enabled = true).await;
    let change = |c: &mut jeton_core::model::Client| c.grant_types.push("uma_ticket".into());
    uma.house.client("other", Some(SECRET), change).await;
    let ticket = uma.ticket(&id, &["view"]).await;
    assert_eq!(uma.redeem_as("other", &ticket, &[("pct", &reply.member("pct"))]).await.member("error"), "need_info");
    for text in [reply.member("pct"), reply.access()] {
        assert_eq!(Ask::get("/userinfo").bearer(&text).send(&uma.house).await.status, 401);
        assert_eq!(Ask::get("/rs/resource_set").bearer(&text).send(&uma.house).await.status, 401);
    }
}

#[tokio::test]
async fn an_operator_finds_why_a_ticket_was_not_enough() {
    let uma = Uma::new().await;
    let id = uma.resource("photo").await;
    uma.policy(&id, json!([{ "scopes": ["view"], "consent_needed": true }])).await;
    uma.policy(&id, json!([{ "scopes": ["print"], "claims": [{ "type": "sub", "value": "x" }] }])).await;
    for (scopes, expected) in [
        (["view"].as_slice(), "uma_request_submitted"),
        (&["print"], "uma_need_info"),
        (&["view", "print"], "uma_request_denied"),
    ] {
        let reply = uma.redeem(&uma.ticket(&id, scopes).await, &[]).await;
        let reference = reply.header("jeton-refusal").unwrap();
        assert_eq!(uma.house.jeton.ledger.refusals().find(reference).unwrap().id, expected);
    }
}

/// If the owner of a resource is gone or disabled, nobody gets access, whatever its policies say.
#[tokio::test]
async fn nobody_speaks_for_an_owner_who_is_gone() {
    for gone in ["disabled", "deleted"] {
        let uma = Uma::new().await;
        let id = uma.resource("photo").await;
        uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
        let (first, second) = (uma.ticket(&id, &["view"]).await, uma.ticket(&id, &["view"]).await);
        let rpt = uma.redeem(&first, &[]).await.ok().access();
        assert_eq!(uma.house.introspected(&rpt).await["permissions"][0]["resource_id"], json!(id));
        match gone {
            "disabled" => uma.house.change_person("alice", |user| user.enabled = false).await,
            _ => {
                let admin = jeton_core::administration::Caller::local();
                uma.house.jeton.administration.delete_user(&admin, uma.house.service, "alice").await.unwrap();
            }
        }
        uma.redeem(&second, &[]).await.refused(403, "request_denied", DENIED);
        assert_eq!(uma.house.introspected(&rpt).await["permissions"], json!([]), "{gone}");
    }
}
