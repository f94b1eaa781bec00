//! Token requests that the caller passes on: what it adds, and the grants that it decides.

use std::time::Duration;

use jeton_core::client_auth::{BasicCredentials, Presented, Refused};
use jeton_core::grants::{Extras, HandedRequest, PasswordTicket, TokenAnswer, TokenOutcome, answer_caller};
use jeton_core::model::{Property, TokenFormat, TokenKind};
use jeton_core::refusals::{ACTOR_TOKEN_INVALID, INTERACTION_INVALID, SUBJECT_TOKEN_INVALID, TICKET_USED};
use jeton_jose::Algorithm;
use serde_json::json;

use jeton_served::{Assertion, House, JWT_BEARER, PASSWORD, TOKEN_EXCHANGE, USER, VERIFIER, basic, code_params, key};

use super::{APP, SECRET, answered, bob, house, object, params};

const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const REFRESH: &str = "urn:ietf:params:oauth:token-type:refresh_token";

async fn passed_on(
    house: &House,
    client: (&str, &str),
    form: &[(&str, &str)],
    extras: &Extras,
) -> Result<TokenOutcome, Refused> {
    let basic = BasicCredentials::parse(&basic(&format!("{}:{}", client.0, client.1)));
    let presented = Presented { basic, endpoint: "/token", ..Presented::default() };
    answer_caller(&house.jeton.oauth, &house.service(), &presented, &params(form), extras).await
}

async fn issued(house: &House, form: &[(&str, &str)], extras: &Extras) -> TokenAnswer {
    match passed_on(house, APP, form, extras).await.unwrap() {
        TokenOutcome::Answered(answer) => answer,
        TokenOutcome::Handed(_) => panic!("decided here"),
    }
}

async fn handed(house: &House, form: &[(&str, &str)]) -> HandedRequest {
    match passed_on(house, APP, form, &Extras::default()).await.unwrap() {
        TokenOutcome::Handed(handed) => handed.request,
        TokenOutcome::Answered(_) => panic!("the caller decides"),
    }
}

fn text(answer: &TokenAnswer, kind: TokenKind) -> String {
    answer.issued.first(kind).unwrap().text.expose().to_owned()
}

fn property(key: &str, value: &str) -> Property {
    Property { key: key.into(), value: value.into(), hidden: false }
}

#[tokio::test]
async fn the_caller_adds_to_a_code_and_to_its_refresh() {
    let house = house().await;
    house.change_client("app", |client| client.access_token_format = Some(TokenFormat::Jwt)).await;
    let answer = answered(&house, &code_params("app", "openid offline_access"), &bob(&house).await).await;
    let code = answer.code.unwrap();
    let extras = Extras {
        access_text: None,
        properties: vec![property("tenant", "red"), property("plan", "gold")],
        access_lifetime: Some(Duration::from_secs(7)),
        refresh_lifetime: Some(Duration::from_secs(70)),
        access_claims: object(json!({ "shoe_size": 43, "sub": "forged" })),
        key: None,
    };
    let form = [("grant_type", "authorization_code"), ("code", code.expose()), ("code_verifier", VERIFIER)];
    let first = issued(&house, &form, &extras).await;
    let lifetimes = [TokenKind::Access, TokenKind::Refresh].map(|kind| first.issued.first(kind).unwrap().expires_in());
    assert_eq!(lifetimes, [Some(7), Some(70)]);
    let claims = house.verified(&text(&first, TokenKind::Access)).await.claims;
    assert_eq!((&claims["shoe_size"], &claims["sub"]), (&json!(43), &json!("bob")));
    let family = house.jeton.ledger.grant(first.issued.grant.unwrap()).await.unwrap().unwrap();
    let properties = &family.details.as_ref().unwrap().properties;
    assert_eq!(*properties, [property("tenant", "red"), property("plan", "gold")]);

    let refresh = text(&first, TokenKind::Refresh);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let extras = Extras {
        properties: vec![property("plan", "silver")],
        access_lifetime: Some(Duration::from_secs(9)),
        ..Extras::default()
    };
    let second = issued(&house, &form, &extras).await;
    let access = house.jeton.ledger.token(second.issued.tokens[0].id).await.unwrap().unwrap();
    let properties = &access.details.as_ref().unwrap().properties;
    assert_eq!(*properties, [property("tenant", "red"), property("plan", "silver")]);
    assert_eq!(second.issued.tokens[0].expires_in(), Some(9));
    let again = issued(&house, &form, &extras).await;
    assert_eq!(text(&again, TokenKind::Refresh), text(&second, TokenKind::Refresh), "the answer was lost");
    let refresh = text(&second, TokenKind::Refresh);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let third = issued(&house, &form, &Extras::default()).await;
    let access = house.jeton.ledger.token(third.issued.tokens[0].id).await.unwrap().unwrap();
    let properties = &access.details.as_ref().unwrap().properties;
    assert_eq!(*properties, [property("tenant", "red"), property("plan", "silver")]);
}

