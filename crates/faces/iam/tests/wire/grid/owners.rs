//! A client that a person registered is valid as long as that person is, and gains nothing when they leave.

use jeton_core::administration::{Caller, NewUser, read_user};
use jeton_core::model::{Client, CompatibilityMode};
use serde_json::{Value, json};

use jeton_served::{Ask, Browser, DEVICE_CODE, House, PASSWORD, Reply, USER, code_params};

const PATH: &str = "/iam/api/client-registration";
const SECRET: &str = "s3cret";

/// A client that alice registered, with grants for itself and for users: its id, its secret, its registration access token.
struct Hers {
    id: String,
    secret: String,
    access: String,
}

fn metadata(grants: &[&str]) -> Value {
    json!({
        "client_name": "Alice\u{2019}s tool",
        "grant_types": grants,
        "scope": "openid profile offline_access",
        "redirect_uris": ["https://app.example/cb"],
    })
}

const GRANTS: [&str; 4] = ["client_credentials", "authorization_code", "refresh_token", DEVICE_CODE];

/// A token of alice's with a scope, from a client that the operator registered.
async fn of_alice(house: &House, scope: &str) -> String {
    let all = jeton_testkit::sample::scope("openid profile offline_access register_client");
    house.client("tool", Some(SECRET), |c| c.scope = all).await;
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", scope)];
    house.token(("tool", SECRET), &form).await.ok().access()
}

impl Hers {
    /// Registers it with a token in her name, by either path.
    async fn new(house: &House, path: &str, scope: &str) -> Self {
        house.set(|s| s.registration.users = true).await;
        let bearer = of_alice(house, scope).await;
        let made = Ask::post(path).at("192.0.2.1").json(&metadata(&GRANTS)).bearer(&bearer).send(house).await;
        assert_eq!(made.status, 201, "{}", made.show());
        let id = made.member("client_id");
        let person = house.jeton.administration.show_user(house.service, USER).await.unwrap();
        let client = house.jeton.administration.show_client(house.service, &id).await.unwrap();
        assert_eq!(client.registered_by, Some(person.key));
        Self { id, secret: made.member("client_secret"), access: made.member("registration_access_token") }
    }

    async fn own(&self, house: &House) -> Reply {
        house.token((&self.id, &self.secret), &[("grant_type", "client_credentials"), ("scope", "profile")]).await
    }

    /// The statuses of every request that authenticates the client.
    async fn doors(&self, house: &House) -> Vec<u16> {
        let look = Ask::get(&format!("{PATH}/{}", self.id)).bearer(&self.access).send(house).await;
        let page = Browser::default().open(house, &code_params(&self.id, "openid")).await;
        let device = Ask::post("/device_authorization").basic(&self.id, &self.secret).form(&[("scope", "openid")]);
        let introspect = Ask::post("/introspect").basic(&self.id, &self.secret).form(&[("token", "x")]);
        let doors = [self.own(house).await, look, page, device.send(house).await, introspect.send(house).await];
        doors.into_iter().map(|reply| reply.status).collect()
    }
}

const OPEN: [u16; 5] = [200; 5];
const SHUT: [u16; 5] = [401, 401, 400, 401, 401];

async fn enable(house: &House, enabled: bool) {
    house.change_person(USER, |user| user.enabled = enabled).await;
}

async fn delete(house: &House) {
    house.jeton.administration.delete_user(&Caller::local(), house.service, USER).await.unwrap();
}

