//! The ways to get a token: the preparation, and the last request.

use jeton_core::administration::Caller;
use jeton_core::exchange::{ClientMatch, ExchangeRule};
use jeton_core::ids::ClientId;
use jeton_testkit::sample;
use serde_json::json;

use super::lack::Lack;
use crate::registration::initial_token;
use jeton_served::{
    Ask, Browser, DEVICE_CODE, Device, House, JWT_BEARER, OtherIssuer, PASSWORD, Reply, TOKEN_EXCHANGE, USER, Uma,
    VERIFIER, code_params, pat_of,
};

pub(super) const SECRET: &str = "s3cret";
const UMA_TICKET: &str = "urn:ietf:params:oauth:grant-type:uma-ticket";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const SCOPE: &str = "openid offline_access read";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    ClientCredentials,
    Password,
    Code,
    Refresh,
    Device,
    Exchange,
    JwtBearer,
    UmaTicket,
    Implicit,
    Registration,
}

pub(super) const WAYS: [Way; 10] = [
    Way::ClientCredentials,
    Way::Password,
    Way::Code,
    Way::Refresh,
    Way::Device,
    Way::Exchange,
    Way::JwtBearer,
    Way::UmaTicket,
    Way::Implicit,
    Way::Registration,
];

impl Way {
    /// Its grant type; none: not by `/token`.
    pub(super) const fn grant_type(self) -> Option<&'static str> {
        match self {
            Self::ClientCredentials => Some("client_credentials"),
            Self::Password => Some("password"),
            Self::Code => Some("authorization_code"),
            Self::Refresh => Some("refresh_token"),
            Self::Device => Some(DEVICE_CODE),
            Self::Exchange => Some(TOKEN_EXCHANGE),
            Self::JwtBearer => Some(JWT_BEARER),
            Self::UmaTicket => Some(UMA_TICKET),
            Self::Implicit | Self::Registration => None,
        }
    }

    /// Whether it requires what is missing.
    pub(super) fn stands_on(self, lack: Lack) -> bool {
        let of_person = !matches!(self, Self::ClientCredentials | Self::UmaTicket | Self::Registration);
        let of_token = matches!(self, Self::Refresh | Self::Exchange);
        let has_credential = !matches!(self, Self::ClientCredentials | Self::Password | Self::Implicit);
        match lack {
            Lack::ServiceDisabled | Lack::ClientDisabled | Lack::ClientDeleted => true,
            Lack::AnotherSecret => self.grant_type().is_some(),
            Lack::PersonDisabled | Lack::PersonDeleted => of_person,
            Lack::ParentRevoked => of_token || self == Self::Registration,
            Lack::FamilyRevoked => of_token,
            // A browser session is a token, too.
            Lack::Suspended => of_token || matches!(self, Self::Registration | Self::Implicit),
            Lack::OriginDisabled => self == Self::Exchange,
            // Any client may present a ticket (UMA 2.0 Grant section 3.3.1) or a bearer token.
            Lack::AnotherClient => has_credential && !matches!(self, Self::UmaTicket | Self::Registration),
            Lack::AnotherService => has_credential,
        }
    }

    /// Everything before the last request.
    pub(super) async fn prepared(self, house: &House) -> Ready {
        let form = |fields: &[(&str, &str)]| {
            let mut form = vec![("grant_type".to_owned(), self.grant_type().unwrap_or_default().to_owned())];
            form.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            Last::Token(form)
        };
        match self {
            Self::ClientCredentials => Ready::of(form(&[("scope", "read")])),
            Self::Password => Ready::of(form(&[("username", USER), ("password", PASSWORD), ("scope", "read")])),
            Self::Code => {
                let code = Browser::default().code(house, &code_params("app", SCOPE)).await;
                Ready::of(form(&[("code", &code), ("code_verifier", VERIFIER)]))
            }
            Self::Refresh => {
                let first = by_password(house).await;
                let last = form(&[("refresh_token", &first.refresh())]);
                let token = Some(("app".to_owned(), first.refresh()));
                Ready { parent: token.clone(), family: token, ..Ready::of(last) }
            }
            Self::Device => {
                let device = Device::start(house, ("app", SECRET), SCOPE).await;
                device.answered(house, &mut Browser::default(), "approve").await.ok();
                Ready::of(form(&[("device_code", &device.device_code)]))
            }
            Self::Exchange => {
                let first = by_password(house).await;
                let last = form(&[("subject_token", &first.access()), ("subject_token_type", ACCESS)]);
                Ready {
                    client: "gate".to_owned(),
                    parent: Some(("app".to_owned(), first.access())),
                    family: Some(("app".to_owned(), first.refresh())),
                    ..Ready::of(last)
                }
            }
            Self::JwtBearer => {
                let jti = house.jeton.ledger.now().millis().to_string();
                let issuer = OtherIssuer::trusted(house, |i| i.clients = vec!["app".into()]).await;
                Ready::of(form(&[("assertion", &issuer.assertion(house, &jti)), ("scope", "read")]))
            }
            Self::UmaTicket => {
                let pat = pat_of(house, "gallery", USER).await;
                let uma = Uma { house: house.knocker(), pat, outbound: Default::default() };
                let resource = uma.resource("photo").await;
                uma.policy(&resource, json!([{ "scopes": ["view"] }])).await;
                Ready::of(form(&[("ticket", &uma.ticket(&resource, &["view"]).await)]))
            }
            Self::Implicit => {
                let mut browser = Browser::default();
                let login = browser.send(house, Ask::get("/device")).await;
                browser.sign_in(house, &login).await;
                Ready::of(Last::Browser(Box::new(browser)))
            }
            Self::Registration => {
                let token = initial_token(house).await;
                let parent = Some(("registrar".to_owned(), token.clone()));
                Ready { client: "registrar".to_owned(), parent, ..Ready::of(Last::Registration(token)) }
            }
        }
    }
}

