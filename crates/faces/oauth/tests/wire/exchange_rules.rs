//! Which exchanges the rules allow: none without a rule; the most specific one counts; a denial wins.

use jeton_core::administration::Caller;
use jeton_core::exchange::{Acts, ClientMatch, ExchangeRule};
use jeton_core::scope_policies::Verdict;
use serde_json::json;

use jeton_served::{House, PASSWORD, Reply, TOKEN_EXCHANGE, USER};

const SECRET: &str = "s3cret";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFUSED: &str = "no policy allows this exchange";

async fn house() -> House {
    let house = House::new().await;
    for name in ["app", "gate"] {
        house.client(name, Some(SECRET), |_| ()).await;
    }
    house
}

async fn rule(house: &House, name: &str, change: impl FnOnce(&mut ExchangeRule)) {
    let mut rule = ExchangeRule::default();
    change(&mut rule);
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, name, &rule).await.unwrap();
}

async fn by_password(house: &House, client: &str) -> String {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read write")];
    house.token((client, SECRET), &form).await.ok().access()
}

async fn exchange(house: &House, subject: &str, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", subject), ("subject_token_type", ACCESS)];
    form.extend_from_slice(more);
    house.token(("gate", SECRET), &form).await
}

#[tokio::test]
async fn without_a_rule_nobody_exchanges_anothers_token() {
    let house = house().await;
    let first = by_password(&house, "app").await;
    let rows = house.rows().await;
    exchange(&house, &first, &[]).await.refused(400, "invalid_request", REFUSED);
    assert_eq!(house.rows().await, rows);
}

#[tokio::test]
async fn a_rule_speaks_of_both_clients() {
    let house = house().await;
    let first = by_password(&house, "app").await;
    for (name, works) in [("other", false), ("app", true)] {
        rule(&house, "a", |r| r.origin = ClientMatch::ById(name.into())).await;
        assert_eq!(exchange(&house, &first, &[]).await.status == 200, works, "origin {name}");
    }
    for (name, works) in [("app", false), ("gate", true)] {
        rule(&house, "a", |r| r.client = ClientMatch::ById(name.into())).await;
        assert_eq!(exchange(&house, &first, &[]).await.status == 200, works, "client {name}");
    }
    for (scope, works) in [("admin", false), ("write", true)] {
        rule(&house, "a", |r| r.client = ClientMatch::ByScope(scope.into())).await;
        assert_eq!(exchange(&house, &first, &[]).await.status == 200, works, "scope {scope}");
    }
}

#[tokio::test]
async fn the_most_exact_rule_counts_and_a_denial_wins_a_tie() {
    let house = house().await;
    let first = by_password(&house, "app").await;
    rule(&house, "all", |_| ()).await;
    exchange(&house, &first, &[]).await.ok();
    rule(&house, "these", |r| (r.rule, r.client) = (Verdict::Deny, ClientMatch::ById("gate".into()))).await;
    exchange(&house, &first, &[]).await.refused(400, "invalid_request", REFUSED);
    rule(&house, "a tie", |r| r.client = ClientMatch::ById("gate".into())).await;
    exchange(&house, &first, &[]).await.refused(400, "invalid_request", REFUSED);
    rule(&house, "exact", |r| {
        (r.client, r.origin) = (ClientMatch::ById("gate".into()), ClientMatch::ById("app".into()));
    })
    .await;
    exchange(&house, &first, &[]).await.ok();
}

#[tokio::test]
async fn a_denial_forbids_even_ones_own_tokens() {
    let house = house().await;
    let own = by_password(&house, "gate").await;
    exchange(&house, &own, &[]).await.ok();
    rule(&house, "none", |r| r.rule = Verdict::Deny).await;
    exchange(&house, &own, &[]).await.refused(400, "invalid_request", REFUSED);
}

#[tokio::test]
async fn a_rule_bounds_the_scope() {
    let house = house().await;
    let first = by_password(&house, "app").await;
    rule(&house, "a", |r| r.scope = Some(jeton_testkit::sample::scope("read email"))).await;
    assert_eq!(exchange(&house, &first, &[]).await.ok().member("scope"), "read");
    for scope in ["write", "email"] {
        let text = format!("the scopes {scope} are not allowed or invalid");
        exchange(&house, &first, &[("scope", scope)]).await.refused(400, "invalid_scope", &text);
    }
}

#[tokio::test]
async fn anybody_may_be_the_audience_where_a_rule_says_so() {
    let house = house().await;
    let first = by_password(&house, "app").await;
    rule(&house, "a", |r| r.audience = vec!["*".into()]).await;
    exchange(&house, &first, &[("audience", "app"), ("resource", "https://any.example/")]).await.ok();
    let reply = exchange(&house, &first, &[("audience", "se.example.org")]).await.ok();
    assert_eq!(house.verified(&reply.access()).await.claims["aud"], "se.example.org");
    let unprintable = exchange(&house, &first, &[("audience", "caf\u{e9}")]).await;
    unprintable.refused(400, "invalid_target", "the audience is not known or not allowed");
}

