//! A ledger with two people, their account sessions, and robots that call.

use std::sync::Arc;

use jeton_core::administration::{Caller, KeepTokens, NewUser};
use jeton_core::ids::ServiceId;
use jeton_core::ledger::{Ending, Given, GivenText, Inactive, Plan, TokenPlan, Verdict};
use jeton_core::model::{Actor, Reason, TokenFormat, TokenKind, User};
use jeton_core::robots::calls::{Association, ClientName, Reassociation, Refresh, SecondaryClient};
use jeton_core::robots::documents::{Doc, ReadDocs};
use jeton_core::robots::settings::{AppKey, AppScope, SHIPPED};
use jeton_core::robots::{Bundle, Presented, RobotSettings, Robots};
use jeton_core::{Jeton, Refusal, Scope, Secret, Store};
use jeton_jose::base64url;
use jeton_testkit::{FakeClock, TestLedger, sample};
use rcgen::{CertificateParams, CertifiedIssuer, DnType, KeyPair};
use serde_json::Value;

pub(crate) const APP: &str = SHIPPED[0];
pub(crate) const SERVICE_APP: &str = "a-service";
pub(crate) const ADMIN_APP: &str = "an-administrator";
pub(crate) const FIXED: &str = "a-configured-session";

pub(crate) struct House {
    pub(crate) jeton: Arc<Jeton>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) service: ServiceId,
    pub(crate) alice: String,
    pub(crate) bob: String,
}

/// A robot: its certificate, and the JWT that it holds.
#[derive(Clone)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) certificate: Vec<u8>,
    pub(crate) jwt: Option<String>,
}

impl Vector {
    /// With a self-signed certificate.
    pub(crate) fn new(serial: &str) -> Self {
        let (params, key) = (named(&format!("vic:{serial}")), KeyPair::generate().unwrap());
        let certificate = params.self_signed(&key).unwrap().der().to_vec();
        Self { name: format!("vic:{serial}"), certificate, jwt: None }
    }

    /// With a certificate of this authority.
    pub(crate) fn signed(serial: &str, issuer: &CertifiedIssuer<'_, KeyPair>) -> Self {
        let (params, key) = (named(&format!("vic:{serial}")), KeyPair::generate().unwrap());
        let certificate = params.signed_by(&key, issuer).unwrap().der().to_vec();
        Self { name: format!("vic:{serial}"), certificate, jwt: None }
    }

    pub(crate) fn jwt(&self) -> &str {
        self.jwt.as_deref().unwrap()
    }

    pub(crate) fn presented(&self) -> Presented<'_> {
        Presented {
            app_key: Some(APP),
            jwt: self.jwt.as_deref(),
            certificate: Some(&self.certificate),
            ..Presented::default()
        }
    }
}

pub(crate) fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_after = rcgen::date_time_ymd(2117, 1, 1);
    params
}

