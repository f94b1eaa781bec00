//! The single-use credentials of this face, each ready to be used.

use std::sync::Arc;

use jeton_core::administration::Caller;
use jeton_core::confirmation::Limits;
use jeton_core::exchange::{ClientMatch, ExchangeRule};
use jeton_core::model::{AuthMethod, CompatibilityMode, Introspect};
use jeton_jose::{Algorithm, SigningKey};
use jeton_testkit::FaultyStore;
use serde_json::json;

use jeton_served::{
    Ask, Assertion, Browser, DEVICE_CODE, Device, Engine, Form, House, JWT_BEARER, Opening, OtherIssuer, PASSWORD,
    Phones, Reply, TOKEN_EXCHANGE, USER, Uma, VERIFIER, code_params, jwks, key,
};

const SECRET: &str = "s3cret";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// A single-use credential, or a request that writes more than one record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Use {
    Code,
    PublicCode,
    DeviceCode,
    Ticket,
    TicketThatNeedsInfo,
    Exchange,
    ExchangeForRefresh,
    ClientAssertion,
    GrantAssertion,
    Confirmation,
    PushedRequest,
    SignIn,
    Consent,
    DeviceAnswer,
    OwnerAnswer,
}

impl Use {
    pub(super) const ALL: [Self; 15] = [
        Self::Code,
        Self::PublicCode,
        Self::DeviceCode,
        Self::Ticket,
        Self::TicketThatNeedsInfo,
        Self::Exchange,
        Self::ExchangeForRefresh,
        Self::ClientAssertion,
        Self::GrantAssertion,
        Self::Confirmation,
        Self::PushedRequest,
        Self::SignIn,
        Self::Consent,
        Self::DeviceAnswer,
        Self::OwnerAnswer,
    ];

    /// Whether an answer reports success.
    pub(super) fn is_done(self, reply: &Reply) -> bool {
        match self {
            Self::TicketThatNeedsInfo => reply.status == 403 && reply.member("error") == "need_info",
            _ => {
                let failed = reply.header("location").is_some_and(|to| to.contains("error="));
                (200..400).contains(&reply.status) && !failed
            }
        }
    }

    /// Whether an answer reports that it was used: the only other answer to a client that presents it again.
    pub(super) fn is_spent(self, reply: &Reply) -> bool {
        match self {
            Self::Code
            | Self::PublicCode
            | Self::DeviceCode
            | Self::Ticket
            | Self::TicketThatNeedsInfo
            | Self::GrantAssertion
            | Self::Confirmation => reply.status == 400 && reply.member("error") == "invalid_grant",
            Self::ClientAssertion => reply.status == 400 && reply.member("error") == "invalid_client",
            // A page that says that it was answered, or is no longer valid.
            Self::PushedRequest | Self::SignIn | Self::Consent | Self::DeviceAnswer | Self::OwnerAnswer => {
                reply.status == 400 && reply.text().starts_with("<!doctype html>")
            }
            // Not single-use: it simply succeeds.
            Self::Exchange | Self::ExchangeForRefresh => false,
        }
    }
}

/// A house in which all of them can be used.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) store: Arc<FaultyStore>,
    pub(super) phones: Arc<Phones>,
    uma: Uma,
    browser: Browser,
    key: SigningKey,
    issuer: OtherIssuer,
    count: u64,
}

/// Limits that no test reaches.
pub(super) fn limits() -> Limits {
    Limits { sign_up: true, per_address: 10_000, per_day: 100_000, ..Limits::default() }
}

