//! The payload of a profile's access token.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{JwtProfile, Shape};
use jeton_ledger::formats::jwt::{Audience, Confirmation};
use jeton_ledger::formats::jwt_form::{JwtContent, JwtForm};

/// The claims in the order in which they are written (`docs/contracts/indigo-iam.md` section 8.1, the example).
#[derive(Serialize)]
pub(super) struct Payload<'a> {
    #[serde(rename = "wlcg.ver", skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    iss: &'a str,
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience<'a>>,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    jti: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<&'a Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Value>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    own: Option<&'a Map<String, Value>>,
}

impl<'a> Payload<'a> {
    /// A token's claims in a profile's shape.
    pub(super) fn new(shape: Shape, content: &JwtContent<'a>) -> Self {
        let JwtContent { claims, audience, acr, .. } = *content;
        Self {
            version: shape.version,
            iss: claims.iss,
            sub: claims.sub,
            aud: (!audience.is_empty()).then_some(Audience(audience)),
            iat: claims.iat,
            // A token that becomes valid later has `nbf` in every profile.
            nbf: claims.nbf.or_else(|| shape.early.map(|early| claims.iat - early)),
            exp: claims.exp,
            jti: claims.jti,
            client_id: claims.client_id,
            scope: Some(claims.scope.scope).filter(|scope| shape.scope && !scope.is_empty()),
            acr,
            auth_time: claims.auth_time.filter(|_| shape.auth_time),
            cnf: claims.cnf.as_ref(),
            act: claims.act,
            own: claims.extra,
        }
    }
}

/// Implements the JWT form for every profile.
macro_rules! forms {
    ($($profile:ty),*) => {$(
        impl JwtForm for $profile {
            fn write(&self, content: &JwtContent<'_>, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
                let shape = self.shape(&content.settings.grid);
                serde_json::to_writer(out, &Payload::new(shape, content))
            }
        }
    )*};
}

forms!(super::aarc::Aarc, super::iam::Iam, super::kc::Kc, super::wlcg::Wlcg);
