//! A resource server, an owner, and a client that wants something.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::{Client, Profile};
use jeton_testkit::{FakeOutbound, sample};
use serde_json::{Value, json};

use super::{Ask, House, PASSWORD, Reply, USER};

pub(crate) const SECRET: &str = "s3cret";
pub(crate) const ID_TOKEN_FORMAT: &str = "http://openid.net/specs/openid-connect-core-1_0.html#IDToken";

/// Alice's photos at the resource server `gallery`, and the client `app` that bob uses.
pub(crate) struct Uma {
    pub(crate) house: House,
    /// The PAT: alice's, at `gallery`.
    pub(crate) pat: String,
    /// The network: nobody is there until a test says so.
    pub(crate) outbound: Arc<FakeOutbound>,
}

impl Uma {
    pub(crate) async fn new() -> Self {
        Self::of(Profile::Standard).await
    }

    pub(crate) async fn of(profile: Profile) -> Self {
        let outbound: Arc<FakeOutbound> = Arc::default();
        let uma = Self::in_house(House::reaching(outbound.clone()).await, profile).await;
        Self { outbound, ..uma }
    }

    /// The same house, seen with another PAT.
    pub(crate) fn with_pat(&self, pat: String) -> Self {
        Self { house: self.house.knocker(), pat, outbound: Arc::clone(&self.outbound) }
    }

    pub(crate) async fn in_house(house: House, profile: Profile) -> Self {
        let change = |scope: &str, is_server: bool| {
            let scope = sample::scope(scope);
            move |client: &mut Client| {
                client.scope = scope;
                // A PAT outlives what it protects.
                client.access_token_lifetime = is_server.then_some(Duration::from_secs(86_400));
                client.profile = profile;
                client.response_types = vec!["code".into(), "token".into(), "id_token".into()];
                client.grant_types.push("uma_ticket".into());
            }
        };
        house.client("gallery", Some(SECRET), change("openid uma_protection", true)).await;
        house.client("app", Some(SECRET), change("openid view print profile", false)).await;
        house.person("bob", PASSWORD).await;
        let pat = pat_of(&house, "gallery", USER).await;
        Self { house, pat, outbound: Arc::default() }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        Ask::post(path).bearer(&self.pat).json(&body).send(&self.house).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        Ask::put(path).bearer(&self.pat).json(&body).send(&self.house).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        Ask::get(path).bearer(&self.pat).send(&self.house).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        Ask::delete(path).bearer(&self.pat).send(&self.house).await
    }

    /// Registers a resource with `view` and `print`; its id.
    pub(crate) async fn resource(&self, name: &str) -> String {
        let reply = self.post("/rs/resource_set", json!({ "name": name, "resource_scopes": ["view", "print"] })).await;
        assert_eq!(reply.status, 201, "{}", reply.show());
        reply.member("_id")
    }

    /// Makes a policy with these rules; its id.
    pub(crate) async fn policy(&self, resource: &str, rules: Value) -> String {
        let reply = self.post("/policies", json!({ "resource_set_ids": [resource], "rules": rules })).await;
        assert_eq!(reply.status, 201, "{}", reply.show());
        reply.member("policy")
    }

    /// A ticket for these scopes.
    pub(crate) async fn ticket(&self, resource: &str, scopes: &[&str]) -> String {
        let reply = self.post("/perm", json!({ "resource_id": resource, "resource_scopes": scopes })).await;
        assert_eq!(reply.status, 201, "{}", reply.show());
        reply.member("ticket")
    }

    /// Redeems a ticket as `app`.
    pub(crate) async fn redeem(&self, ticket: &str, more: &[(&str, &str)]) -> Reply {
        self.redeem_as("app", ticket, more).await
    }

    pub(crate) async fn redeem_as(&self, client: &str, ticket: &str, more: &[(&str, &str)]) -> Reply {
        let mut form = vec![("grant_type", "urn:ietf:params:oauth:grant-type:uma-ticket"), ("ticket", ticket)];
        form.extend_from_slice(more);
        self.house.token((client, SECRET), &form).await
    }

    /// Redeems a ticket with a claim token.
    pub(crate) async fn redeem_for(&self, ticket: &str, claim_token: &str) -> Reply {
        self.redeem(ticket, &[("claim_token", claim_token), ("claim_token_format", ID_TOKEN_FORMAT)]).await
    }

    /// An ID token that `app` got for a person.
    pub(crate) async fn id_token(&self, person: &str) -> String {
        id_token_of(&self.house, "app", person).await
    }

    /// What the resource server learns of an RPT.
    pub(crate) async fn introspect(&self, rpt: &str) -> Value {
        Ask::post("/introspect").bearer(&self.pat).form(&[("token", rpt)]).send(&self.house).await.ok().json()
    }
}

/// A PAT of a person at a resource server.
pub(crate) async fn pat_of(house: &House, client: &str, person: &str) -> String {
    signed_in(house, client, person, "uma_protection").await.access()
}

/// An ID token of a person for a client.
pub(crate) async fn id_token_of(house: &House, client: &str, person: &str) -> String {
    signed_in(house, client, person, "openid").await.member("id_token")
}

async fn signed_in(house: &House, client: &str, person: &str, scope: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", person), ("password", PASSWORD), ("scope", scope)];
    house.token((client, SECRET), &form).await.ok()
}