impl Scene {
    pub(super) async fn new(engine: Engine) -> Self {
        let phones = Arc::<Phones>::default();
        let (opening, store) = Opening::on(engine).await.sender(phones.clone(), limits()).that_fails();
        let house = opening.open().await;
        let uma = Uma::in_house(house.knocker(), CompatibilityMode::Standard).await;
        for name in ["tool", "gate"] {
            house.client(name, Some(SECRET), |_| ()).await;
        }
        house.client("spa", None, |_| ()).await;
        house.client("watch", Some(SECRET), |c| c.introspect = Introspect::Any).await;
        let key = key(Algorithm::ES256);
        let of_key = jwks(&[&key]);
        house
            .client("signer", None, |c| {
                c.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
                c.metadata.set("jwks", of_key);
            })
            .await;
        let rule = ExchangeRule {
            origin: ClientMatch::ById("tool".into()),
            client: ClientMatch::ById("gate".into()),
            refresh: true,
            ..ExchangeRule::default()
        };
        house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, "a", &rule).await.unwrap();
        let issuer = OtherIssuer::trusted(&house, |_| ()).await;
        let mut browser = Browser::default();
        browser.code(&house, &code_params("tool", "openid")).await;
        Self { house, store, phones, uma, browser, key, issuer, count: 0 }
    }

    /// An unused one, and the request that uses it.
    pub(super) async fn ready(&mut self, one: Use) -> Ask {
        self.count += 1;
        let (house, count) = (self.house.knocker(), self.count.to_string());
        let token = |form: &[(&str, &str)]| Ask::post("/token").basic("tool", SECRET).form(form);
        match one {
            Use::Code => {
                let code = self.code("tool", "openid offline_access read").await;
                token(&[("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)])
            }
            Use::PublicCode => {
                let code = self.code("spa", "openid offline_access read").await;
                let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
                Ask::post("/token").form(&[&form[..], &[("client_id", "spa")]].concat())
            }
            Use::DeviceCode => {
                let device = Device::start(&house, ("tool", SECRET), "openid offline_access read").await;
                device.answered(&house, &mut self.browser, "approve").await.ok();
                token(&[("grant_type", DEVICE_CODE), ("device_code", &device.device_code)])
            }
            Use::Ticket | Use::TicketThatNeedsInfo => {
                let id = self.uma.resource(&format!("photo {count}")).await;
                let needs = json!([{ "scopes": ["view"], "claims": [{ "type": "sub", "value": "sub-of-bob" }] }]);
                let open = one == Use::Ticket;
                self.uma.policy(&id, if open { json!([{ "scopes": ["view"] }]) } else { needs }).await;
                let ticket = self.uma.ticket(&id, &["view"]).await;
                Ask::post("/token").basic("app", SECRET).form(&[("grant_type", "uma_ticket"), ("ticket", &ticket)])
            }
            Use::Exchange | Use::ExchangeForRefresh => {
                let code = self.code("tool", "openid read").await;
                let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
                let subject = house.token(("tool", SECRET), &form).await.ok().access();
                let kind = if one == Use::Exchange { ACCESS } else { REFRESH };
                let form = [("grant_type", TOKEN_EXCHANGE), ("subject_token", subject.as_str()), ("scope", "read")];
                let kinds = [("subject_token_type", ACCESS), ("requested_token_type", kind)];
                Ask::post("/token").basic("gate", SECRET).form(&[&form[..], &kinds].concat())
            }
            Use::ClientAssertion => Ask::asserting(&Assertion::of(&house, "signer", &self.key).sign(&self.key)),
            Use::GrantAssertion => {
                let assertion = self.issuer.assertion(&house, &count);
                token(&[("grant_type", JWT_BEARER), ("assertion", &assertion), ("scope", "read")])
            }
            Use::Confirmation => {
                let number = format!("+1425555{:04}", self.count);
                Ask::post("/code").json(&json!({ "phone_number": number })).send(&house).await.ok();
                let (code, scope) = (self.phones.code(&number), ("scope", "openid read"));
                token(&[("grant_type", "password"), ("username", &number), ("password", &code), scope])
            }
            Use::PushedRequest => {
                let ask = Ask::post("/par").basic("tool", SECRET).form(&code_params("tool", "openid"));
                let uri = ask.send(&house).await.member("request_uri");
                let fields = [("client_id", "tool"), ("request_uri", uri.as_str())];
                let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                self.browser.carry(Ask::get(&format!("/authorization?{query}")))
            }
            Use::SignIn => {
                let mut browser = Browser::default();
                let form = browser.open(&house, &code_params("tool", "openid")).await.form();
                let fields = [("ticket", form.ticket.as_str()), ("username", USER), ("password", PASSWORD)];
                browser.carry(Ask::post(&form.action).form(&fields))
            }
            Use::Consent => {
                let asked = [&code_params("tool", "openid")[..], &[("prompt", "consent")]].concat();
                let form = self.browser.open(&house, &asked).await.form();
                assert_eq!(form.stage(), "consent");
                self.yes(&form)
            }
            Use::DeviceAnswer => {
                let device = Device::start(&house, ("tool", SECRET), "openid read").await;
                let form = self.browser.device(&house, &device.user_code).await.form();
                self.yes(&form)
            }
            Use::OwnerAnswer => {
                let name = format!("photo {count}");
                let id = self.uma.resource(&name).await;
                self.uma.policy(&id, json!([{ "scopes": ["view"], "consent_needed": true }])).await;
                self.uma.redeem(&self.uma.ticket(&id, &["view"]).await, &[]).await;
                let page = self.browser.send(&house, Ask::get("/uma/requests")).await.ok();
                let waiting = page.text().split("<form ").find(|form| form.contains("value=\"approve\"")).unwrap();
                self.yes(&Form::on(&format!("<form {waiting}")).unwrap())
            }
        }
    }

    async fn code(&mut self, client: &str, scope: &str) -> String {
        self.browser.code(&self.house, &code_params(client, scope)).await
    }

    fn yes(&self, form: &Form) -> Ask {
        let fields = [("ticket", form.ticket.as_str()), ("decision", "approve")];
        self.browser.carry(Ask::post(&form.action).form(&fields))
    }
}
