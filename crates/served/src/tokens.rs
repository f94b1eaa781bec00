//! Requests about tokens that the tests of all faces use.

use crate::{Ask, House, Jwt, Reply};

impl House {
    /// Sends a request to the token endpoint.
    pub async fn token(&self, client: (&str, &str), form: &[(&str, &str)]) -> Reply {
        Ask::post("/token").basic(client.0, client.1).form(form).send(self).await
    }

    /// Sends a request to the token endpoint as a public client.
    pub async fn public_token(&self, form: &[(&str, &str)]) -> Reply {
        Ask::post("/token").form(form).send(self).await
    }

    /// Whether introspection by a client that sees all tokens says `active`. Creates that client.
    pub async fn is_active(&self, token: &str) -> bool {
        self.introspected(token).await["active"].as_bool().unwrap()
    }

    /// The introspection of a token.
    pub async fn introspected(&self, token: &str) -> serde_json::Value {
        let any = jeton_core::model::Introspect::Any;
        self.client("watcher", Some("watcher-secret"), |c| c.introspect = any).await;
        let reply =
            Ask::post("/introspect").basic("watcher", "watcher-secret").form(&[("token", token)]).send(self).await;
        assert_eq!(reply.status, 200, "{}", reply.show());
        reply.json()
    }

    /// A JWT's content, its signature verified with the published keys.
    pub async fn verified(&self, text: &str) -> Jwt {
        let keys = Ask::get("/jwks").send(self).await;
        Jwt::verified(text, &serde_json::from_slice(&keys.body).unwrap())
    }
}
