//! INDIGO IAM's clients, people and tokens, and requests about them.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use jeton_core::Secret;
use jeton_core::administration::{Caller, NewClient, NewUser};
use jeton_core::ids::{ClientId, TokenId};
use jeton_core::ledger::{Family, NewGrant, Plan, TokenPlan, Verdict};
use jeton_core::model::{AuthMethod, Client, Document, Settings, TokenFormat, TokenKind, User};
use jeton_core::store::{Command, Write};
use jeton_face_iam::IamRules;
use jeton_served::{Ask, Engine, House, Opening, Reply};
use jeton_testkit::sample;
use serde_json::{Value, json};

/// The lifetime of tokens in these tests, unless a test sets another.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// A house with the clients `app` and `ops`, and with rosa, otto and root, who is an administrator.
pub(crate) struct Iam(House);

/// A minted token.
#[derive(Clone, Debug)]
pub(crate) struct Minted {
    pub(crate) id: u64,
    pub(crate) text: String,
}

impl Deref for Iam {
    type Target = House;

    fn deref(&self) -> &House {
        &self.0
    }
}

impl Iam {
    pub(crate) async fn new() -> Self {
        Self::furnished(Opening::default()).await
    }

    pub(crate) async fn with(rules: IamRules, settings: Settings) -> Self {
        Self::furnished(Opening::default().rules(rules).settings(settings)).await
    }

    /// One on each store.
    pub(crate) async fn everywhere() -> [Self; 3] {
        let [sqlite, postgresql] = [Opening::on(Engine::Sqlite).await, Opening::on(Engine::Postgresql).await];
        [Self::new().await, Self::furnished(sqlite).await, Self::furnished(postgresql).await]
    }

    async fn furnished(opening: Opening) -> Self {
        let house = Self(opening.empty().open().await);
        house.client("app", |_| ()).await;
        let of_ops = "openid read write iam:admin.read iam:admin.write scim:read";
        house.client("ops", |client| client.scope = sample::scope(of_ops)).await;
        house.person("rosa", &[]).await;
        house.person("otto", &[]).await;
        house.person("root", &["admin"]).await;
        house
    }

    pub(crate) async fn client(&self, name: &str, change: impl FnOnce(&mut Client)) -> Arc<Client> {
        let mut client = Client {
            service: self.service,
            client_id: ClientId::new(name),
            token_endpoint_auth_method: AuthMethod::ClientSecretBasic,
            scope: sample::scope("openid read write iam:admin.read iam:admin.write profile email"),
            metadata: serde_json::Map::new().into(),
            ..sample::client(0)
        };
        change(&mut client);
        let new = NewClient { client, secret: Some(Secret::new("a secret of more than sixteen")) };
        self.jeton.administration.put_client(&Caller::local(), new, true).await.unwrap()
    }

    pub(crate) async fn person(&self, name: &str, roles: &[&str]) -> Arc<User> {
        let user = User {
            service: self.service,
            sub: format!("73d0a0a1-5c0e-4d0b-8a55-{name:0>12}"),
            username: name.into(),
            password: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..sample::user(0)
        };
        self.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap()
    }

    pub(crate) async fn user(&self, name: &str) -> Arc<User> {
        Arc::new(self.jeton.administration.show_user(self.service, name).await.unwrap())
    }

    /// A plan for a client; `user` may be empty.
    async fn plan(&self, client: &str, user: &str) -> Plan {
        let client = Arc::new(self.jeton.administration.show_client(self.service, client).await.unwrap());
        let plan = Plan::new(self.service(), Some(client));
        if user.is_empty() { plan } else { plan.of_user(self.user(user).await) }
    }

    /// A token without a family.
    pub(crate) async fn token(&self, client: &str, user: &str, scope: &str, life: Option<Duration>) -> Minted {
        self.kind(TokenKind::Access, client, user, scope, life).await
    }

    /// A token of any kind.
    pub(crate) async fn kind(
        &self,
        kind: TokenKind,
        client: &str,
        user: &str,
        scope: &str,
        life: Option<Duration>,
    ) -> Minted {
        let token = TokenPlan::new(kind, TokenFormat::Opaque, sample::scope(scope), life);
        self.mint(Plan { tokens: vec![token], ..self.plan(client, user).await }).await.remove(0)
    }

    /// An access token and its refresh token.
    pub(crate) async fn family(&self, client: &str, user: &str, scope: &str) -> (Minted, Minted) {
        let token = |kind, life| TokenPlan::new(kind, TokenFormat::Opaque, sample::scope(scope), Some(life));
        let family = Family::New(Box::new(NewGrant::new("password", sample::scope(scope), "".into())));
        let tokens = vec![token(TokenKind::Access, HOUR), token(TokenKind::Refresh, HOUR * 24)];
        let mut minted = self.mint(Plan { family, tokens, ..self.plan(client, user).await }).await;
        (minted.remove(0), minted.remove(0))
    }

    async fn mint(&self, plan: Plan) -> Vec<Minted> {
        let issued = self.jeton.ledger.mint(plan).await.unwrap();
        let minted = issued.tokens.iter();
        minted.map(|token| Minted { id: token.id.get(), text: token.text.expose().to_owned() }).collect()
    }

    /// A token with the scopes for reading and writing, without a user, so that it is in no list filtered by `app` or a person.
    pub(crate) async fn operator(&self) -> String {
        self.token("ops", "", "iam:admin.read iam:admin.write", Some(HOUR * 9000)).await.text
    }

    pub(crate) async fn is_live(&self, token: &Minted) -> bool {
        matches!(self.jeton.ledger.inspect(self.service, &token.text).await.unwrap(), Verdict::Active(_))
    }

    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        let ask = Ask::new(method, path);
        headers.iter().fold(ask, |ask, (name, value)| ask.header(name, *value)).answered(self).await
    }

    /// Sends a request with a JSON body.
    pub(crate) async fn tell(&self, method: Method, path: &str, token: &str, body: &Value) -> Reply {
        Ask::new(method, path).bearer(token).json(body).answered(self).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, token: &str) -> Reply {
        Ask::new(method, path).bearer(token).answered(self).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        self.ask(Method::GET, path, token).await
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> Reply {
        self.ask(Method::DELETE, path, token).await
    }

    /// Writes a document.
    pub(crate) async fn write(&self, document: Document) {
        let write = Write::Document(Box::new(document));
        self.store.apply(Command::of(vec![write])).await.unwrap();
    }

    /// The row of a token.
    pub(crate) async fn row(&self, id: u64) -> Arc<jeton_core::model::Token> {
        self.jeton.ledger.token_by_number(self.service, TokenId::new(id)).await.unwrap().unwrap()
    }
}

/// The contract's 403.
pub(crate) fn denied() -> Value {
    json!({ "error": "access_denied", "error_description": "Access is denied" })
}
