//! Refreshing and exchanging an exchanged family: its actors, its audience, and its current rule.

use jeton_core::administration::Caller;
use jeton_core::exchange::{ClientMatch, ExchangeRule};
use jeton_core::model::TokenFormat;
use jeton_core::scope_policies::Verdict;
use serde_json::{Value, json};

use jeton_served::{Ask, House, Made, Maker, PASSWORD, Reply, TOKEN_EXCHANGE, USER, on_every_store};

const SECRET: &str = "s3cret";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const UNKNOWN: &str = "the audience is not known or not allowed";
const NOT_GRANTED: &str = "The requested resource was not originally granted";
const WITHDRAWN: &str = "the policy that allowed this exchange is no longer there";

async fn clients(house: &House) {
    for name in ["app", "gate", "files", "bank"] {
        house.client(name, Some(SECRET), |c| c.access_token_format = Some(TokenFormat::Jwt)).await;
    }
}

async fn rule(house: &House, name: &str, (origin, client): (&str, &str), change: impl FnOnce(&mut ExchangeRule)) {
    let mut rule = ExchangeRule {
        origin: ClientMatch::ById(origin.into()),
        client: ClientMatch::ById(client.into()),
        refresh: true,
        ..ExchangeRule::default()
    };
    change(&mut rule);
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, name, &rule).await.unwrap();
}

async fn by_password(house: &House, more: &[(&str, &str)]) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD)];
    house.token(("app", SECRET), &[&form[..], more].concat()).await.ok()
}

async fn exchange(house: &House, client: &str, subject: &str, more: &[(&str, &str)]) -> Reply {
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", subject), ("subject_token_type", ACCESS)];
    house.token((client, SECRET), &[&form[..], more].concat()).await
}

/// The refresh token that the gate gets in exchange for a user's token.
async fn begun(house: &House, more: &[(&str, &str)]) -> String {
    let first = by_password(house, &[("scope", "read write")]).await;
    exchange(house, "gate", &first.access(), &[&[("requested_token_type", REFRESH)][..], more].concat())
        .await
        .ok()
        .access()
}

async fn refreshed(house: &House, client: &str, token: &str, more: &[(&str, &str)]) -> Reply {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    house.token((client, SECRET), &[&form[..], more].concat()).await
}

async fn claims(house: &House, reply: &Reply) -> Value {
    house.verified(&reply.access()).await.claims
}

on_every_store! {
    refreshing_an_exchanged_token_keeps_who_acts
    refreshing_an_exchanged_token_keeps_within_its_audience
    a_refresh_asks_the_rule_again
}

mod run {
    use super::*;

    pub(super) async fn refreshing_an_exchanged_token_keeps_who_acts(house: &House) {
        clients(house).await;
        rule(house, "a", ("app", "gate"), |_| ()).await;
        rule(house, "b", ("gate", "files"), |_| ()).await;
        rule(house, "c", ("files", "bank"), |_| ()).await;
        let mut token = begun(house, &[]).await;
        let mut last = String::new();
        for _ in 0..3 {
            house.wait(30);
            let next = refreshed(house, "gate", &token, &[]).await.ok();
            assert_eq!(claims(house, &next).await["act"], json!({"sub": "gate"}));
            assert_eq!(house.introspected(&next.access()).await["act"], json!({"sub": "gate"}));
            assert_eq!(house.introspected(&next.refresh()).await["act"], json!({"sub": "gate"}));
            (token, last) = (next.refresh(), next.access());
        }
        // The next exchange in the chain, from the refreshed token; and a refresh of its result.
        let second = exchange(house, "files", &last, &[("scope", "read offline_access")]).await.ok();
        let chain = json!({"sub": "files", "act": {"sub": "gate"}});
        assert_eq!(claims(house, &second).await["act"], chain);
        let next = refreshed(house, "files", &second.refresh(), &[("scope", "read")]).await.ok();
        assert_eq!(claims(house, &next).await["act"], chain);
        let third = exchange(house, "bank", &next.access(), &[]).await.ok();
        let chain = json!({"sub": "bank", "act": chain});
        assert_eq!(claims(house, &third).await["act"], chain);
        // The gate's own refresh token, exchanged.
        let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", &*token), ("subject_token_type", REFRESH)];
        let own = house.token(("gate", SECRET), &form).await.ok();
        assert_eq!(claims(house, &own).await["act"], json!({"sub": "gate"}));
    }

