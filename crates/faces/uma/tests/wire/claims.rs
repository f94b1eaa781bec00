//! Claim tokens: which issuers are trusted, and how the tokens are checked.

use jeton_core::model::CompatibilityMode;
use jeton_jose::jws::{Header, sign_compact};
use jeton_jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use jeton_served::{Ask, House, ID_TOKEN_FORMAT, Uma, id_token_of};

const SECRET: &str = "s3cret";
const IDP: &str = "https://idp.example";
const PROVIDER: &str = "https://idp.example/.well-known/openid-configuration";
const BAD: &str = "the claim token is not valid";

/// Another issuer with one key.
struct Idp {
    key: SigningKey,
}

impl Idp {
    fn start(uma: &Uma) -> Self {
        let key = SigningKey::generate(Algorithm::ES256).unwrap();
        let keys = json!({ "keys": [key.public_jwk().unwrap()] });
        uma.outbound.json(PROVIDER, &json!({ "issuer": IDP, "jwks_uri": "https://idp.example/keys" }));
        uma.outbound.json("https://idp.example/keys", &keys);
        Self { key }
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header::for_key(&self.key).prepare();
        sign_compact(&header, claims.to_string().as_bytes(), &self.key).unwrap()
    }
}

fn claims(house: &House) -> Value {
    let now = house.jeton.ledger.now().seconds();
    json!({
        "iss": IDP, "sub": "carol", "aud": "app", "iat": now, "exp": now + 300,
        "email": "carol@idp.example", "role": ["friend", "colleague"], "age": 30, "vip": true,
    })
}

/// A resource whose only rule requires this claim from the other issuer.
async fn wanting(uma: &Uma, kind: &str, value: &str) -> String {
    let id = uma.resource("photo").await;
    let claims = json!([{ "type": kind, "value": value }]);
    uma.policy(&id, json!([{ "scopes": ["view"], "claims": claims, "provider": PROVIDER }])).await;
    id
}

#[tokio::test]
async fn another_issuer_s_word_counts_where_a_rule_says_so() {
    let uma = Uma::new().await;
    let idp = Idp::start(&uma);
    for (kind, value, passes) in [
        ("email", "carol@idp.example", true),
        ("email", "CAROL@idp.example", false),
        ("role", "friend", true),
        ("role", "fri", false),
        ("role", "enemy", false),
        ("age", "30", true),
        ("vip", "true", true),
        ("none", "x", false),
    ] {
        let id = wanting(&uma, kind, value).await;
        let needs = uma.redeem(&uma.ticket(&id, &["view"]).await, &[]).await;
        assert_eq!(needs.json()["required_claims"][0]["issuer"], json!([IDP]));
        assert_eq!(needs.json()["required_claims"][0]["name"], json!(kind));
        assert!(!needs.text().contains(&format!("\"{value}\"")), "the value is not told: {}", needs.show());
        let reply = uma.redeem_for(&needs.member("ticket"), &idp.sign(&claims(&uma.house))).await;
        if passes {
            assert_eq!(uma.house.introspected(&reply.ok().access()).await["sub"], "https://idp.example|carol");
        } else {
            assert_eq!((reply.status, reply.member("error").as_str()), (403, "request_denied"), "{kind} {value}");
        }
    }
    assert_eq!(uma.outbound.count(PROVIDER), 1, "the address of the keys is remembered");
    for asked in uma.outbound.asked() {
        assert_eq!(asked.trust, jeton_core::outbound::UrlTrust::Untrusted, "{}", asked.url);
    }
}

