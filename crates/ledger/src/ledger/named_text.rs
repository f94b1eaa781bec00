//! The text of a ProdManager token.

use jeton_jose::{Secret, SigningKey, jws};

use super::{Ledger, Plan, TokenPlan};
use crate::formats::named_api::{NamedApi, NamedApiClaims, NamedSigner, VERSION, header};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;

impl Ledger {
    /// The text of a planned token, signed: exactly the contract's claims, in its order.
    pub(super) async fn named_text(
        &self,
        plan: &Plan,
        token: &TokenPlan,
        id: TokenId,
        named: &NamedApi,
        now: Timestamp,
    ) -> Result<Secret, Refusal> {
        let claims = NamedApiClaims {
            iss: &named.issuer,
            aud: token.details.name.as_deref().unwrap_or_default(),
            sub: token.details.description.as_deref().unwrap_or_default(),
            nbf: token.not_before.unwrap_or(now).seconds(),
            exp: named.ends.seconds(),
            iat: now.seconds(),
            jti: &self.secrets.jti(id.get(), &*self.entropy)?,
            version: VERSION,
            permissions: token.details.permissions.iter().map(|p| p.resource_id.as_str()).collect(),
        };
        let payload = serde_json::to_vec(&claims)?;
        let sign = |key: &SigningKey| jws::sign_compact(&header(key.alg()), &payload, key);
        let signed = match &named.signer {
            NamedSigner::Shared(key) => sign(key),
            NamedSigner::OfService(alg) => sign(&self.signer((plan.service.id, None), *alg).await?.key),
        };
        Ok(Secret::new(signed?))
    }
}