#[tokio::test]
async fn whether_an_actor_is_named_is_the_rules_word() {
    let house = house().await;
    let first = by_password(&house, "app").await;
    let mine = by_password(&house, "gate").await;
    let actor = [("actor_token", mine.as_str()), ("actor_token_type", ACCESS)];
    let bob = json!({"sub": "sub-of-alice", "client_id": "gate"});
    for (acts, alone, with_actor) in [
        (Acts::Delegation, Some(json!({"sub": "gate"})), Some(bob.clone())),
        (Acts::Impersonation, None, None),
        (Acts::Either, None, Some(bob)),
    ] {
        rule(&house, "a", |r| r.acts = acts).await;
        let reply = exchange(&house, &first, &[]).await.ok();
        assert_eq!(house.verified(&reply.access()).await.claims.get("act"), alone.as_ref(), "{acts:?}");
        let reply = exchange(&house, &first, &actor).await;
        match with_actor {
            None => reply.refused(400, "invalid_request", REFUSED),
            some => assert_eq!(house.verified(&reply.ok().access()).await.claims.get("act"), some.as_ref(), "{acts:?}"),
        }
    }
}

/// RFC 8693 section 4.4: the subject token itself names the permitted actor.
#[tokio::test]
async fn may_act_allows_the_one_it_names_and_forbids_all_others() {
    use jeton_core::administration::NewToken;
    use jeton_core::api_tokens::Lifetime;
    use jeton_core::model::{TokenDetails, TokenKind};

    let house = house().await;
    let token = async |may_act: serde_json::Value| {
        let mut details = TokenDetails::default();
        details.claims.insert("may_act".into(), may_act);
        let order = NewToken {
            binding: None,
            kind: TokenKind::Access,
            format: None,
            client: Some("app".into()),
            user: Some(USER.into()),
            scope: Some(jeton_testkit::sample::scope("read")),
            audience: None,
            lifetime: Lifetime::Usual,
            not_before: None,
            details,
        };
        let service = house.jeton.ledger.entities().service(house.service).unwrap();
        let issued = house.jeton.administration.mint_for(&Caller::local(), &service, order).await.unwrap();
        issued.first(TokenKind::Access).unwrap().text.expose().to_owned()
    };
    let named = token(json!({"sub": "gate"})).await;
    let reply = exchange(&house, &named, &[]).await.ok();
    assert_eq!(house.verified(&reply.access()).await.claims["act"], json!({"sub": "gate"}));
    let other = token(json!({"sub": "bridge"})).await;
    exchange(&house, &other, &[]).await.refused(400, "invalid_request", REFUSED);
    rule(&house, "all", |_| ()).await;
    exchange(&house, &other, &[]).await.refused(400, "invalid_request", REFUSED);
}

/// `exchange_scope_denied`; policies that administrators write apply in addition to those of the configuration.
#[tokio::test]
async fn a_policy_lets_scopes_through_one_by_one() {
    use jeton_core::exchange::ScopeRule;
    use jeton_core::scope_policies::Matching;

    let house = house().await;
    let first = by_password(&house, "app").await;
    let deny = ScopeRule { rule: Verdict::Deny, matching: Matching::Regexp, scope: "wri.*".into() };
    let policy = ExchangeRule { scopes: vec![deny], audience: vec!["*".into()], ..ExchangeRule::default() };
    let id = house.jeton.oauth.add_exchange_rule(&Caller::local(), house.service, policy).await.unwrap();
    assert_eq!(exchange(&house, &first, &[]).await.ok().member("scope"), "read");
    let text = "scope exchange not allowed by policy: write";
    exchange(&house, &first, &[("scope", "read write")]).await.refused(400, "invalid_scope", text);
    exchange(&house, &first, &[("audience", "https://storage.example:1094")]).await.ok();

    // Among equally specific rules, one of the configuration that denies wins; a more specific permission overrides it.
    rule(&house, "none", |r| r.rule = Verdict::Deny).await;
    exchange(&house, &first, &[]).await.refused(400, "invalid_request", REFUSED);
    rule(&house, "gate", |r| r.client = ClientMatch::ById("gate".into())).await;
    assert_eq!(exchange(&house, &first, &[]).await.ok().member("scope"), "read write");
    house.jeton.oauth.delete_exchange_rule(&Caller::local(), house.service, id).await.unwrap();
}

/// The answer to INDIGO IAM's clients that did not name a token type.
#[tokio::test]
async fn a_grid_client_is_told_that_it_got_a_jwt() {
    let house = house().await;
    house.client("gate", Some(SECRET), |c| c.scope = jeton_testkit::sample::scope("wlcg read")).await;
    let own = house.token(("gate", SECRET), &[("grant_type", "client_credentials"), ("scope", "read")]).await.ok();
    let issued_type = |reply: &Reply| reply.member("issued_token_type");
    let reply = exchange(&house, &own.access(), &[("scope", "read")]).await.ok();
    assert_eq!(issued_type(&reply), "urn:ietf:params:oauth:token-type:jwt");
    let asked = [("scope", "read"), ("requested_token_type", ACCESS)];
    let named = exchange(&house, &own.access(), &asked).await.ok();
    assert_eq!(issued_type(&named), ACCESS);
}