#[tokio::test]
async fn a_claim_token_is_refused_when_any_part_of_it_is_wrong() {
    let uma = Uma::new().await;
    let idp = Idp::start(&uma);
    let id = wanting(&uma, "email", "carol@idp.example").await;
    let good = claims(&uma.house);
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        idp.sign(&changed)
    };
    let without = |name: &str| {
        let mut changed = good.clone();
        changed.as_object_mut().unwrap().remove(name);
        idp.sign(&changed)
    };
    let now = uma.house.jeton.ledger.now().seconds();
    let stranger = Idp { key: SigningKey::generate(Algorithm::ES256).unwrap() };
    let encoded = |text: &str| jeton_jose::base64url::encode(text);
    let unsigned = format!("{}.{}.", encoded("{\"alg\":\"none\"}"), encoded(&good.to_string()));
    let sealed = idp.sign(&good);
    let cut = sealed.rsplit_once('.').unwrap().0;
    let access_typ = Header::for_key(&idp.key).typ("at+jwt").prepare();
    let mark = [("jeton_kind".to_owned(), json!("access_token"))].into_iter().collect();
    let access_mark = Header::for_key(&idp.key).typ("JWT").with(mark).prepare();
    let logout_typ = Header::for_key(&idp.key).typ("logout+jwt").prepare();
    let introspection_typ = Header::for_key(&idp.key).typ("token-introspection+jwt").prepare();
    let typed = |header| sign_compact(header, good.to_string().as_bytes(), &idp.key).unwrap();
    let bad = [
        with("iss", json!("https://other.example")),
        with("iss", json!("https://idp.example.evil.example")),
        with("aud", json!("gallery")),
        with("aud", json!(["apps", "ap"])),
        with("aud", json!([])),
        with("exp", json!(now - 31)),
        with("exp", json!("tomorrow")),
        with("exp", json!(now + 40 * 86_400)),
        with("nbf", json!(now + 100)),
        with("iat", json!(now + 100)),
        with("sub", json!("")),
        with("sub", json!(7)),
        without("iss"),
        without("aud"),
        without("exp"),
        without("sub"),
        stranger.sign(&good),
        unsigned,
        format!("{cut}."),
        format!("{cut}.AAAA"),
        typed(&access_typ),
        typed(&access_mark),
        typed(&logout_typ),
        typed(&introspection_typ),
        "nonsense".to_owned(),
    ];
    for token in bad {
        let ticket = uma.ticket(&id, &["view"]).await;
        uma.redeem_for(&ticket, &token).await.refused(400, "invalid_grant", BAD);
        uma.redeem_for(&ticket, &idp.sign(&good)).await.refused(400, "invalid_grant", "the ticket is not correct");
    }
    uma.redeem_for(&uma.ticket(&id, &["view"]).await, &with("aud", json!(["x", "app"]))).await.ok();
    assert_eq!(uma.outbound.count("https://other.example/.well-known/openid-configuration"), 0);
}

#[tokio::test]
async fn token_and_format_come_together() {
    for profile in [CompatibilityMode::Standard, CompatibilityMode::Classic] {
        let uma = Uma::of(profile).await;
        let id = uma.resource("photo").await;
        uma.policy(&id, json!([{ "scopes": ["view"] }])).await;
        for (more, description) in [
            (vec![("claim_token", "x")], "the parameter claim_token_format is missing"),
            (vec![("claim_token_format", ID_TOKEN_FORMAT)], "the parameter claim_token is missing"),
            (
                vec![("claim_token", "x"), ("claim_token_format", "urn:x")],
                "the parameter claim_token_format is not valid",
            ),
        ] {
            let ticket = uma.ticket(&id, &["view"]).await;
            uma.redeem(&ticket, &more).await.refused(400, "invalid_request", description);
        }
    }
}

/// This issuer's ID tokens have few claims: the person's current record supplies the rest.
#[tokio::test]
async fn this_issuer_s_own_people_are_known_by_their_record() {
    let uma = Uma::new().await;
    let own = "https://id.example/.well-known/openid-configuration";
    for provider in [None, Some(own)] {
        for (kind, value) in
            [("role", "doctor"), ("email", "alice@example.org"), ("preferred_username", "bob"), ("sub", "sub-of-bob")]
        {
            uma.house.change_person("bob", |user| user.roles = vec!["nurse".into(), "doctor".into()]).await;
            let id = uma.resource("file").await;
            let mut rule = json!({ "scopes": ["view"], "claims": [{ "type": kind, "value": value }] });
            if let Some(provider) = provider {
                rule["provider"] = json!(provider);
            }
            uma.policy(&id, json!([rule])).await;
            let bob = uma.id_token("bob").await;
            uma.redeem_for(&uma.ticket(&id, &["view"]).await, &bob).await.ok();
            if kind == "role" {
                uma.house.change_person("bob", |user| user.roles = vec!["nurse".into()]).await;
                let reply = uma.redeem_for(&uma.ticket(&id, &["view"]).await, &bob).await;
                assert_eq!(reply.member("error"), "request_denied");
            }
        }
    }
    assert_eq!(uma.outbound.asked(), [], "this issuer's keys are at hand");
}