/// Clients and rules, as they are before each attempt.
pub(super) async fn settle(house: &House) {
    let all = sample::scope("openid profile offline_access read view uma_protection");
    for name in ["app", "gate", "gallery", "thief"] {
        let client = |c: &mut jeton_core::model::Client| {
            c.client_id = ClientId::new(name);
            c.scope = all.clone();
            c.grant_types.extend(["uma_ticket".to_owned(), "implicit".to_owned()]);
            c.response_types = vec!["code".into(), "token".into()];
        };
        house.client(name, Some(SECRET), client).await;
    }
    let rule = ExchangeRule {
        origin: ClientMatch::ById("app".into()),
        client: ClientMatch::ById("gate".into()),
        ..ExchangeRule::default()
    };
    house.jeton.oauth.put_exchange_rule(&Caller::local(), house.service, "gate", &rule).await.unwrap();
}

async fn by_password(house: &House) -> Reply {
    let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
    house.token(("app", SECRET), &form).await.ok()
}

/// The last request, and its credentials.
pub(super) struct Ready {
    last: Last,
    pub(super) client: String,
    pub(super) secret: String,
    /// The token it is made from, and that token's client.
    pub(super) parent: Option<(String, String)>,
    /// A refresh token of the family, and its client.
    pub(super) family: Option<(String, String)>,
}

enum Last {
    Token(Vec<(String, String)>),
    Browser(Box<Browser>),
    Registration(String),
}

impl Ready {
    fn of(last: Last) -> Self {
        Self { last, client: "app".to_owned(), secret: SECRET.to_owned(), parent: None, family: None }
    }

    /// Whether the last request yields a token.
    pub(super) async fn attempted(self, house: &House) -> bool {
        match self.last {
            Last::Token(form) => {
                let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                house.token((&self.client, &self.secret), &form).await.status == 200
            }
            Last::Browser(mut browser) => {
                let mut params = code_params("app", "read");
                params[0].1 = "token";
                let mut reply = browser.open(house, &params).await;
                if reply.text().contains("name=\"decision\"") {
                    reply = browser.decide(house, &reply, "approve").await;
                }
                reply.header("location").is_some_and(|to| to.contains("access_token="))
            }
            Last::Registration(token) => {
                let metadata = json!({ "redirect_uris": ["https://new.example/cb"] });
                Ask::post("/registration").bearer(&token).json(&metadata).send(house).await.status == 201
            }
        }
    }
}
