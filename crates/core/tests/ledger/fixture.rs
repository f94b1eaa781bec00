//! A ledger on the model store, with one client and one person.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jeton_core::administration::{Caller, NewClient, NewUser};
use jeton_core::authorization::{AuthorizationRequest, Prompt, ResponseMode, ResponseType, answer};
use jeton_core::claims::ClaimsRequest;
use jeton_core::client_auth::{BasicCredentials, Presented, Refused};
use jeton_core::grants::{self, Params, TokenAnswer};
use jeton_core::ids::{ClientId, ServiceId};
use jeton_core::ledger::{Hooks, Inactive, Verdict};
use jeton_core::model::{AuthMethod, Client, Service, Settings, TokenKind, User};
use jeton_core::outbound::Outbound;
use jeton_core::people::{Session, find_session, start_session};
use jeton_core::store::{Page, TokenFilter};
use jeton_core::{Additions, Jeton, Secret, Store};
use jeton_testkit::{FakeClock, TestLedger, sample};

pub(crate) struct Fixture {
    pub(crate) jeton: Arc<Jeton>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) service: ServiceId,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::open(TestLedger::default()).await
    }

    pub(crate) async fn on(store: Arc<dyn Store>) -> Self {
        Self::open(TestLedger { store, ..TestLedger::default() }).await
    }

    /// With a network.
    pub(crate) async fn reaching(outbound: Arc<dyn Outbound>) -> Self {
        Self::open(TestLedger { outbound, ..TestLedger::default() }).await
    }

    /// With these hooks beside the product's own.
    pub(crate) async fn with(hooks: Hooks) -> Self {
        Self::with_more(Additions { hooks, ..Additions::default() }).await
    }

    /// With these additions to the product's own features.
    pub(crate) async fn with_more(more: Additions) -> Self {
        Self::open(TestLedger { more, ..TestLedger::default() }).await
    }

    /// Another ledger on the same store with an empty cache: another process, which never reads this one's events, or this one
    /// after a restart.
    pub(crate) async fn another(&self) -> Self {
        let jeton = TestLedger::on(Arc::clone(&self.store), &self.clock).open().await;
        Self { jeton, clock: self.clock.clone(), store: Arc::clone(&self.store), service: self.service }
    }

    async fn open(ledger: TestLedger) -> Self {
        let (clock, store) = (Arc::clone(&ledger.clock), Arc::clone(&ledger.store));
        let jeton = ledger.open().await;
        let (admin, issuer) = (Caller::local(), "https://id.example");
        let service =
            jeton.administration.put_service(&admin, None, "one", issuer, Default::default()).await.unwrap().id;
        let fixture = Self { jeton, clock, store, service };
        fixture.client("app", |_| ()).await;
        fixture.person("alice").await;
        fixture
    }

    pub(crate) fn service(&self) -> Arc<Service> {
        self.jeton.ledger.entities().service(self.service).unwrap()
    }

    /// Changes the service's settings.
    pub(crate) async fn settings(&self, change: impl FnOnce(&mut Settings)) {
        let (admin, one) = (Caller::local(), self.service());
        let mut settings = one.settings.clone();
        change(&mut settings);
        self.jeton.administration.put_service(&admin, Some(one.id), &one.name, &one.issuer, settings).await.unwrap();
    }

    /// Writes a confidential client whose secret is `secret`.
    pub(crate) async fn client(&self, name: &str, change: impl FnOnce(&mut Client)) -> Arc<Client> {
        let grants = ["authorization_code", "client_credentials", "password", "refresh_token"];
        let mut client = Client {
            service: self.service,
            client_id: ClientId::new(name),
            token_endpoint_auth_method: AuthMethod::ClientSecretBasic,
            grant_types: grants.map(str::to_owned).to_vec(),
            response_types: vec!["code".into()],
            redirect_uris: vec!["https://app.example/cb".into()],
            scope: sample::scope("openid offline_access read write"),
            ..sample::client(0)
        };
        change(&mut client);
        let new = NewClient { client, secret: Some(Secret::new("secret")) };
        self.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap()
    }

    pub(crate) async fn person(&self, name: &str) -> Arc<User> {
        let user = User {
            service: self.service,
            sub: format!("sub-of-{name}"),
            username: name.into(),
            password: None,
            ..sample::user(0)
        };
        let new = NewUser { user, password: Some(Secret::new("word")) };
        self.jeton.administration.put_user(&Caller::local(), new, true).await.unwrap()
    }

    pub(crate) async fn user(&self) -> Arc<User> {
        Arc::new(self.jeton.administration.show_user(self.service, "alice").await.unwrap())
    }

    pub(crate) async fn record(&self) -> Arc<Client> {
        Arc::new(self.jeton.administration.show_client(self.service, "app").await.unwrap())
    }

    /// Requests a token as the client `app`.
    pub(crate) async fn ask(&self, form: &[(&str, &str)]) -> Result<TokenAnswer, Refused> {
        self.ask_with("secret", form).await
    }

    /// Requests a token as the client `app` with another secret.
    pub(crate) async fn ask_with(&self, secret: &str, form: &[(&str, &str)]) -> Result<TokenAnswer, Refused> {
        let header = format!("Basic {}", STANDARD.encode(format!("app:{secret}")));
        let presented = Presented { basic: BasicCredentials::parse(&header), ..Presented::default() };
        let pairs = form.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let params = Params::new(pairs).unwrap();
        grants::answer(&self.jeton.oauth, &self.service(), &presented, &params).await
    }

    pub(crate) async fn by_password(&self, scope: &str) -> Result<TokenAnswer, Refused> {
        self.ask(&[("grant_type", "password"), ("username", "alice"), ("password", "word"), ("scope", scope)]).await
    }

    pub(crate) async fn by_refresh(&self, token: &str) -> Result<TokenAnswer, Refused> {
        self.ask(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(crate) async fn by_code(&self, code: &str) -> Result<TokenAnswer, Refused> {
        let uri = ("redirect_uri", "https://app.example/cb");
        self.ask(&[("grant_type", "authorization_code"), ("code", code), uri]).await
    }

    pub(crate) async fn session(&self) -> Session {
        let text = start_session(&self.jeton.ledger, &self.service(), self.user().await).await.unwrap();
        find_session(&self.jeton.ledger, &self.service(), text.expose()).await.unwrap().unwrap()
    }

    /// A code for `app` and alice, without PKCE.
    pub(crate) async fn code(&self, scope: &str) -> String {
        let request = AuthorizationRequest {
            client: self.record().await.key,
            response_type: ResponseType::CODE,
            response_mode: ResponseMode::Query,
            redirect_uri: "https://app.example/cb".into(),
            redirect_uri_named: true,
            scope: sample::scope(scope),
            audience: None,
            claims: ClaimsRequest::default(),
            acr: false,
            state: None,
            nonce: None,
            challenge: None,
            prompt: Prompt::default(),
            max_age: None,
            subject: None,
            login_hint: None,
            pushed: None,
            document: None,
            claims_scope: jeton_core::Scope::empty(),
            elsewhere: None,
        };
        let (client, session) = (self.record().await, self.session().await);
        let granted =
            answer(&self.jeton.oauth, &self.service(), &client, &request, &(&session).into(), None).await.unwrap();
        granted.code.unwrap().expose().to_owned()
    }

    /// How many tokens are in the store.
    pub(crate) async fn rows(&self) -> u64 {
        self.store.tokens(&TokenFilter::default(), Page::first(0)).await.unwrap().total
    }

    pub(crate) async fn verdict(&self, text: &str) -> Option<Inactive> {
        match self.jeton.ledger.inspect(self.service, text).await.unwrap() {
            Verdict::Active(_) => None,
            Verdict::Inactive(why, _) => Some(why),
        }
    }

    pub(crate) async fn is_live(&self, text: &str) -> bool {
        self.verdict(text).await.is_none()
    }
}

/// The text of the token of this kind in an answer.
pub(crate) fn text_of(answer: &TokenAnswer, kind: TokenKind) -> String {
    answer.issued.first(kind).unwrap().text.expose().to_owned()
}
