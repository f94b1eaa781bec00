//! What a client may be is the same at every door that writes one: the administrators' API, the management API, registration and
//! INDIGO IAM's registration.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at any point")]

use http::Method;
use jeton_core::administration::Caller;
use jeton_served::{Ask, House, Reply};
use jeton_testkit::sample;
use serde_json::{Value, json};

const SECRET: &str = "s3cret";

/// The doors for administrators and managers, by method and path; `{id}` is a client that exists.
const OPERATORS: &[(&str, &str)] = &[
    ("POST", "/admin/v1/clients"),
    ("PUT", "/admin/v1/clients/{id}"),
    ("POST", "/clients"),
    ("PUT", "/clients"),
    ("PUT", "/clients/{id}"),
    ("POST", "/api/clients"),
    ("PUT", "/api/clients"),
    ("PUT", "/api/clients/{id}"),
];

/// The doors for registrants; those with `{id}` take a registration access token.
const REGISTRANTS: &[(&str, &str)] = &[
    ("POST", "/registration"),
    ("PUT", "/registration/{id}"),
    ("POST", "/iam/api/client-registration"),
    ("PUT", "/iam/api/client-registration/{id}"),
];

/// A house with its doors open, and its callers.
struct Doors {
    house: House,
    /// The text of a token with every administrative scope.
    operator: String,
    /// The text of a registration access token of the client `old`.
    registration: String,
}

impl Doors {
    async fn open() -> Self {
        let house = House::new().await;
        house.set(|s| s.registration.open = true).await;
        house.client("chief", Some(SECRET), |c| c.scope = sample::scope("jeton:admin manager")).await;
        let form = [("grant_type", "client_credentials"), ("scope", "jeton:admin manager")];
        let operator = house.token(("chief", SECRET), &form).await.ok().access();
        let registrant = json!({ "client_name": "Other", "redirect_uris": ["https://app.example/cb"] });
        let made = Ask::post("/registration").json(&registrant).send(&house).await;
        let registration = format!("{} {}", made.member("client_id"), made.member("registration_access_token"));
        Self { house, operator, registration }
    }

    /// Sends a client with these members.
    async fn send(&self, method: &str, path: &str, members: &Value) -> Reply {
        let (old, own) = self.registration.split_once(' ').unwrap();
        let is_registration = REGISTRANTS.contains(&(method, path));
        let is_new = method == "POST";
        let mut document =
            json!({ "client_name": "Made", "redirect_uris": ["https://app.example/cb"], "scope": "openid" });
        if !is_registration || !is_new {
            document["client_id"] = if is_new { "new".into() } else { old.into() };
        }
        document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let ask = Ask::new(method.parse::<Method>().unwrap(), &path.replace("{id}", old)).json(&document);
        let ask = match (is_registration, is_new) {
            (false, _) => ask.bearer(&self.operator),
            (true, true) => ask.at("192.0.2.1"),
            (true, false) => ask.bearer(own),
        };
        ask.answered(&self.house).await
    }

    /// Asserts that each of these doors refuses a client with these members, and that `telling` is why.
    async fn refuse(&self, doors: &[(&str, &str)], members: Value, telling: &str) {
        for (method, path) in doors {
            let reply = self.send(method, path, &members).await;
            assert_eq!(reply.status, 400, "{method} {path} {members}: {}", reply.show());
            assert!(reply.text().contains(telling), "{method} {path} {members}: {}", reply.show());
        }
    }

