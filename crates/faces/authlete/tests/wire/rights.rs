//! What each right allows (section 1.2 of the contract): API tokens of the ledger against every route of the face.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use jeton_core::administration::{Caller, NewToken};
use jeton_core::api_tokens::{Lifetime, NewApiToken};
use jeton_core::backend::access::{Right, Rights};
use jeton_core::ids::ServiceId;
use jeton_core::ledger::{Ending, Plan, TokenPlan};
use jeton_core::model::{Actor, Binding, Reason, TokenDetails, TokenFormat, TokenKind};
use jeton_core::request_source::{ClientCertificate, RequestSource};
use jeton_core::scope::Scope;
use jeton_served::{Ask, House, PASSWORD, USER};
use jeton_testkit::sample;
use serde_json::json;

use crate::api::{SECRET, bearer, call, house};

/// A path with the service and other parts in place.
pub(crate) fn filled(path: &str, service: ServiceId, part: &str) -> String {
    let parts = path.split('/').map(|each| match each {
        "{service}" | "{key}" => service.to_string(),
        each if each.starts_with('{') => part.to_owned(),
        each => each.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The path of an operation without the service.
pub(crate) fn operation(path: &str) -> &str {
    let below = path.strip_prefix("/api").unwrap_or(path);
    below.strip_prefix("/{service}").unwrap_or(below)
}

/// The right that an operation needs; none: no credential at all.
fn needed(operation: &str) -> Option<Right> {
    let starts = |these: &[&str]| these.iter().any(|start| operation.starts_with(start));
    if starts(&["/lifecycle/", "/info", "/misc/echo"]) || operation.contains("/direct/") {
        return None;
    }
    Some(if starts(&["/auth/introspection"]) {
        Right::UseIntrospection
    } else if starts(&["/auth/token/get/list", "/service/configuration", "/service/get/list"]) {
        Right::ViewService
    } else if starts(&["/service/get"]) {
        // Who may only see clients sees a part.
        Right::ViewClient
    } else if starts(&["/service/jwks"]) {
        Right::UseService
    } else if starts(&["/service/update", "/hsk/create", "/hsk/delete"]) {
        Right::ModifyService
    } else if starts(&["/service/delete", "/service/remove"]) {
        Right::DeleteService
    } else if starts(&["/service"]) {
        Right::CreateService
    } else if starts(&["/client/create"]) {
        Right::CreateClient
    } else if starts(&["/client/registration"]) {
        Right::UseService
    } else if starts(&["/client/"]) && operation.contains("/get") {
        Right::ViewClient
    } else if starts(&["/client/"]) {
        Right::ModifyClient
    } else {
        let runtime =
            ["/auth/", "/idtoken/", "/pushed_auth_req", "/device/", "/jose/", "/backchannel/", "/attestation/"];
        let more = ["/gm", "/nativesso", "/federation/", "/vci/", "/hsk/get"];
        assert!(starts(&runtime) || starts(&more), "{operation}: which right does it need?");
        Right::UseService
    })
}

pub(crate) fn order(words: &str, lifetime: Lifetime, details: TokenDetails) -> NewToken {
    NewToken {
        binding: None,
        kind: TokenKind::Api,
        format: None,
        client: None,
        user: None,
        scope: Some(sample::scope(words)),
        audience: None,
        lifetime,
        not_before: None,
        details,
    }
}

/// The text of an API token of the house's service.
async fn api_token(house: &House, words: &str) -> String {
    let order = order(words, Lifetime::Usual, TokenDetails::default());
    let administration = &house.jeton.administration;
    let issued = administration.mint_for(&Caller::local(), &house.service(), order).await.unwrap();
    issued.tokens[0].text.expose().to_owned()
}

#[tokio::test]
async fn every_route_asks_for_its_right() {
    for right in Right::ALL {
        let house = house().await;
        let token = api_token(&house, &right.scope()).await;
        let mut routes: Vec<_> = jeton_face_authlete::FACE.routes().collect();
        // After these the token belongs to no service.
        routes.sort_by_key(|route| route.path.contains("/service/delete") || route.path.contains("/service/remove"));
        for route in routes {
            let needed = needed(operation(route.path));
            for method in route.methods.split(' ') {
                let path = filled(route.path, house.service, "1");
                let body = matches!(method, "POST" | "PUT").then(|| json!({}));
                let reply = call(&house, &bearer(&token), (method, &path), body).await;
                let lacks = reply.status == 403 && reply.text().contains("lacks the right");
                let may = needed.is_none_or(|needed| Rights::of(right).include(needed));
                assert_eq!(!lacks, may, "{} {method} {path}: {} {}", right.name(), reply.status, reply.text());
                if lacks {
                    assert_eq!(reply.json()["resultCode"], "A001217", "{path}");
                }
                assert_ne!(reply.status, 405, "{method} {path}");
                assert!(reply.status < 500, "{method} {path}: {}", reply.text());
                if reply.status != 204 && !path.contains("healthcheck") {
                    assert!(reply.json().is_object(), "{method} {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_secret_of_a_new_service_has_the_rights_of_a_configured_credential() {
    let house = house().await;
    let organization = bearer(crate::api::ORGANIZATION_TOKEN);
    let made = call(&house, &organization, ("POST", "/api/service/create"), Some(json!({}))).await.json();
    let id = made["apiKey"].as_u64().unwrap();
    let secret = made["apiSecret"].as_str().unwrap();
    let row = house.jeton.ledger.find(ServiceId::new(id), secret).await.unwrap().unwrap();
    for right in Right::ALL {
        let may = Rights::of_scope(&row.scope).include(right);
        assert_eq!(may, Rights::of(Right::ModifyService).include(right), "{}", right.name());
    }
    let pair = jeton_served::basic(&format!("{id}:{secret}"));
    let refused = call(&house, &pair, ("DELETE", &format!("/api/service/delete/{id}")), None).await;
    assert_eq!((refused.status, &refused.json()["resultCode"]), (403, &json!("A001217")));
    let update = format!("/api/service/update/{id}");
    let updated = call(&house, &pair, ("POST", &update), Some(json!({ "serviceName": "mine" }))).await;
    assert_eq!((updated.status, &updated.json()["serviceName"]), (200, &json!("mine")));
}

#[tokio::test]
async fn a_token_without_a_right_or_without_the_prefix_opens_nothing() {
    let house = house().await;
    for words in ["read", "use_service", "backend:", "backend:x", "jeton:backend:admin", "backend:organization"] {
        let token = api_token(&house, words).await;
        let path = format!("/api/{}/service/get", house.service);
        let reply = call(&house, &bearer(&token), ("GET", &path), None).await;
        assert_eq!((reply.status, &reply.json()["resultCode"]), (403, &json!("A001217")), "{words}");
    }
}

#[tokio::test]
async fn a_token_counts_only_while_it_is_good_and_from_where_it_may_be_used() {
    let house = house().await;
    let scope = Right::UseService.scope();
    let path = format!("/api/{}/service/get", house.service);
    let used = async |text: &str, from: RequestSource| {
        let reply = Ask::get(&path).bearer(text).from(from).send(&house).await;
        (reply.status, reply.json()["resultCode"].as_str().unwrap_or_default().to_owned())
    };
    let nowhere = RequestSource::default;
    let refused = |status: u16, code: &str| (status, code.to_owned());
    let administration = &house.jeton.administration;
    let mint = async |lifetime, details| {
        let issued =
            administration.mint_for(&Caller::local(), &house.service(), order(&scope, lifetime, details)).await;
        issued.unwrap().tokens[0].text.expose().to_owned()
    };

    let short = mint(Lifetime::For(Duration::from_secs(10)), TokenDetails::default()).await;
    assert_eq!(used(&short, nowhere()).await.0, 200);
    house.wait(11);
    assert_eq!(used(&short, nowhere()).await, refused(403, "A003202"));

    let ended = mint(Lifetime::Usual, TokenDetails::default()).await;
    let row = house.jeton.ledger.find(house.service, &ended).await.unwrap().unwrap();
    house.jeton.ledger.revoke(&row, Ending::new(Reason::Admin, Actor::Admin("test".into()))).await.unwrap();
    assert_eq!(used(&ended, nowhere()).await, refused(403, "A003202"));

    let mut details = TokenDetails::default();
    details.other.insert("address_ranges".to_owned(), json!(["10.0.0.0/8"]));
    let local = mint(Lifetime::Usual, details).await;
    let at = |addr: &str| RequestSource { addr: Some(addr.parse().unwrap()), ..RequestSource::default() };
    assert_eq!(used(&local, at("10.1.2.3")).await.0, 200);
    for from in [at("11.1.2.3"), nowhere()] {
        assert_eq!(used(&local, from).await, refused(403, "A001302"));
    }

    let print = jeton_jose::digest::sha256(b"der");
    let bound = |binding| {
        let token = TokenPlan {
            binding: Some(binding),
            ..TokenPlan::new(TokenKind::Api, TokenFormat::Opaque, sample::scope(&scope), None)
        };
        house.jeton.ledger.mint(Plan { tokens: vec![token], ..Plan::new(house.service(), None) })
    };
    let with = |der: &[u8]| RequestSource {
        certificate: Some(ClientCertificate {
            der: Arc::from(der),
            sha256: jeton_jose::digest::sha256(der),
            verified: true,
        }),
        ..RequestSource::default()
    };
    let by_certificate = bound(Binding::Certificate(print)).await.unwrap().tokens.remove(0).text;
    assert_eq!(used(by_certificate.expose(), with(b"der")).await.0, 200);
    for from in [with(b"another"), nowhere()] {
        assert_eq!(used(by_certificate.expose(), from).await, refused(403, "A001302"));
    }
    // What proves the key of a DPoP-bound token is in `api_proofs.rs`.
    let by_key = bound(Binding::Jwk(print)).await.unwrap().tokens.remove(0).text;
    assert_eq!(used(by_key.expose(), with(b"der")).await, refused(403, "A001301"));
}

#[tokio::test]
async fn a_token_of_the_organization_opens_every_service_and_only_a_token_of_the_default_service_is_one() {
    let house = house().await;
    let organization = api_token(&house, "backend:organization backend:admin").await;
    let made = call(&house, &bearer(&organization), ("POST", "/api/service/create"), Some(json!({}))).await;
    let id: u64 = made.json()["apiKey"].as_u64().unwrap_or_else(|| panic!("{}", made.text()));
    let other = house.of_issuer(ServiceId::new(id));
    let get = |id: String| format!("/api/{id}/service/get");
    for id in [id.to_string(), house.service.to_string()] {
        assert_eq!(call(&house, &bearer(&organization), ("GET", &get(id)), None).await.status, 200);
    }
    // The same scope in another service gives rights on that service alone.
    let inner = api_token(&other, "backend:organization backend:admin").await;
    assert_eq!(call(&house, &bearer(&inner), ("GET", &get(id.to_string())), None).await.status, 200);
    let outside = call(&house, &bearer(&inner), ("GET", &get(house.service.to_string())), None).await;
    assert_eq!((outside.status, &outside.json()["resultCode"]), (403, &json!("A003204")));
    let create = call(&house, &bearer(&inner), ("POST", "/api/service/create"), Some(json!({}))).await;
    assert_eq!(create.status, 403);
    let list = call(&house, &bearer(&inner), ("GET", "/api/service/get/list"), None).await.json();
    assert_eq!(list["totalCount"], 1);
    // An organization's token has the rights that its scope names, and no more.
    let narrow = api_token(&house, "backend:organization backend:view_client").await;
    let update = format!("/api/{id}/service/update");
    assert_eq!(call(&house, &bearer(&narrow), ("POST", &update), Some(json!({}))).await.status, 403);
}

/// Whether a text opens anything.
async fn opens(house: &House, text: &str) -> bool {
    let path = format!("/api/{}/service/get", house.service);
    let pair = jeton_served::basic(&format!("{}:{text}", house.service));
    let mut any = false;
    for authorization in [bearer(text), format!("DPoP {text}"), pair] {
        let reply = call(house, &authorization, ("GET", &path), None).await;
        assert!(matches!(reply.status, 200 | 401 | 403), "{}", reply.text());
        any |= reply.status == 200;
    }
    any
}

#[tokio::test]
async fn no_client_and_no_person_gets_a_right_by_asking_for_its_scope() {
    let house = house().await;
    let words = "openid offline_access read jeton:tokens backend:admin backend:organization";
    house.client("4711", Some(SECRET), |client| client.scope = sample::scope(words)).await;
    let who = ("4711", SECRET);
    let asked = "backend:admin backend:organization jeton:tokens";
    let mut texts = Vec::new();
    for form in [
        vec![("grant_type", "client_credentials"), ("scope", asked)],
        vec![("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", words)],
    ] {
        let reply = house.token(who, &form).await;
        if reply.status == 200 {
            texts.push(reply.access());
            if reply.has("refresh_token") {
                texts.push(reply.refresh());
            }
        }
    }
    assert!(!texts.is_empty(), "the OAuth face knows nothing of these scopes");
    let exchange = [
        ("grant_type", jeton_served::TOKEN_EXCHANGE),
        ("subject_token", texts[0].as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("scope", asked),
    ];
    let exchanged = house.token(who, &exchange).await;
    if exchanged.status == 200 {
        texts.push(exchanged.access());
    }
    let session = house.session(USER).await;
    texts.push(session.split_once('=').unwrap().1.to_owned());
    // An access token that was created by this face, or with a chosen value.
    let scopes = json!(["backend:admin"]);
    let body = json!({ "grantType": "CLIENT_CREDENTIALS", "clientId": 4711, "scopes": scopes, "accessToken": "chosen-value-of-a-caller" });
    let created = crate::api::post(&house, "/auth/token/create", body).await.json();
    texts.push("chosen-value-of-a-caller".to_owned());
    texts.extend(created["accessToken"].as_str().map(str::to_owned));
    for text in &texts {
        assert!(!opens(&house, text).await, "{text}");
    }

    // A person's own API tokens.
    let user = house.jeton.administration.show_user(house.service, USER).await.unwrap();
    let new = |word: &str| NewApiToken {
        name: "mine".into(),
        description: None,
        scope: Scope::parse(word).unwrap(),
        lifetime: Lifetime::Usual,
        ranges: None,
    };
    let holder = Caller::signed_in(Arc::new(user));
    for right in Right::ALL {
        let made = house.jeton.administration.api_tokens.create(&house.service(), &holder, new(&right.scope())).await;
        assert_eq!(made.unwrap_err().id(), "scope_not_allowed", "{}", right.name());
    }
    let by_session = Ask::post("/admin/v1/me/tokens").header("cookie", session.clone());
    let made = by_session.json(&json!({ "name": "mine", "scope": "backend:admin" })).send(&house).await;
    assert!(made.status >= 400, "{}", made.text());

    // A client that registers itself.
    let registrar = sample::scope("register_client backend:admin");
    house.client("registrar", Some(SECRET), |client| client.scope = registrar).await;
    let form = [("grant_type", "client_credentials"), ("scope", "register_client")];
    let initial = house.token(("registrar", SECRET), &form).await.ok().access();
    let metadata = json!({ "redirect_uris": ["https://app.example/cb"], "scope": "openid backend:admin", "grant_types": ["client_credentials"] });
    let made = Ask::new(Method::POST, "/registration").bearer(&initial).json(&metadata).send(&house).await;
    if made.status == 201 {
        let made = made.json();
        assert!(!made["scope"].as_str().unwrap_or_default().contains("backend:"), "{made}");
        assert!(!opens(&house, made["registration_access_token"].as_str().unwrap()).await);
    }
    // No administrator of a part gives away what they do not have.
    let of_service = Caller::of_service("a caller of the face", house.service);
    let wanted = order("backend:admin", Lifetime::Usual, TokenDetails::default());
    let refused = house.jeton.administration.mint_for(&of_service, &house.service(), wanted).await;
    assert_eq!(refused.unwrap_err().id(), "authority_exceeded");
}
