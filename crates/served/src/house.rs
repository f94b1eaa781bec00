//! A ledger with one service, one user, and the clients that a test creates.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use jeton_core::administration::{Caller, NewClient, NewUser};
use jeton_core::ids::{ClientId, ServiceId};
use jeton_core::model::{AuthMethod, Client, Service, Settings, User};
use jeton_core::people::start_session;
use jeton_core::prodmanager::{self, TokenApi};
use jeton_core::store::{Page, TokenFilter};
use jeton_core::{Jeton, Secret, Store};
use jeton_face_iam::LiveRules;
use jeton_testkit::{FakeClock, FakeOutbound, ModelStore, coverage, model_store, sample};
use jeton_wire::{Addresses, Served, cross_origin};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::{Reply, router};

/// The issuer, unless a test sets another.
pub const ISSUER: &str = "https://id.example";
/// The grant of RFC 8628.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The grant of RFC 8693.
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The grant of RFC 7523 section 2.1.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The user that always exists.
pub const USER: &str = "alice";
/// Their password.
pub const PASSWORD: &str = "correct horse + battery";

/// The complete product under test.
pub struct House {
    /// The product behind the faces.
    pub jeton: Arc<Jeton>,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Its store.
    pub store: Arc<dyn Store>,
    /// The issuer's service.
    pub service: ServiceId,
    /// Every face.
    pub router: Router,
    /// The addresses of the issuers that it serves.
    pub addresses: Addresses,
    /// The network that the ledger's outgoing requests go to.
    pub network: Arc<FakeOutbound>,
    pub(crate) folder: Option<Arc<TempDir>>,
    /// Its store, where that is the usual model.
    pub(crate) model: Option<Arc<ModelStore>>,
}

impl House {
    /// A second handle, for another task.
    #[must_use]
    pub fn knocker(&self) -> Self {
        Self {
            jeton: Arc::clone(&self.jeton),
            clock: Arc::clone(&self.clock),
            store: Arc::clone(&self.store),
            service: self.service,
            router: self.router.clone(),
            addresses: self.addresses.clone(),
            network: Arc::clone(&self.network),
            folder: self.folder.clone(),
            model: self.model.clone(),
        }
    }

    /// The same ledger, served as another of its issuers.
    #[must_use]
    pub fn of_issuer(&self, service: ServiceId) -> Self {
        let router = router(&self.jeton, service, LiveRules::default(), None);
        Self { service, router, addresses: Addresses::default(), ..self.knocker() }
    }

    /// Serves these services at their issuers' addresses, beside its own.
    pub fn also_serves(&self, further: &[ServiceId]) {
        let own = Served { service: None, issuer: self.service().issuer.to_string() };
        let further = further.iter().map(|id| {
            let service = self.jeton.ledger.entities().service(*id).unwrap();
            Served { service: Some(*id), issuer: service.issuer.to_string() }
        });
        self.addresses.set(&[own].into_iter().chain(further).collect::<Vec<_>>());
    }

    /// The same ledger with other settings of `ProdManager`'s face.
    #[must_use]
    pub fn with_api_tokens(&self, options: prodmanager::Options) -> Self {
        let token_api = Arc::new(TokenApi::open(options).unwrap());
        Self { router: router(&self.jeton, self.service, LiveRules::default(), Some(token_api)), ..self.knocker() }
    }

