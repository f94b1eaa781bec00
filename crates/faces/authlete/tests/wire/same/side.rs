//! One side: a product of its own, and what its clients were given.

use std::sync::Arc;

use jeton_core::Secret;
use jeton_core::backend::access::ServiceCredentials;
use jeton_core::model::{AuthMethod, Client, Introspect, Settings};
use jeton_served::{House, Opening};
use jeton_testkit::sample;
use serde_json::{Value, json};

use super::request::{BASIC, CLIENTS, HAS_CERTIFICATE, Held, NARROW, POST, PUBLIC, Request, SECRET, SIGNS, Secrets};
use super::said::{Said, claims};
use super::{behind, native};
use crate::api::{ORGANIZATION_TOKEN, SERVICE_TOKEN};

/// Members of answers that later requests need.
const GIVEN: [(&str, Held); 7] = [
    ("code", Held::Code),
    ("access_token", Held::Access),
    ("refresh_token", Held::Refresh),
    ("id_token", Held::IdToken),
    ("device_code", Held::DeviceCode),
    ("user_code", Held::UserCode),
    ("request_uri", Held::RequestUri),
];

/// Whose endpoints the clients use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// Jeton's own.
    Native,
    /// An authorization server with this face behind it.
    Behind,
}

pub(super) struct Side {
    pub(super) house: House,
    pub(super) server: Server,
    pub(super) secrets: Arc<Secrets>,
    held: Vec<(Held, String)>,
}

impl Side {
    pub(super) async fn open(server: Server, secrets: &Arc<Secrets>, settings: Settings) -> Self {
        let house = Opening::default().settings(settings).open().await;
        let service = ServiceCredentials {
            service: house.service,
            access_token: Some(Secret::new(SERVICE_TOKEN)),
            api_secret: None,
        };
        house.jeton.backend.credentials.set(Some(&Secret::new(ORGANIZATION_TOKEN)), &[service]);
        let all = "openid profile email offline_access read write";
        for id in CLIENTS {
            let secret = [BASIC, POST, NARROW].contains(&id).then_some(SECRET);
            house
                .client(id, secret, |client| {
                    client.scope = sample::scope(all);
                    client.response_types =
                        ["code", "token", "id_token", "code id_token", "id_token token"].map(str::to_owned).to_vec();
                    client.grant_types.push("implicit".to_owned());
                    match id {
                        POST => client.token_endpoint_auth_method = AuthMethod::ClientSecretPost,
                        PUBLIC => client.token_endpoint_auth_method = AuthMethod::None,
                        SIGNS => {
                            client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
                            extend(client, json!({ "jwks": jeton_served::jwks(&[&secrets.key]) }));
                        }
                        HAS_CERTIFICATE => {
                            client.token_endpoint_auth_method = AuthMethod::SelfSignedTlsClientAuth;
                            let keys = json!({ "keys": [secrets.certificates[0].jwk()] });
                            let bound = "tls_client_certificate_bound_access_tokens";
                            extend(client, json!({ "jwks": keys, bound: true }));
                        }
                        NARROW => {
                            client.scope = sample::scope("read");
                            client.grant_types = vec!["client_credentials".to_owned()];
                        }
                        _ => {}
                    }
                })
                .await;
        }
        house.client("watcher", Some(SECRET), |client| client.introspect = Introspect::Any).await;
        Self { house, server, secrets: Arc::clone(secrets), held: Vec::new() }
    }

    /// Sends a request; what it gives is kept, and shown by its place.
    pub(super) async fn send(&mut self, request: &Request) -> Said {
        let sent = request.on(self);
        let mut said = match self.server {
            Server::Native => native::answer(&self.house, &sent).await,
            Server::Behind => behind::answer(&self.house, &sent).await,
        };
        for (name, kind) in GIVEN {
            let Some(Value::String(text)) = said.body.get(name) else { continue };
            let place = format!("{kind:?} {}", self.place(kind, text));
            let claims = claims(text);
            said.body.insert(name.to_owned(), place.into());
            said.body.extend(claims.map(|claims| (format!("claims of {name}"), claims)));
        }
        said
    }

    fn place(&mut self, kind: Held, text: &str) -> usize {
        let same = |(known, known_text): &(Held, String)| *known == kind && known_text == text;
        let at = self.held.iter().position(same).unwrap_or_else(|| {
            self.held.push((kind, text.to_owned()));
            self.held.len() - 1
        });
        self.held[..at].iter().filter(|(known, _)| *known == kind).count()
    }

    /// The text of a kind that was given so many texts of its kind before the latest.
    pub(super) fn held(&self, kind: Held, back: usize) -> String {
        let all: Vec<_> = self.held.iter().filter(|(known, _)| *known == kind).collect();
        match all.len() {
            0 => format!("no-{kind:?}"),
            count => all[count - 1 - back % count].1.clone(),
        }
    }
}

fn extend(client: &mut Client, metadata: Value) {
    client.metadata.extend(metadata.as_object().unwrap().clone());
}