    pub(super) async fn refreshing_an_exchanged_token_keeps_within_its_audience(house: &House) {
        clients(house).await;
        let listed = |audience: &[&str]| audience.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        rule(house, "a", ("app", "gate"), |r| r.audience = listed(&["files", "https://files.example/", "bank"])).await;
        let asked = [("audience", "files"), ("resource", "https://files.example/")];
        let mut token = begun(house, &asked).await;
        for (more, aud) in [
            (&[][..], json!(["files", "https://files.example/"])),
            (&[("audience", "files")], json!("files")),
            (&[("resource", "https://files.example/")], json!("https://files.example/")),
            (&[("audience", "bank https://files.example/")], json!("https://files.example/")),
            (&[("aud", "files")], json!("files")),
            (&[], json!(["files", "https://files.example/"])),
        ] {
            let next = refreshed(house, "gate", &token, more).await.ok();
            assert_eq!(claims(house, &next).await["aud"], aud, "{more:?}");
            assert_eq!(house.introspected(&next.access()).await["aud"], aud, "{more:?}");
            token = next.refresh();
        }
        // Neither audiences that the rule lists but the exchange did not request, nor those it refuses, nor those the client
        // may name.
        house.change_client("gate", |c| c.audience = Some("gate-api".into())).await;
        for (name, value) in
            [("audience", "bank"), ("audience", "nobody"), ("resource", "https://bank.example/"), ("aud", "gate-api")]
        {
            let reply = refreshed(house, "gate", &token, &[(name, value)]).await;
            reply.refused(400, "invalid_target", NOT_GRANTED);
        }
        // Nor those that the rule no longer lists.
        rule(house, "a", ("app", "gate"), |r| r.audience = listed(&["files"])).await;
        refreshed(house, "gate", &token, &[("resource", "https://files.example/")]).await.refused(
            400,
            "invalid_target",
            UNKNOWN,
        );
        let next = refreshed(house, "gate", &token, &[]).await.ok();
        assert_eq!(claims(house, &next).await["aud"], "files");
        rule(house, "a", ("app", "gate"), |_| ()).await;
        refreshed(house, "gate", &next.refresh(), &[]).await.refused(400, "invalid_target", UNKNOWN);
        // A family without an audience may name those that the rule lists.
        rule(house, "a", ("app", "gate"), |r| r.audience = listed(&["files"])).await;
        let token = begun(house, &[]).await;
        refreshed(house, "gate", &token, &[("audience", "bank")]).await.refused(400, "invalid_target", UNKNOWN);
        let next = refreshed(house, "gate", &token, &[("audience", "files")]).await.ok();
        assert_eq!(claims(house, &next).await["aud"], "files");
        rule(house, "a", ("app", "gate"), |r| r.audience = listed(&["*"])).await;
        let next = refreshed(house, "gate", &next.refresh(), &[("audience", "se.example.org")]).await.ok();
        assert_eq!(claims(house, &next).await["aud"], "se.example.org");
    }

    pub(super) async fn a_refresh_asks_the_rule_again(house: &House) {
        clients(house).await;
        rule(house, "a", ("app", "gate"), |_| ()).await;
        let token = begun(house, &[]).await;
        rule(house, "a", ("app", "gate"), |r| r.refresh = false).await;
        refreshed(house, "gate", &token, &[]).await.refused(400, "invalid_grant", WITHDRAWN);
        // An exchange does not circumvent this.
        let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", &*token), ("subject_token_type", REFRESH)];
        house.token(("gate", SECRET), &form).await.refused(400, "invalid_grant", WITHDRAWN);
        rule(house, "a", ("app", "gate"), |r| r.rule = Verdict::Deny).await;
        refreshed(house, "gate", &token, &[]).await.refused(400, "invalid_grant", WITHDRAWN);
        rule(house, "a", ("other", "gate"), |_| ()).await;
        refreshed(house, "gate", &token, &[]).await.refused(400, "invalid_grant", WITHDRAWN);
        // The refusal used up nothing; a narrower rule narrows the scope.
        rule(house, "a", ("app", "gate"), |r| r.scope = Some(jeton_testkit::sample::scope("read"))).await;
        refreshed(house, "gate", &token, &[("scope", "write")]).await.refused(
            400,
            "invalid_scope",
            "the scopes write are not allowed or invalid",
        );
        let next = refreshed(house, "gate", &token, &[]).await.ok();
        assert_eq!(next.member("scope"), "read");
        rule(house, "a", ("app", "gate"), |_| ()).await;
        assert_eq!(refreshed(house, "gate", &next.refresh(), &[]).await.ok().member("scope"), "read write");
    }
}