#[tokio::test]
async fn this_issuer_s_other_tokens_are_no_claim_tokens() {
    let uma = Uma::new().await;
    let id = uma.resource("file").await;
    let rule = json!({ "scopes": ["view"], "claims": [{ "type": "sub", "value": "sub-of-bob" }] });
    uma.policy(&id, json!([rule])).await;
    let form =
        [("grant_type", "password"), ("username", "bob"), ("password", jeton_served::PASSWORD), ("scope", "view")];
    let access = uma.house.token(("app", SECRET), &form).await.ok().access();
    let foreign = id_token_of(&uma.house, "gallery", "bob").await;
    for token in [access, foreign, uma.pat.clone()] {
        let reply = uma.redeem_for(&uma.ticket(&id, &["view"]).await, &token).await;
        reply.refused(400, "invalid_grant", BAD);
    }
    let old = uma.id_token("bob").await;
    uma.house.change_person("bob", |user| user.enabled = false).await;
    uma.redeem_for(&uma.ticket(&id, &["view"]).await, &old).await.refused(400, "invalid_grant", BAD);
}

/// A rule accepts only its own provider.
#[tokio::test]
async fn one_issuer_does_not_speak_for_another() {
    let uma = Uma::new().await;
    let idp = Idp::start(&uma);
    let id = uma.resource("file").await;
    let claims_of = |value: &str| json!([{ "type": "sub", "value": value }]);
    let rules = json!([
        { "scopes": ["view"], "claims": claims_of("carol") },
        { "scopes": ["print"], "claims": claims_of("carol"), "provider": PROVIDER },
    ]);
    uma.policy(&id, rules).await;
    let carol = idp.sign(&claims(&uma.house));
    uma.redeem_for(&uma.ticket(&id, &["print"]).await, &carol).await.ok();
    let reply = uma.redeem_for(&uma.ticket(&id, &["view"]).await, &carol).await;
    assert_eq!(reply.member("error"), "need_info");
    assert_eq!(reply.json()["required_claims"][0]["issuer"], json!(["https://id.example"]));
}

#[tokio::test]
async fn a_provider_that_is_not_who_it_says_is_not_believed() {
    let uma = Uma::new().await;
    let idp = Idp::start(&uma);
    let id = wanting(&uma, "email", "carol@idp.example").await;
    for document in [
        json!({ "issuer": "https://other.example", "jwks_uri": "https://idp.example/keys" }),
        json!({ "jwks_uri": "https://idp.example/keys" }),
        json!({ "issuer": IDP }),
        json!([]),
    ] {
        uma.outbound.json(PROVIDER, &document);
        let reply = uma.redeem_for(&uma.ticket(&id, &["view"]).await, &idp.sign(&claims(&uma.house))).await;
        reply.refused(400, "invalid_grant", BAD);
        uma.house.wait(31);
    }
    Idp::start(&uma);
    uma.outbound.gone("https://idp.example/keys");
    let reply = uma.redeem_for(&uma.ticket(&id, &["view"]).await, &idp.sign(&claims(&uma.house))).await;
    reply.refused(400, "invalid_grant", BAD);
    let asked = uma.outbound.asked().len();
    for _ in 0..5 {
        uma.redeem_for(&uma.ticket(&id, &["view"]).await, &idp.sign(&claims(&uma.house))).await;
    }
    assert_eq!(uma.outbound.asked().len(), asked, "a failure is remembered for a while");
    let reply = Ask::get("/jwks").send(&uma.house).await;
    assert_eq!(reply.status, 200);
}