#[tokio::test]
async fn a_client_for_itself_gets_the_callers_properties() {
    let house = house().await;
    let extras = Extras { properties: vec![property("a", "1")], ..Extras::default() };
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let answer = issued(&house, &form, &extras).await;
    let row = house.jeton.ledger.token(answer.issued.tokens[0].id).await.unwrap().unwrap();
    assert_eq!(row.details.as_ref().unwrap().properties, extras.properties);
    assert_eq!(row.subject, None);
}

#[tokio::test]
async fn passwords_are_the_callers_business() {
    let house = house().await;
    let rows = house.rows().await;
    let form = [("grant_type", "password"), ("username", "bob"), ("password", "hunter2"), ("scope", "openid read")];
    let HandedRequest::Password(asked) = handed(&house, &form).await else { panic!("a password") };
    let said = (asked.username.as_str(), asked.password.expose(), asked.scope.as_str());
    assert_eq!(said, ("bob", "hunter2", "openid read"));
    assert_eq!((&asked.audience, house.rows().await), (&None, rows));

    let (oauth, service) = (&house.jeton.oauth, house.service());
    let client = house.jeton.administration.show_client(house.service, "app").await.unwrap();
    let ticket = || {
        let text = PasswordTicket::seal(oauth, house.service, &client, &asked).unwrap();
        PasswordTicket::open(oauth, house.service, &text).unwrap()
    };
    let (good, bad) = (ticket(), ticket());
    let answer = good.issue(oauth, &service, &bob(&house).await).await.unwrap();
    let kinds: Vec<_> = answer.issued.tokens.iter().map(|token| token.kind).collect();
    assert_eq!(kinds, [TokenKind::Access, TokenKind::Refresh]);
    let id_token = house.verified(answer.issued.id_token.as_ref().unwrap().expose()).await.claims;
    assert_eq!((&id_token["sub"], &id_token["acr"]), (&json!("pairwise-bob"), &json!("urn:acr:2")));
    assert_eq!(house.introspected(&text(&answer, TokenKind::Access)).await["sub"], "bob");
    bad.fail(oauth).await.unwrap();
    for used in [good, bad] {
        assert!(used.issue(oauth, &service, &bob(&house).await).await.unwrap_err().is(&TICKET_USED));
        assert!(used.fail(oauth).await.unwrap_err().is(&TICKET_USED));
    }
    let late = PasswordTicket::seal(oauth, house.service, &client, &asked).unwrap();
    house.wait(24 * 60 * 60);
    assert!(PasswordTicket::open(oauth, house.service, &late).unwrap_err().is(&INTERACTION_INVALID));
}

/// The client, its right to the grant and the form of the request are checked in the same way for everybody.
#[tokio::test]
async fn both_ways_refuse_the_same() {
    let house = house().await;
    house.client("poor", Some(SECRET), |client| client.grant_types = vec!["client_credentials".into()]).await;
    for (client, form) in [
        (("app", "wrong"), vec![("grant_type", "password"), ("username", "a"), ("password", "b"), ("scope", "read")]),
        (("nobody", SECRET), vec![("grant_type", "client_credentials"), ("scope", "read")]),
        (("poor", SECRET), vec![("grant_type", "password"), ("username", "a"), ("password", "b"), ("scope", "read")]),
        (APP, vec![("grant_type", "password"), ("username", "a"), ("scope", "read")]),
        (APP, vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "admin")]),
        (APP, vec![("grant_type", "authorization_code"), ("code", "x"), ("code_verifier", VERIFIER)]),
        (APP, vec![("grant_type", "refresh_token"), ("refresh_token", "x")]),
        (APP, vec![("grant_type", JWT_BEARER), ("assertion", "x")]),
        (APP, vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", "x"), ("subject_token_type", ACCESS)]),
        (APP, vec![("grant_type", TOKEN_EXCHANGE), ("subject_token", "x"), ("subject_token_type", "what")]),
        (APP, vec![("grant_type", "unheard-of")]),
    ] {
        let refused = passed_on(&house, client, &form, &Extras::default()).await.unwrap_err().refusal;
        let reply = house.token(client, &form).await;
        assert_eq!(house.refusal(&reply), refused.kind().id, "{form:?}");
    }
}