/// RFC 8693 section 4.4: the subject token's `may_act` applies to tokens exchanged from it, too.
#[tokio::test]
async fn may_act_holds_at_a_second_exchange() {
    use jeton_core::administration::NewToken;
    use jeton_core::api_tokens::Lifetime;
    use jeton_core::model::{TokenDetails, TokenKind};

    let house = House::new().await;
    clients(&house).await;
    rule(&house, "b", ("gate", "files"), |_| ()).await;
    let mut details = TokenDetails::default();
    details.claims.insert("may_act".into(), json!({"sub": "gate"}));
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
    let first = issued.first(TokenKind::Access).unwrap().text.expose().to_owned();
    let second = exchange(&house, "gate", &first, &[]).await.ok();
    assert_eq!(claims(&house, &second).await["may_act"], json!({"sub": "gate"}));
    let refused = exchange(&house, "files", &second.access(), &[]).await;
    refused.refused(400, "invalid_request", "no policy allows this exchange");
    exchange(&house, "gate", &second.access(), &[]).await.ok();
}

/// An exchange never yields an ID token, so a refresh does not either.
#[tokio::test]
async fn an_exchanged_family_gets_no_id_token() {
    let house = House::new().await;
    clients(&house).await;
    rule(&house, "a", ("app", "gate"), |_| ()).await;
    let first = by_password(&house, &[("scope", "openid read")]).await;
    let second = exchange(&house, "gate", &first.access(), &[("scope", "openid read offline_access")]).await.ok();
    assert!(!second.has("id_token"));
    assert!(!refreshed(&house, "gate", &second.refresh(), &[]).await.ok().has("id_token"));
}

/// RFC 8705 section 3: everything that comes from the subject token is bound to its certificate.
#[tokio::test]
async fn an_exchanged_family_stays_with_the_certificate_of_its_subject_token() {
    let house = House::new().await;
    clients(&house).await;
    let (own, other) = (Maker::app().made(), Maker::app().made());
    house
        .change_client("app", |c| {
            c.metadata.set("tls_client_certificate_bound_access_tokens", true);
        })
        .await;
    rule(&house, "a", ("app", "gate"), |_| ()).await;
    let send = async |client: &str, form: &[(&str, &str)], made: Option<&Made>| {
        let ask = Ask::post("/token").basic(client, SECRET).form(form);
        let ask = if let Some(made) = made { ask.certificate(&made.der, false) } else { ask };
        ask.send(&house).await
    };
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    let first = send("app", &form, Some(&own)).await.ok().access();
    let form = [
        ("grant_type", TOKEN_EXCHANGE),
        ("subject_token", &*first),
        ("subject_token_type", ACCESS),
        ("requested_token_type", REFRESH),
    ];
    let mut token = send("gate", &form, Some(&own)).await.ok().access();
    for _ in 0..2 {
        let form = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
        let needed = "a client certificate is needed to bind the token to";
        send("gate", &form, None).await.refused(400, "invalid_request", needed);
        let foreign = "the authorization is bound to another client certificate";
        send("gate", &form, Some(&other)).await.refused(400, "invalid_grant", foreign);
        let next = send("gate", &form, Some(&own)).await.ok();
        assert_eq!(house.introspected(&next.access()).await["cnf"]["x5t#S256"], own.print());
        token = next.refresh();
    }
}

/// A token exchanged from an API token keeps its address ranges.
#[tokio::test]
async fn address_ranges_are_handed_down() {
    use jeton_core::administration::NewToken;
    use jeton_core::api_tokens::AddressRanges;
    use jeton_core::api_tokens::Lifetime;
    use jeton_core::model::{TokenDetails, TokenKind};

    let house = House::new().await;
    clients(&house).await;
    rule(&house, "a", ("app", "gate"), |_| ()).await;
    let mut details = TokenDetails::default();
    AddressRanges::parse(&["10.0.0.0/8"]).unwrap().put(&mut details);
    let order = NewToken {
        binding: None,
        kind: TokenKind::Access,
        format: Some(TokenFormat::Opaque),
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
    let first = issued.first(TokenKind::Access).unwrap().text.expose().to_owned();
    let send = async |more: &[(&str, &str)]| {
        let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", &*first), ("subject_token_type", ACCESS)];
        let ask = Ask::post("/token").basic("gate", SECRET).form(&[&form[..], more].concat());
        ask.at("10.1.2.3").send(&house).await
    };
    let second = send(&[]).await.ok().access();
    let row = house.jeton.ledger.inspect(house.service, &second).await.unwrap();
    assert_eq!(AddressRanges::of(row.row().unwrap()).texts(), ["10.0.0.0/8"]);
    assert!(second.starts_with("jtn_at_"), "whoever reads a JWT does not ask from where it came");
    let jwt = send(&[("requested_token_type", "urn:ietf:params:oauth:token-type:jwt")]).await;
    jwt.refused(400, "invalid_request", "no policy allows this exchange");
}