    /// Sends any request, and reads the whole answer.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (mut head, body) = request.into_parts();
        self.addresses.resolve(&mut head, |_| (None, None));
        let (method, path) = (head.method.clone(), head.uri.path().to_owned());
        let request = Request::from_parts(head, body);
        let before: Vec<_> = self.jeton.ledger.refusals().counts().collect();
        let mut response = self.router.clone().oneshot(request).await.unwrap();
        if cross_origin::is_open(&path) {
            cross_origin::mark(&mut response);
        }
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let reply = Reply { status: parts.status.as_u16(), headers: parts.headers, body };
        coverage::answered(method.as_str(), &path, reply.status, self.refusal_since(&before, &reply));
        reply
    }

    /// The id of the refusal that an answer is. A redirect does not name its reference: there, the one that was counted since.
    fn refusal_since(&self, before: &[(&str, u64)], reply: &Reply) -> Option<&'static str> {
        let refusals = self.jeton.ledger.refusals();
        match reply.header("jeton-refusal") {
            Some(reference) => refusals.find(reference).map(|recorded| recorded.id),
            None if (300..400).contains(&reply.status) => {
                let counted = refusals.counts().zip(before).find(|((_, now), (_, then))| now > then);
                counted.map(|((id, _), _)| id)
            }
            None => None,
        }
    }

    /// What its store holds; none: it is not the usual model.
    #[must_use]
    pub fn held(&self) -> Option<model_store::State> {
        self.model.as_ref().map(|model| model.held())
    }

    /// The folder of the store's files.
    pub fn folder(&self) -> &Arc<TempDir> {
        self.folder.as_ref().unwrap()
    }

    /// The issuer's record.
    pub fn service(&self) -> Arc<Service> {
        self.jeton.ledger.entities().service(self.service).unwrap()
    }

    /// The id of the refusal that an answer's reference names.
    pub fn refusal(&self, reply: &Reply) -> &'static str {
        let reference = reply.header("jeton-refusal").unwrap_or_default();
        self.jeton.ledger.refusals().find(reference).unwrap().id
    }

    /// The session cookie of a user who signs in.
    pub async fn session(&self, name: &str) -> String {
        let user = self.jeton.administration.show_user(self.service, name).await.unwrap();
        let text = start_session(&self.jeton.ledger, &self.service(), Arc::new(user)).await.unwrap();
        format!("__Host-jeton_session={}", text.expose())
    }

    /// Creates a user.
    pub async fn person(&self, name: &str, password: &str) -> Arc<User> {
        let claims = serde_json::json!({
            "name": "Alice Doe", "email": "alice@example.org", "email_verified": true, "phone_number": null,
        });
        let user = User {
            service: self.service,
            sub: format!("sub-of-{name}"),
            username: name.into(),
            claims: claims.as_object().unwrap().clone(),
            ..sample::user(0)
        };
        let new = NewUser { user, password: Some(Secret::new(password)) };
        self.jeton.administration.put_user(&Caller::local(), new, true).await.unwrap()
    }

    /// Changes the user.
    pub async fn change_person(&self, name: &str, change: impl FnOnce(&mut User)) {
        let mut user = self.jeton.administration.show_user(self.service, name).await.unwrap();
        change(&mut user);
        self.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
    }

    /// Creates a client that may do everything, unless `change` says otherwise. With a secret it is registered for
    /// `client_secret_basic`, without one it is public.
    pub async fn client(&self, name: &str, secret: Option<&str>, change: impl FnOnce(&mut Client)) -> Arc<Client> {
        let grants = [
            "authorization_code",
            "client_credentials",
            "password",
            "refresh_token",
            DEVICE_CODE,
            TOKEN_EXCHANGE,
            JWT_BEARER,
        ];
        let mut client = Client {
            service: self.service,
            client_id: ClientId::new(name),
            token_endpoint_auth_method: if secret.is_some() { AuthMethod::ClientSecretBasic } else { AuthMethod::None },
            grant_types: grants.map(str::to_owned).to_vec(),
            response_types: vec!["code".into()],
            redirect_uris: vec!["https://app.example/cb".into()],
            scope: sample::scope("openid profile email offline_access read write"),
            ..sample::client(0)
        };
        change(&mut client);
        let new = NewClient { client, secret: secret.map(Secret::new) };
        self.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap()
    }

    /// Changes a client.
    pub async fn change_client(&self, name: &str, change: impl FnOnce(&mut Client)) {
        let mut client = self.jeton.administration.show_client(self.service, name).await.unwrap();
        change(&mut client);
        self.jeton.administration.put_client(&Caller::local(), NewClient { client, secret: None }, true).await.unwrap();
    }

    /// Changes the service's settings.
    pub async fn set(&self, change: impl FnOnce(&mut Settings)) {
        let service = self.service();
        let mut settings = service.settings.clone();
        change(&mut settings);
        let admin = Caller::local();
        self.jeton
            .administration
            .put_service(&admin, Some(self.service), &service.name, &service.issuer, settings)
            .await
            .unwrap();
    }

    /// The present time, in seconds since 1970.
    pub fn clock_seconds(&self) -> i64 {
        self.jeton.ledger.now().seconds()
    }

    /// Advances the clock.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// How many tokens of any kind were ever written.
    pub async fn rows(&self) -> u64 {
        self.store.tokens(&TokenFilter::default(), Page::first(0)).await.unwrap().total
    }
}