/// An authority of factory certificates, and its PEM.
pub(crate) fn authority() -> (CertifiedIssuer<'static, KeyPair>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "a factory");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let pem = issuer.pem();
    (issuer, pem)
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::open(TestLedger::default()).await
    }

    pub(crate) async fn open(ledger: TestLedger) -> Self {
        let (clock, store) = (Arc::clone(&ledger.clock), Arc::clone(&ledger.store));
        let jeton = ledger.open().await;
        let issuer = "https://id.example";
        let caller = Caller::local();
        let put = jeton.administration.put_service(&caller, None, "one", issuer, Default::default());
        let service = put.await.unwrap().id;
        let mut house = Self { jeton, clock, store, service, alice: String::new(), bob: String::new() };
        house.configure(|_| ());
        for name in ["alice", "bob"] {
            house.person(name).await;
        }
        house.alice = house.sign_in("alice").await;
        house.bob = house.sign_in("bob").await;
        house
    }

    /// Another process on the same store, which knows nothing yet.
    pub(crate) async fn another(&self) -> Self {
        let jeton = TestLedger::on(Arc::clone(&self.store), &self.clock).open().await;
        let (clock, store) = (Arc::clone(&self.clock), Arc::clone(&self.store));
        let house =
            Self { jeton, clock, store, service: self.service, alice: self.alice.clone(), bob: self.bob.clone() };
        house.configure(|_| ());
        house
    }

    pub(crate) fn robots(&self) -> &Robots {
        &self.jeton.robots
    }

    pub(crate) fn configure(&self, change: impl FnOnce(&mut RobotSettings)) {
        let key = |key: &str, scope| AppKey { key: Secret::new(key), scopes: [scope].into_iter().collect() };
        let mut app_keys: Vec<_> = SHIPPED.iter().map(|shipped| key(shipped, AppScope::User)).collect();
        app_keys.extend([key(SERVICE_APP, AppScope::Service), key(ADMIN_APP, AppScope::Admin)]);
        let session_tokens = vec![Secret::new(FIXED)];
        let mut settings = RobotSettings {
            service: self.service,
            app_keys,
            session_tokens,
            sign_up: true,
            ..RobotSettings::default()
        };
        change(&mut settings);
        self.robots().configure(settings);
    }

    pub(crate) async fn person(&self, name: &str) -> Arc<User> {
        let user = User {
            service: self.service,
            sub: format!("sub-of-{name}"),
            username: name.into(),
            password: None,
            claims: serde_json::Map::new(),
            ..sample::user(0)
        };
        let new = NewUser { user, password: None };
        self.jeton.administration.put_user(&Caller::local(), new, true).await.unwrap()
    }

    /// Gives a person a password.
    pub(crate) async fn password(&self, name: &str) {
        let (caller, password, keep) = (Caller::local(), Secret::new("password"), KeepTokens::All);
        let administration = &self.jeton.administration;
        administration.set_password(&caller, self.service, name, &password, keep).await.unwrap();
    }

    /// An account session, without the time that a password takes.
    pub(crate) async fn sign_in(&self, name: &str) -> String {
        let ledger = &self.jeton.ledger;
        let user = ledger.entities().user_by_name(self.service, name).await.unwrap().unwrap();
        let text = format!("session{}", ledger.new_number().await.unwrap());
        let lifetime = Some(RobotSettings::default().session_lifetime);
        let mut token = TokenPlan::new(TokenKind::Session, TokenFormat::Foreign, Scope::empty(), lifetime);
        token.given = Some(Given { text: GivenText::Clear(Secret::new(text.as_str())), by: None });
        let service = ledger.entities().service(self.service).unwrap();
        ledger.mint(Plan { tokens: vec![token], ..Plan::new(service, None).of_user(user) }).await.unwrap();
        text
    }

    pub(crate) async fn associate(&self, robot: &mut Vector, session: &str) -> Result<Bundle, Refusal> {
        self.associate_as(robot, session, Association::default()).await
    }

    /// The robot stores the JWT of the answer.
    pub(crate) async fn associate_as(
        &self,
        robot: &mut Vector,
        session: &str,
        asked: Association,
    ) -> Result<Bundle, Refusal> {
        let presented = Presented { session: Some(session), jwt: None, ..robot.presented() };
        let bundle = self.robots().associate_primary(&presented, asked).await?;
        robot.jwt = bundle.token.as_ref().map(|text| text.expose().to_owned());
        Ok(bundle)
    }

    /// As robots call it: without a JWT, and the new one is not stored.
    pub(crate) async fn reassociate(&self, robot: &Vector, session: &str) -> Result<Bundle, Refusal> {
        let presented = Presented { session: Some(session), jwt: None, ..robot.presented() };
        self.robots().reassociate_primary(&presented, Reassociation::default()).await
    }

    pub(crate) async fn add_app(&self, robot: &Vector, session: &str, app: &str) -> Result<String, Refusal> {
        let client = ClientName { client_name: app.to_owned(), app_id: "SDK".to_owned() };
        let asked = SecondaryClient { user_session: session.to_owned(), client };
        let bundle = self.robots().associate_secondary(&robot.presented(), asked).await?;
        assert!(bundle.token.is_none(), "no JWT");
        Ok(bundle.client_token.unwrap().expose().to_owned())
    }

    /// The answer of a renewal; the robot does not get it.
    pub(crate) async fn renew(&self, robot: &Vector) -> Result<String, Refusal> {
        let asked = Refresh { jwt: true, ..Refresh::default() };
        let bundle = self.robots().refresh(&robot.presented(), asked).await?;
        Ok(bundle.token.unwrap().expose().to_owned())
    }

    /// A renewal whose answer arrives.
    pub(crate) async fn refresh(&self, robot: &mut Vector) -> Result<String, Refusal> {
        let new = self.renew(robot).await?;
        robot.jwt = Some(new.clone());
        Ok(new)
    }

    pub(crate) async fn read(&self, robot: &Vector, name: &str) -> Result<Doc, Refusal> {
        let asked = ReadDocs { thing: robot.name.clone(), items: vec![(name.to_owned(), 0)], ..ReadDocs::default() };
        let presented = Presented { certificate: None, ..robot.presented() };
        let mut found = self.robots().read_docs(&presented, &asked).await?;
        assert_eq!(found.len(), 1);
        Ok(found.remove(0).doc)
    }

    /// The entries of the robot's list of apps.
    pub(crate) async fn apps(&self, robot: &Vector) -> Result<Vec<Value>, Refusal> {
        let doc = self.read(robot, "vic.AppTokens").await?;
        let mut whole: Value = serde_json::from_str(&doc.json).unwrap();
        Ok(whole["client_tokens"].as_array_mut().map(std::mem::take).unwrap())
    }

    pub(crate) async fn verdict(&self, text: &str) -> Result<(), Inactive> {
        match self.jeton.ledger.inspect(self.service, text).await.unwrap() {
            Verdict::Active(_) => Ok(()),
            Verdict::Inactive(why, _) => Err(why),
        }
    }

    /// Ends a token as every face does.
    pub(crate) async fn revoke(&self, text: &str) {
        let token = self.jeton.ledger.find(self.service, text).await.unwrap().unwrap();
        self.jeton.ledger.revoke(&token, Ending::new(Reason::Admin, Actor::System)).await.unwrap();
    }
}

/// The claims of a JWT.
pub(crate) fn claims(jwt: &str) -> Value {
    part(jwt, 1)
}

/// A part of a JWT.
pub(crate) fn part(jwt: &str, at: usize) -> Value {
    serde_json::from_slice(&base64url::decode(jwt.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

/// That a call was refused with this.
pub(crate) fn refused<T>(outcome: Result<T, Refusal>, expected: &Refusal) {
    let refusal = outcome.err().unwrap_or_else(|| panic!("not refused with {}", expected.kind().id));
    assert!(refusal.is(expected), "{refusal:?} instead of {}", expected.kind().id);
}
