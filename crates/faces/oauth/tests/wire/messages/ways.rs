//! A client of each method, and its credentials.

use jeton_core::model::{AuthMethod, Client, CompatibilityMode, TokenFormat};
use jeton_jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use jeton_served::{Ask, Assertion, House, Made, Maker, PASSWORD, Reply, USER, jwks, key};

pub(super) const ID: &str = "client";
/// 64 characters: enough for every MAC.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The credentials that the client sends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Proof {
    /// The right ones.
    Right,
    /// Wrong ones of the same kind.
    Wrong,
    /// An assertion with this text.
    Text(&'static str),
    /// An assertion with this claim set.
    Claim(&'static str, i64),
}

/// A house with a client `client` of one method and mode, and a client `other`.
pub(super) struct World {
    pub(super) house: House,
    pub(super) method: AuthMethod,
    pub(super) profile: CompatibilityMode,
    record: Client,
    own: SigningKey,
    certificate: Made,
    /// An access and a refresh token of `other`.
    pub(super) foreign: (String, String),
}

impl World {
    pub(super) async fn new(method: AuthMethod, profile: CompatibilityMode, stored: bool) -> Self {
        let (house, certificate) = (House::new().await, Maker::app().made());
        let own = match method {
            AuthMethod::ClientSecretJwt => mac(SECRET),
            _ => key(Algorithm::ES256),
        };
        let has_secret = matches!(
            method,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::ClientSecretJwt
        );
        let metadata = match method {
            AuthMethod::PrivateKeyJwt => json!({ "jwks": jwks(&[&own]) }),
            AuthMethod::TlsClientAuth => json!({ "tls_client_auth_subject_dn": "CN=app,O=Example\\, Inc.,C=FR" }),
            AuthMethod::SelfSignedTlsClientAuth => json!({ "jwks": { "keys": [certificate.jwk()] } }),
            AuthMethod::ClientSecretBasic
            | AuthMethod::ClientSecretPost
            | AuthMethod::ClientSecretJwt
            | AuthMethod::None => json!({}),
        };
        house
            .client(ID, (has_secret && stored).then_some(SECRET), |c| {
                c.token_endpoint_auth_method = method;
                c.profile = profile;
                c.response_types = vec!["code".into(), "token".into(), "id_token".into()];
                c.metadata.extend(metadata.as_object().unwrap().clone());
            })
            .await;
        house.client("other", Some("s3cret"), |c| c.access_token_format = Some(TokenFormat::Opaque)).await;
        let form = [("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read")];
        let issued = house.token(("other", "s3cret"), &form).await.ok();
        let foreign = (issued.access(), issued.refresh());
        let record = house.jeton.administration.show_client(house.service, ID).await.unwrap();
        Self { house, method, profile, record, own, certificate, foreign }
    }

    /// Restores the client, with this change.
    pub(super) async fn change(&self, change: impl FnOnce(&mut Client)) {
        let record = self.record.clone();
        self.house
            .change_client(ID, |client| {
                *client = record;
                change(client);
            })
            .await;
    }

    /// Whether the request carries an `Authorization` header.
    pub(super) fn by_header(&self) -> bool {
        self.method == AuthMethod::ClientSecretBasic
    }

    /// Sends a form as the client `id`.
    pub(super) async fn send(&self, path: &str, id: &str, proof: Proof, form: &[(&str, String)]) -> Reply {
        let mut fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let secret = if proof == Proof::Wrong { "wrong" } else { SECRET };
        let ask = Ask::post(path);
        let text;
        let ask = match self.method {
            AuthMethod::ClientSecretBasic => ask.basic(id, secret),
            AuthMethod::ClientSecretPost => {
                fields.extend([("client_id", id), ("client_secret", secret)]);
                ask
            }
            AuthMethod::ClientSecretJwt | AuthMethod::PrivateKeyJwt => {
                text = self.assertion(id, proof);
                fields.extend([("client_id", id), ("client_assertion_type", KIND), ("client_assertion", &text)]);
                ask
            }
            AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth => {
                fields.push(("client_id", id));
                let stranger = Maker::new(&[]).made();
                let der = if proof == Proof::Wrong { &stranger.der } else { &self.certificate.der };
                ask.certificate(der, self.method == AuthMethod::TlsClientAuth)
            }
            AuthMethod::None => {
                fields.push(("client_id", id));
                ask
            }
        };
        ask.form(&fields).send(&self.house).await
    }

    fn assertion(&self, id: &str, proof: Proof) -> String {
        let right = Assertion::of(&self.house, id, &self.own);
        match proof {
            Proof::Right => right.sign(&self.own),
            Proof::Wrong if self.method == AuthMethod::ClientSecretJwt => right.sign(&mac(&SECRET.replace('0', "x"))),
            Proof::Wrong => right.sign(&key(Algorithm::ES256)),
            Proof::Text(text) => text.to_owned(),
            Proof::Claim("aud", _) => right.claim("aud", "https://other.example").sign(&self.own),
            Proof::Claim("sub", _) => right.claim("sub", "other").sign(&self.own),
            Proof::Claim(name, value) => {
                let value = if value == 0 { Value::Null } else { Value::from(value) };
                right.claim(name, value).sign(&self.own)
            }
        }
    }
}

fn mac(secret: &str) -> SigningKey {
    SigningKey::from_private_bytes(Algorithm::HS256, Some("shared"), secret.as_bytes()).unwrap()
}