#[tokio::test]
async fn a_client_whose_owner_is_gone_or_disabled_is_inactive_until_somebody_adopts_it() {
    for (path, scope) in
        [(PATH, "openid profile offline_access"), (PATH, "register_client"), ("/register", "register_client")]
    {
        let house = House::new().await;
        let hers = Hers::new(&house, path, scope).await;
        assert_eq!(hers.doors(&house).await, OPEN, "{path}");
        let own = hers.own(&house).await.ok().access();
        // A token of another person at her client depends on the client too.
        house.person("bob", PASSWORD).await;
        house.change_client(&hers.id, |c| c.grant_types.push("password".into())).await;
        let form = [("grant_type", "password"), ("username", "bob"), ("password", PASSWORD), ("scope", "openid")];
        let answer = house.token((&hers.id, &hers.secret), &form).await.ok();
        let (of_bob, refresh) = (answer.access(), answer.member("refresh_token"));
        assert!(house.is_active(&own).await && house.is_active(&of_bob).await);

        for gone in ["disabled", "deleted"] {
            match gone {
                "disabled" => enable(&house, false).await,
                _ => delete(&house).await,
            }
            assert_eq!(hers.doors(&house).await, SHUT, "{gone}");
            for token in [&own, &of_bob, &refresh] {
                assert!(!house.is_active(token).await, "{gone}");
            }
            let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
            let reply = house.token((&hers.id, &hers.secret), &form).await;
            assert_eq!(reply.refusal().1, "invalid_client", "{gone}");
            if gone == "disabled" {
                enable(&house, true).await;
                assert_eq!(hers.doors(&house).await, OPEN, "with its owner it comes back");
            }
        }
        // A new record with the same name is another person.
        let user = json!({ "username": USER, "password": PASSWORD }).as_object().unwrap().clone();
        let NewUser { user, password } = read_user(house.service, user).unwrap();
        house.jeton.administration.put_user(&Caller::local(), NewUser { user, password }, false).await.unwrap();
        assert_eq!(hers.doors(&house).await, SHUT);
        // An administrator's change of another member does not adopt the client.
        house.change_client(&hers.id, |c| c.require_pkce = true).await;
        assert_eq!(hers.own(&house).await.status, 401);
        house.jeton.administration.adopt_client(&Caller::local(), house.service, &hers.id).await.unwrap();
        assert_eq!(hers.own(&house).await.status, 200);
        assert!(house.is_active(&of_bob).await);
    }
}

#[tokio::test]
async fn a_client_of_a_disabled_owner_is_refused_in_its_own_words_and_told_of_nothing_that_it_may_leave_out() {
    let house = House::new().await;
    let hers = Hers::new(&house, PATH, "openid profile offline_access").await;
    let change = |c: &mut Client| {
        c.default_scope = Some(jeton_testkit::sample::scope("profile"));
        c.response_types.push("token".into());
        c.profile = CompatibilityMode::Classic;
    };
    house.change_client(&hers.id, change).await;
    let ask = async |path: &str| {
        let form = [("grant_type", "client_credentials")];
        Ask::post(path).basic(&hers.id, &hers.secret).form(&form).send(&house).await
    };
    let paths = ["/token", "/device_authorization"];
    for path in paths {
        ask(path).await.ok();
    }
    enable(&house, false).await;
    for path in paths {
        let reply = ask(path).await;
        assert_eq!(reply.member("error_description"), "the client doesn't exist", "{path}");
        // The mode `classic` answers 400 where others get 401.
        assert_eq!((reply.status, &*reply.member("error")), (400, "invalid_client"), "{path}");
    }
    // The same as for a disabled client.
    enable(&house, true).await;
    house.change_client(&hers.id, |c| c.enabled = false).await;
    for path in paths {
        assert_eq!(ask(path).await.member("error_description"), "the client doesn't exist", "{path}");
    }
}

#[tokio::test]
async fn a_client_gains_no_grant_by_the_going_of_its_owner() {
    let house = House::new().await;
    let hers = Hers::new(&house, PATH, "openid profile offline_access").await;
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let ask = async |grant: &str| {
        let grants: Vec<_> = GRANTS.into_iter().chain([grant]).collect();
        let path = format!("{PATH}/{}", hers.id);
        let ask = Ask::put(&path).json(&metadata(&grants)).bearer(&hers.access);
        ask.send(&house).await
    };
    for grant in ["password", exchange, "implicit"] {
        assert_eq!(ask(grant).await.json(), json!({ "error": format!("Grant type not allowed: {grant}") }));
    }
    delete(&house).await;
    for grant in ["password", exchange, "implicit"] {
        assert_eq!(ask(grant).await.status, 401, "{grant}");
    }
    house.jeton.administration.adopt_client(&Caller::local(), house.service, &hers.id).await.unwrap();
    for grant in ["password", exchange, "implicit"] {
        let reply = ask(grant).await;
        assert_eq!(reply.json(), json!({ "error": format!("Grant type not allowed: {grant}") }), "{}", reply.show());
    }
    assert_eq!(ask("client_credentials").await.status, 200, "what it has it keeps");
    let client: Client = house.jeton.administration.show_client(house.service, &hers.id).await.unwrap();
    assert!(client.self_registered && client.adopted && client.profile == CompatibilityMode::Standard);
}
