//! Token exchange by INDIGO IAM's rules (section 7.6), for clients with a grid profile; others have RFC 8693's.

use jeton_core::administration::Caller;
use jeton_core::exchange::{ClientMatch, ExchangeRule, ScopeRule};
use jeton_core::model::TokenFormat;
use jeton_core::scope_policies::{Matching, Verdict};
use jeton_testkit::sample;
use serde_json::json;

use jeton_served::{House, PASSWORD, Reply, TOKEN_EXCHANGE, USER};

const SECRET: &str = "s3cret";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ID: &str = "urn:ietf:params:oauth:token-type:id_token";

/// `app` gets tokens of people; `fts` exchanges them. Both have the profile `wlcg`.
async fn house() -> House {
    let house = House::new().await;
    let scope = "wlcg openid offline_access read write storage.read:/";
    for (name, scope) in [("app", scope.to_owned()), ("fts", format!("{scope} admin"))] {
        house
            .client(name, Some(SECRET), |c| {
                c.scope = sample::scope(&scope);
                c.access_token_format = Some(TokenFormat::Jwt);
            })
            .await;
    }
    house
}

/// As policies of administrators are: any audience, with a refresh token.
fn permitted() -> ExchangeRule {
    ExchangeRule { audience: vec!["*".into()], refresh: true, ..ExchangeRule::default() }
}

async fn rule(house: &House, rule: ExchangeRule) {
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, "rule", &rule).await.unwrap();
}

async fn subject(house: &House, client: &str, scope: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token((client, SECRET), &form).await.ok()
}

async fn exchange(house: &House, subject: &str, more: &[(&str, &str)]) -> Reply {
    let form = [&[("grant_type", TOKEN_EXCHANGE), ("subject_token", subject)][..], more].concat();
    house.token(("fts", SECRET), &form).await
}

#[tokio::test]
async fn the_type_of_the_subject_token_need_not_be_named() {
    let house = house().await;
    rule(&house, permitted()).await;
    let first = subject(&house, "app", "openid read").await;
    for kind in [None, Some(""), Some(ACCESS), Some(JWT), Some("urn:example:anything")] {
        let named = kind.map(|kind| ("subject_token_type", kind));
        let more: Vec<_> = named.into_iter().chain([("scope", "read")]).collect();
        let reply = exchange(&house, &first.access(), &more).await.ok();
        assert_eq!((reply.member("issued_token_type"), reply.member("scope")), (JWT.into(), "read".into()), "{kind:?}");
        let claims = house.verified(&reply.access()).await.claims;
        assert_eq!((&claims["sub"], &claims["act"]), (&json!("sub-of-alice"), &json!({"sub": "fts"})));
    }
    // A type that is no access token's is still what it says.
    let more = [("subject_token_type", ID), ("scope", "read")];
    let text = "the subject token is not valid";
    exchange(&house, &first.access(), &more).await.refused(401, "invalid_token", text);
    // The subject token itself is required.
    let reply = house.token(("fts", SECRET), &[("grant_type", TOKEN_EXCHANGE), ("scope", "read")]).await;
    reply.refused(400, "invalid_request", "the parameter subject_token is missing");
    // RFC 8693 section 2.1 requires the type of everybody else.
    house.client("plain", Some(SECRET), |_| ()).await;
    let own = house.token(("plain", SECRET), &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok();
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", &own.access()), ("scope", "read")];
    let text = "the parameter subject_token_type is missing";
    house.token(("plain", SECRET), &form).await.refused(400, "invalid_request", text);
    // The profile of the service counts as the client's own does.
    house.set(|s| s.grid.default_profile = Some("iam".into())).await;
    house.token(("plain", SECRET), &form).await.ok();
}

#[tokio::test]
async fn what_the_contract_does_not_have_is_refused_in_its_words() {
    let house = house().await;
    rule(&house, permitted()).await;
    let first = subject(&house, "app", "read").await.access();
    let text = "the scope parameter is required at a token exchange";
    exchange(&house, &first, &[]).await.refused(400, "invalid_request", text);
    for name in ["actor_token", "want_composite"] {
        let text = format!("the parameter {name} is not supported: exchanges are impersonations");
        let more = [("scope", "read"), (name, "x")];
        exchange(&house, &first, &more).await.refused(400, "invalid_request", &text);
    }
    for bad in ["x", "a.b.c", &first[..first.len() - 1]] {
        let reply = exchange(&house, bad, &[("scope", "read")]).await;
        reply.refused(401, "invalid_token", "the subject token is not valid");
        let challenge = reply.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    house.change_client("fts", |c| c.grant_types.retain(|grant| grant != TOKEN_EXCHANGE)).await;
    let reply = exchange(&house, &first, &[("scope", "read")]).await;
    reply.refused(401, "invalid_client", &format!("Unauthorized grant type: {TOKEN_EXCHANGE}"));
    assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"jeton\""));
}

