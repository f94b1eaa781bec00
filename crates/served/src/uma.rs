//! A resource server, an owner, and a client that requests access.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::{Client, CompatibilityMode};
use jeton_testkit::{FakeOutbound, sample};
use serde_json::{Value, json};

use crate::{Ask, House, Opening, PASSWORD, Reply, USER};

const SECRET: &str = "s3cret";
/// The format of claim tokens that UMA accepts.
pub const ID_TOKEN_FORMAT: &str = "http://openid.net/specs/openid-connect-core-1_0.html#IDToken";

/// Alice's photos at the resource server `gallery`, and the client `app` that bob uses.
pub struct Uma {
    /// The house.
    pub house: House,
    /// Alice's PAT at `gallery`.
    pub pat: String,
    /// The network: no host answers until a test adds one.
    pub outbound: Arc<FakeOutbound>,
}

impl Uma {
    /// With standard clients.
    pub async fn new() -> Self {
        Self::of(CompatibilityMode::Standard).await
    }

    /// With clients of a compatibility mode.
    pub async fn of(profile: CompatibilityMode) -> Self {
        let outbound: Arc<FakeOutbound> = Arc::default();
        let uma = Self::in_house(Opening::default().outbound(outbound.clone()).open().await, profile).await;
        Self { outbound, ..uma }
    }

    /// The same house, with another PAT.
    pub fn with_pat(&self, pat: String) -> Self {
        Self { house: self.house.knocker(), pat, outbound: Arc::clone(&self.outbound) }
    }

    /// In an existing house.
    pub async fn in_house(house: House, profile: CompatibilityMode) -> Self {
        let change = |scope: &str, is_server: bool| {
            let scope = sample::scope(scope);
            move |client: &mut Client| {
                client.scope = scope;
                // The PAT must not expire during a test.
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

    /// POST with the PAT.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        Ask::post(path).bearer(&self.pat).json(&body).send(&self.house).await
    }

    /// PUT with the PAT.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        Ask::put(path).bearer(&self.pat).json(&body).send(&self.house).await
    }

    /// GET with the PAT.
    pub async fn get(&self, path: &str) -> Reply {
        Ask::get(path).bearer(&self.pat).send(&self.house).await
    }

    /// DELETE with the PAT.
    pub async fn delete(&self, path: &str) -> Reply {
        Ask::delete(path).bearer(&self.pat).send(&self.house).await
    }

    /// Registers a resource with `view` and `print`; returns its id.
    pub async fn resource(&self, name: &str) -> String {
        let reply = self.post("/rs/resource_set", json!({ "name": name, "resource_scopes": ["view", "print"] })).await;
        assert_eq!(reply.status, 201, "{}", reply.show());
        reply.member("_id")
    }

    /// Creates a policy with these rules; returns its id.
    pub async fn policy(&self, resource: &str, rules: Value) -> String {
        let reply = self.post("/policies", json!({ "resource_set_ids": [resource], "rules": rules })).await;
        assert_eq!(reply.status, 201, "{}", reply.show());
        reply.member("policy")
    }

    /// A ticket for these scopes.
    pub async fn ticket(&self, resource: &str, scopes: &[&str]) -> String {
        let reply = self.post("/perm", json!({ "resource_id": resource, "resource_scopes": scopes })).await;
        assert_eq!(reply.status, 201, "{}", reply.show());
        reply.member("ticket")
    }

    /// Redeems a ticket as `app`.
    pub async fn redeem(&self, ticket: &str, more: &[(&str, &str)]) -> Reply {
        self.redeem_as("app", ticket, more).await
    }

    /// Redeems a ticket as any client.
    pub async fn redeem_as(&self, client: &str, ticket: &str, more: &[(&str, &str)]) -> Reply {
        let mut form = vec![("grant_type", "urn:ietf:params:oauth:grant-type:uma-ticket"), ("ticket", ticket)];
        form.extend_from_slice(more);
        self.house.token((client, SECRET), &form).await
    }

    /// Redeems a ticket with a claim token.
    pub async fn redeem_for(&self, ticket: &str, claim_token: &str) -> Reply {
        self.redeem(ticket, &[("claim_token", claim_token), ("claim_token_format", ID_TOKEN_FORMAT)]).await
    }

    /// An ID token that `app` got for a user.
    pub async fn id_token(&self, person: &str) -> String {
        id_token_of(&self.house, "app", person).await
    }

    /// The introspection of an RPT by the resource server.
    pub async fn introspect(&self, rpt: &str) -> Value {
        Ask::post("/introspect").bearer(&self.pat).form(&[("token", rpt)]).send(&self.house).await.ok().json()
    }
}

/// A PAT of a user at a resource server.
pub async fn pat_of(house: &House, client: &str, person: &str) -> String {
    signed_in(house, client, person, "uma_protection").await.access()
}

/// An ID token of a user for a client.
pub async fn id_token_of(house: &House, client: &str, person: &str) -> String {
    signed_in(house, client, person, "openid").await.member("id_token")
}

async fn signed_in(house: &House, client: &str, person: &str, scope: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", person), ("password", PASSWORD), ("scope", scope)];
    house.token((client, SECRET), &form).await.ok()
}