#[tokio::test]
async fn exchanged_tokens_have_the_form_of_their_type() {
    let house = house().await;
    let code = answered(&house, &code_params("app", "openid offline_access"), &bob(&house).await).await.code.unwrap();
    let form = [("grant_type", "authorization_code"), ("code", code.expose()), ("code_verifier", VERIFIER)];
    let reply = house.token(APP, &form).await.ok();
    let (access, refresh, id_token) = (reply.access(), reply.refresh(), reply.member("id_token"));
    let strange = Assertion::of(&house, "stranger", &key(Algorithm::ES256)).sign(&key(Algorithm::ES256));
    for (token, kind, good) in [
        (&access, ACCESS, true),
        (&access, REFRESH, false),
        (&access, ID, false),
        (&refresh, REFRESH, true),
        (&refresh, ACCESS, false),
        (&id_token, ID, true),
        (&id_token, JWT, true),
        (&strange, JWT, true),
        (&strange, ID, false),
        (&"x".to_owned(), JWT, false),
    ] {
        let form = [
            ("grant_type", TOKEN_EXCHANGE),
            ("subject_token", token.as_str()),
            ("subject_token_type", kind),
            ("scope", "read"),
        ];
        match passed_on(&house, APP, &form, &Extras::default()).await {
            Ok(TokenOutcome::Handed(handed)) => {
                let HandedRequest::TokenExchange(exchange) = handed.request else { panic!("an exchange") };
                assert!(good, "{kind} {token}");
                assert_eq!((exchange.subject.text.expose(), exchange.subject.kind), (token.as_str(), kind));
                assert_eq!(exchange.subject.live.is_some(), matches!(kind, ACCESS | REFRESH));
                assert_eq!(exchange.scope.unwrap().as_str(), "read");
            }
            Ok(TokenOutcome::Answered(_)) => panic!("the caller decides"),
            Err(refused) => assert!(!good && refused.refusal.is(&SUBJECT_TOKEN_INVALID), "{kind} {token}"),
        }
    }
    let more = [("actor_token", "x"), ("actor_token_type", ACCESS)];
    let form: Vec<_> =
        [("grant_type", TOKEN_EXCHANGE), ("subject_token", access.as_str()), ("subject_token_type", ACCESS)]
            .into_iter()
            .chain(more)
            .collect();
    let refused = passed_on(&house, APP, &form, &Extras::default()).await.unwrap_err().refusal;
    assert!(refused.is(&ACTOR_TOKEN_INVALID));
    house.wait(24 * 60 * 60);
    let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", id_token.as_str()), ("subject_token_type", ID)];
    let refused = passed_on(&house, APP, &form, &Extras::default()).await.unwrap_err().refusal;
    assert!(refused.is(&SUBJECT_TOKEN_INVALID), "it has expired");
}

#[tokio::test]
async fn assertions_of_anybody_are_handed_out() {
    let house = house().await;
    let signer = key(Algorithm::ES256);
    let good = Assertion::of(&house, "stranger", &signer).claim("aud", "https://id.example").claim("sub", "bob");
    let text = good.sign(&signer);
    let form = [("grant_type", JWT_BEARER), ("assertion", text.as_str()), ("scope", "read")];
    let HandedRequest::JwtBearer { assertion, claims, scope, .. } = handed(&house, &form).await else {
        panic!("an assertion")
    };
    assert_eq!((assertion.expose(), &claims["sub"]), (text.as_str(), &json!("bob")));
    assert_eq!(scope.unwrap().as_str(), "read");
    let changed = [("aud", json!("https://other.example")), ("sub", json!("")), ("iss", json!(7)), ("exp", json!(1))];
    for (name, value) in changed {
        let bad = Assertion::of(&house, "stranger", &signer).claim("aud", "https://id.example").claim("sub", "bob");
        let text = bad.claim(name, value).sign(&signer);
        let form = [("grant_type", JWT_BEARER), ("assertion", text.as_str())];
        let refused = passed_on(&house, APP, &form, &Extras::default()).await.unwrap_err().refusal;
        assert_eq!(refused.kind().id, "grant_assertion_invalid", "{name}");
    }
}