#[tokio::test]
async fn a_policy_that_is_missing_is_told_from_one_that_denies() {
    let house = house().await;
    let first = subject(&house, "app", "read").await.access();
    let none = exchange(&house, &first, &[("scope", "read")]).await;
    none.refused(403, "access_denied", "No policy found authorizing this exchange");
    rule(&house, ExchangeRule { rule: Verdict::Deny, ..permitted() }).await;
    let denied = exchange(&house, &first, &[("scope", "read")]).await;
    denied.refused(403, "access_denied", "Token exchange not allowed");
}

#[tokio::test]
async fn a_scope_is_refused_by_the_policy_or_by_the_client_it_came_from() {
    let house = house().await;
    let deny = ScopeRule { rule: Verdict::Deny, matching: Matching::Path, scope: "storage.read:/secret".into() };
    rule(&house, ExchangeRule { scopes: vec![deny], ..permitted() }).await;
    let first = subject(&house, "app", "read storage.read:/").await.access();
    for (scope, text) in [
        ("read storage.read:/secret/a", "scope exchange not allowed by policy: storage.read:/secret/a"),
        ("read admin", "scope not allowed by origin client configuration: admin"),
        // The client it came from may have it, the token has not: rights only shrink.
        ("read write", "the scopes write are not allowed or invalid"),
    ] {
        exchange(&house, &first, &[("scope", scope)]).await.refused(400, "invalid_scope", text);
    }
    let reply = exchange(&house, &first, &[("scope", "storage.read:/data/")]).await.ok();
    assert_eq!(reply.member("scope"), "storage.read:/data/");
}

/// Whether the subject token has `offline_access` does not count; only the rule does, its scope policies included.
#[tokio::test]
async fn the_rule_alone_gives_a_refresh_token() {
    let house = house().await;
    let asked = [("scope", "read offline_access")];
    for scope in ["read", "read offline_access"] {
        let first = subject(&house, "app", scope).await.access();
        rule(&house, permitted()).await;
        assert!(exchange(&house, &first, &asked).await.ok().has("refresh_token"), "{scope}");
        assert!(!exchange(&house, &first, &[("scope", "read")]).await.ok().has("refresh_token"), "{scope}");
        rule(&house, ExchangeRule { refresh: false, ..permitted() }).await;
        exchange(&house, &first, &asked).await.refused(403, "access_denied", "Token exchange not allowed");
        let deny = ScopeRule { rule: Verdict::Deny, matching: Matching::Equal, scope: "offline_access".into() };
        rule(&house, ExchangeRule { scopes: vec![deny], ..permitted() }).await;
        let text = "scope exchange not allowed by policy: offline_access";
        exchange(&house, &first, &asked).await.refused(400, "invalid_scope", text);
    }
    // Nobody makes a refresh token of their own access token.
    rule(&house, permitted()).await;
    for scope in ["read", "read offline_access"] {
        let own = subject(&house, "fts", scope).await.access();
        let text = "Token exchange not allowed: the token is the client's own, and offline_access is asked for";
        exchange(&house, &own, &asked).await.refused(403, "access_denied", text);
        exchange(&house, &own, &[("scope", "read")]).await.ok();
    }
}

/// Services of the grid have names that are neither addresses nor clients.
#[tokio::test]
async fn any_audience_means_plain_names_too() {
    let house = house().await;
    rule(&house, permitted()).await;
    let first = subject(&house, "app", "read").await.access();
    for (audience, aud) in [
        ("se.example.org:8443", json!("se.example.org:8443")),
        ("fts rucio https://se.example/", json!(["fts", "rucio", "https://se.example/"])),
    ] {
        let reply = exchange(&house, &first, &[("scope", "read"), ("audience", audience)]).await.ok();
        assert_eq!(house.verified(&reply.access()).await.claims["aud"], aud);
    }
    let by_name = ExchangeRule { audience: vec!["fts".into()], client: ClientMatch::ById("fts".into()), ..permitted() };
    rule(&house, by_name).await;
    let other = exchange(&house, &first, &[("scope", "read"), ("audience", "rucio")]).await;
    other.refused(400, "invalid_target", "the audience is not known or not allowed");
}
