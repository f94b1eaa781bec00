//! A house, and callers of its administration face.

use std::ops::Deref;
use std::sync::Arc;

use http::Method;
use jeton_core::administration::{Caller, NewUser};
use jeton_core::model::User;
use jeton_served::{Ask, House, Opening};
use jeton_testkit::{FaultyStore, sample};
use serde_json::Value;

/// A house without users and clients.
pub(crate) struct AdminHouse(House);

/// The caller.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    /// The owner of the local socket.
    Owner,
    /// The holder of a token, from an address.
    Bearer(&'a str, &'static str),
    /// A browser with a session cookie; its request comes from a page of this site (`Sec-Fetch-Site`).
    Browser(&'a str, &'static str),
    /// No credentials.
    Nobody,
}

impl Deref for AdminHouse {
    type Target = House;

    fn deref(&self) -> &House {
        &self.0
    }
}

impl AdminHouse {
    pub(crate) async fn open() -> Self {
        Self(Opening::default().empty().open().await)
    }

    /// With a store that can be made to fail.
    pub(crate) async fn that_fails() -> (Self, Arc<FaultyStore>) {
        let (opening, store) = Opening::default().that_fails();
        (Self(opening.empty().open().await), store)
    }

    pub(crate) async fn ask(&self, who: Who<'_>, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let ask = Ask::new(method, path);
        let ask = match who {
            Who::Owner => ask.local_owner(),
            Who::Bearer(text, from) => ask.bearer(text).at(from),
            Who::Browser(cookie, site) => ask.header("cookie", cookie).header("sec-fetch-site", site),
            Who::Nobody => ask,
        };
        let ask = match body {
            Some(body) => ask.json(&body),
            None => ask,
        };
        let reply = ask.answered(self).await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }

    /// Sends a request as the owner of the local socket.
    pub(crate) async fn admin(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.ask(Who::Owner, method, path, (!body.is_null()).then_some(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.admin(Method::GET, path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.admin(Method::POST, path, body).await
    }

    /// Sends a form.
    pub(crate) async fn form(&self, path: &str, form: &str) -> u16 {
        Ask::post(path).raw_form(form).answered(self).await.status
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
}
