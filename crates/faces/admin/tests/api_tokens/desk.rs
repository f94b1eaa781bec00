//! A router on a ledger, and who asks it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use jeton_core::administration::{Caller, NewUser};
use jeton_core::ids::ServiceId;
use jeton_core::model::{Settings, User};
use jeton_core::people::start_session;
use jeton_core::{Jeton, Origin, SystemEntropy};
use jeton_core::{Options, Ports};
use jeton_face_admin::{AdminState, LocalOwner, router};
use jeton_jose::seal::SealKey;
use jeton_testkit::{FakeClock, ModelStore, sample};
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) struct Desk {
    router: Router,
    pub(crate) jeton: Arc<Jeton>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) service: ServiceId,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    /// The owner of the local socket.
    Owner,
    /// The holder of a token, from an address.
    Bearer(&'a str, &'static str),
    /// A browser with a session, which a page of this site (`Sec-Fetch-Site`) makes ask.
    Browser(&'a str, &'static str),
    /// Anybody.
    Nobody,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let seal = SealKey::from_bytes(&[7; 32]).unwrap();
        let (store, clock) = (Arc::new(ModelStore::new()), Arc::new(FakeClock::default()));
        let ports = Ports::new(store, Arc::clone(&clock) as _, Arc::new(SystemEntropy));
        let jeton = Jeton::open(ports, seal, Options::default()).await.unwrap();
        let issuer = "https://id.example";
        let service = jeton
            .administration
            .put_service(&Caller::local(), None, "one", issuer, Settings::default())
            .await
            .unwrap()
            .id;
        let router = router(AdminState { administration: Arc::clone(&jeton.administration), service });
        Self { router, jeton, clock, service }
    }

    pub(crate) async fn ask(&self, who: Who<'_>, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        request = match who {
            Who::Owner => request.extension(LocalOwner),
            Who::Bearer(text, from) => request
                .header("authorization", format!("Bearer {text}"))
                .extension(Origin { addr: Some(from.parse().unwrap()), certificate: None }),
            Who::Browser(cookie, site) => {
                request.header("cookie", format!("__Host-jeton_session={cookie}")).header("sec-fetch-site", site)
            }
            Who::Nobody => request,
        };
        let request = request.body(body.map_or_else(Body::empty, |b| Body::from(b.to_string()))).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Sends a form.
    pub(crate) async fn form(&self, path: &str, form: &str) -> u16 {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(form.to_owned())).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    /// Asks as the owner of the local socket.
    pub(crate) async fn admin(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.ask(Who::Owner, method, path, (!body.is_null()).then_some(body)).await
    }

    pub(crate) async fn person(&self, name: &str, roles: &[&str]) -> Arc<User> {
        let user = User {
            service: self.service,
            sub: format!("sub-of-{name}"),
            username: name.into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            claims: serde_json::Map::new(),
            ..sample::user(0)
        };
        let new = NewUser { user, password: None };
        self.jeton.administration.put_user(&Caller::local(), new, true).await.unwrap()
    }

    /// The cookie of a signed-in person.
    pub(crate) async fn session(&self, name: &str) -> String {
        let service = self.jeton.ledger.directory().service(self.service).unwrap();
        let user = self.jeton.ledger.directory().user_by_name(self.service, name).await.unwrap().unwrap();
        start_session(&self.jeton.ledger, &service, user).await.unwrap().expose().to_owned()
    }
}