    /// Asserts that each of these doors takes one.
    async fn take(&self, doors: &[(&str, &str)], members: Value) {
        for (method, path) in doors {
            let reply = self.send(method, path, &members).await;
            assert!(reply.status < 300, "{method} {path} {members}: {}", reply.show());
            let new = self.house.jeton.administration.delete_client(&Caller::local(), self.house.service, "new").await;
            assert!(new.is_ok() || *method == "PUT" || REGISTRANTS.contains(&(*method, *path)), "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_signed_for_a_client_is_not_signed_with_a_key_that_it_lacks() {
    for name in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
        let doors = Doors::open().await;
        for alg in ["HS256", "HS384", "HS512"] {
            let members = json!({ name: alg, "token_endpoint_auth_method": "none" });
            doors.refuse(OPERATORS, members.clone(), &format!("{alg} needs a client secret")).await;
            // Registrants get another one.
            doors.take(REGISTRANTS, members).await;
        }
        for set in [OPERATORS, REGISTRANTS] {
            doors.take(set, json!({ name: "ES256" })).await;
            let new: Vec<_> = set.iter().copied().filter(|(method, _)| *method == "POST").collect();
            doors.take(&new, json!({ name: "HS512" })).await;
        }
    }
}

/// OIDC Core section 10.1: of a secret that is kept as a hash no MAC can be made, and one that is too short keys none (RFC 7518
/// section 3.2).
#[tokio::test]
async fn a_mac_needs_the_secret_itself_and_enough_of_it() {
    let doors = Doors::open().await;
    let members = |secret: &str, alg: &str| json!({ "id_token_signed_response_alg": alg, "client_secret": secret });
    let put: Vec<_> = OPERATORS.iter().copied().filter(|(method, _)| *method == "PUT").collect();
    let again = "give it again";
    doors.refuse(&put, json!({ "id_token_signed_response_alg": "HS256" }), again).await;
    for (alg, least) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        doors.refuse(OPERATORS, members(&"x".repeat(least - 1), alg), "is too short").await;
        doors.take(OPERATORS, members(&"x".repeat(least), alg)).await;
    }
    doors.take(&put, json!({ "id_token_signed_response_alg": "HS384" })).await;
    doors.take(OPERATORS, members(&"x".repeat(40), "HS256")).await;
    doors.refuse(&put, json!({ "id_token_signed_response_alg": "HS384" }), "is too short").await;
}

#[tokio::test]
async fn a_lifetime_is_ten_years_at_most() {
    const MOST: u64 = 10 * 365 * 86_400;
    let doors = Doors::open().await;
    for name in ["access_token_lifetime", "refresh_token_lifetime", "id_token_lifetime"] {
        for long in [MOST + 1, 99_999 * 86_400, u64::MAX] {
            doors.refuse(OPERATORS, json!({ name: long }), "must be at most 315360000 seconds, 10 years").await;
        }
        doors.take(OPERATORS, json!({ name: MOST })).await;
    }
}

#[tokio::test]
async fn registration_makes_no_signing_keys() {
    let doors = Doors::open().await;
    let kids = async || doors.house.jeton.administration.key_summaries(doors.house.service).await.unwrap().len();
    let before = kids().await;
    for name in ["id_token_signed_response_alg", "userinfo_signed_response_alg", "introspection_signed_response_alg"] {
        for alg in ["RS512", "PS384", "ES384"] {
            doors.take(REGISTRANTS, json!({ name: alg })).await;
        }
    }
    assert_eq!(kids().await, before);
    doors.take(OPERATORS, json!({ "id_token_signed_response_alg": "PS384" })).await;
    assert_eq!(kids().await, before + 1, "an administrator may have one made");
    doors.take(REGISTRANTS, json!({ "id_token_signed_response_alg": "PS384" })).await;
}

#[tokio::test]
async fn a_person_s_claims_have_the_types_of_openid_connect() {
    let doors = Doors::open().await;
    let post = async |method: &str, path: &str, body: Value| {
        let ask = Ask::new(method.parse::<Method>().unwrap(), path).bearer(&doors.operator).json(&body);
        ask.answered(&doors.house).await
    };
    for (name, bad, good) in [
        ("email", json!(5), json!("u@example.org")),
        ("name", json!({ "a": 1 }), json!("U")),
        ("name", json!("a\u{0}b"), Value::Null),
        ("email_verified", json!("true"), json!(true)),
        ("phone_number_verified", json!(1), json!(false)),
        ("updated_at", json!("now"), json!(1_700_000_000)),
        ("address", json!("x"), json!({ "street_address": "One\nTwo" })),
        ("address", json!({ "country": 5 }), json!({})),
    ] {
        let with = |value: &Value| json!({ "username": "u1", "password": "a-password-of-more-than-16", name: value });
        let by_login = |value: &Value| json!({ "login": "alice", "claims": { name: value } });
        let new_login = |value: &Value| json!({ "login": "u1", "password": "x", "claims": { name: value } });
        let mut doors_of_people = vec![
            ("POST", "/admin/v1/users", with(&bad)),
            ("PUT", "/admin/v1/users/alice", json!({ name: bad })),
            ("PUT", "/resource_owners/claims", by_login(&bad)),
            ("PUT", "/api/resource_owners/claims", by_login(&bad)),
            ("POST", "/resource_owners", new_login(&bad)),
        ];
        for (method, path, body) in doors_of_people.drain(..) {
            let reply = post(method, path, body).await;
            assert_eq!(reply.status, 400, "{path} {name}: {}", reply.show());
            assert!(reply.text().contains(&format!("`{name}`")), "{path} {name}: {}", reply.show());
        }
        let reply = post("PUT", "/admin/v1/users/alice", json!({ name: good })).await;
        assert_eq!(reply.status, 200, "{name}: {}", reply.show());
    }
    let reply = post("POST", "/admin/v1/users", json!({ "username": "u1", "sub": "a\u{0}" })).await;
    assert_eq!(reply.status, 400, "{}", reply.show());
}

#[tokio::test]
async fn a_client_s_values_are_checked_at_every_door() {
    let doors = Doors::open().await;
    for (members, telling) in [
        (json!({ "request_object_signing_alg": "none" }), "request_object_signing_alg"),
        (json!({ "policy_uri": "javascript:1" }), "policy_uri"),
        (json!({ "logo_uri": "data:image/png,x" }), "logo_uri"),
        (json!({ "backchannel_logout_uri": "javascript:1" }), "backchannel_logout_uri"),
        (json!({ "request_uris": ["javascript:1"] }), "request_uris"),
        (json!({ "client_name": "a\u{0}b" }), "client_name"),
        (json!({ "client_name": "evil\u{202E}eman" }), "client_name"),
        (json!({ "contacts": ["a\nb"] }), "contacts"),
    ] {
        for set in [OPERATORS, REGISTRANTS] {
            doors.refuse(set, members.clone(), telling).await;
        }
    }
    let kind = json!({ "application_type": "foo" });
    doors.refuse(OPERATORS, kind.clone(), "application_type").await;
    // Registrants get what there is.
    doors.take(REGISTRANTS, kind).await;
    let unknown = json!({ "response_types": ["code", "x"] });
    doors.refuse(OPERATORS, unknown.clone(), "x is not served").await;
    doors.take(REGISTRANTS, unknown).await;
    // An operator's own network may have no certificates.
    doors.take(OPERATORS, json!({ "backchannel_logout_uri": "http://app.internal/logout" })).await;
    doors.refuse(REGISTRANTS, json!({ "backchannel_logout_uri": "http://app.example/logout" }), "https").await;
    let members =
        json!({ "response_types": ["code", "id_token code"], "grant_types": ["authorization_code", "implicit"] });
    doors.take(OPERATORS, members).await;
}
