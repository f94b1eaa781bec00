//! The texts of planned tokens: ids, secrets, signatures.

use aws_lc_rs::digest;
use jeton_jose::{Algorithm, Secret, base64url};

use super::{GivenText, IdTokenPlan, IdTokenReader, Ledger, Plan, TokenPlan, properties, successor};
use crate::formats::jwt::{AccessClaims, Audience, Confirmation, ScopeClaim};
use crate::formats::jwt_form::{JwtContent, JwtForm};
use crate::formats::reference;
use crate::keys::Typ;
use crate::refusals::plan_exceeded;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Authentication, Client, ResponseScope, Service, TokenDetails, TokenFormat};

impl Ledger {
    /// The text of one planned token.
    pub(super) async fn text_of(
        &self,
        plan: &Plan,
        token: &TokenPlan,
        id: TokenId,
        (now, expires): (Timestamp, Option<Timestamp>),
        signed_in: Option<&Authentication>,
        details: &TokenDetails,
    ) -> Result<Secret, Refusal> {
        if let Some(given) = &token.given {
            return Ok(match &given.text {
                GivenText::Clear(text) => text.clone(),
                GivenText::Hash(_) => Secret::new(""),
            });
        }
        match token.format {
            TokenFormat::Opaque => match successor::of_plan(plan) {
                Some(presented) => Ok(successor::text(&self.secrets, token.kind, id, presented)?),
                None => Ok(reference::mint(token.kind, id, &*self.entropy)?),
            },
            TokenFormat::Jwt if let Some(named) = &token.named => self.named_text(plan, token, id, named, now).await,
            TokenFormat::Jwt => {
                let jti = self.secrets.jti(id.get(), &*self.entropy)?;
                let payload = self.access_payload(plan, (token, details), &jti, (now, expires), signed_in)?;
                let own = token.form.and_then(JwtForm::alg);
                let (alg, typ) = match own {
                    Some(alg) => (alg, Typ::Bare),
                    None => (plan.service.settings.signing_alg, Typ::of_access(&plan.service, plan.client.as_deref())),
                };
                let chosen = plan.service.settings.backend.access_token_key.as_deref();
                self.sign((plan.service.id, chosen), alg, payload, typ).await
            }
            TokenFormat::Foreign => Err(plan_exceeded("format")),
        }
    }

    /// The text of an ID token. `access`: the access token that is issued with it; its number is in `jti`, as in that of a JWT
    /// access token, so that the authorization can be found from the ID token.
    pub(super) async fn id_token_of(
        &self,
        (service, client): (&Service, Option<&Client>),
        id_token: &IdTokenPlan,
        access: Option<(TokenId, &str)>,
        now: Timestamp,
    ) -> Result<Secret, Refusal> {
        let mut claims = id_token.claims.clone();
        let client_id = client.map(|c| c.client_id.as_str()).unwrap_or_default();
        let mut set = |name: &str, value: serde_json::Value| claims.insert(name.to_owned(), value);
        set("iss", (*service.issuer).into());
        set("sub", id_token.sub.as_str().into());
        set("aud", if id_token.audience_as_array { vec![client_id].into() } else { client_id.into() });
        set("iat", now.seconds().into());
        set("exp", (now + id_token.lifetime).seconds().into());
        if let Some(nonce) = &id_token.nonce {
            set("nonce", nonce.as_str().into());
        }
        if let Some(signed_in) = &id_token.authentication {
            if let Some(at) = signed_in.at {
                set("auth_time", at.seconds().into());
            }
            if !signed_in.methods.is_empty() {
                set("amr", signed_in.methods.clone().into());
            }
            if let Some(session) = signed_in.session {
                set("sid", self.secrets.sid(session).into());
            }
            if let Some(class) = &signed_in.class {
                set("acr", class.as_str().into());
            }
        }
        if let Some(hash) = id_token.code.as_ref().and_then(|code| left_half(id_token.alg, code.expose())) {
            set("c_hash", hash.into());
        }
        if let Some((access, text)) = access {
            set("jti", self.secrets.jti(access.get(), &*self.entropy)?.into());
            if let Some(hash) = left_half(id_token.alg, text) {
                set("at_hash", hash.into());
            }
        } else if id_token.has_id {
            let mut random = [0; 16];
            self.entropy.fill(&mut random)?;
            set("jti", base64url::encode(random).into());
        }
        let payload = serde_json::to_vec(&claims)?;
        let chosen = service.settings.backend.id_token_key.as_deref();
        let typ = Typ::plain_with(id_token.header.clone());
        let signed =
            super::client_mac::sign_for(self, client, (service.id, chosen), id_token.alg, payload, typ).await?;
        match &id_token.reader {
            IdTokenReader::Anyone => Ok(signed),
            IdTokenReader::Only(client) => client.encrypt(&signed, true),
            IdTokenReader::NotLookedUp => Err(plan_exceeded("reader")),
        }
    }

    /// The claims of a JWT access token.
    pub(super) fn access_payload(
        &self,
        plan: &Plan,
        (token, details): (&TokenPlan, &TokenDetails),
        jti: &str,
        (now, expires): (Timestamp, Option<Timestamp>),
        signed_in: Option<&Authentication>,
    ) -> Result<Vec<u8>, Refusal> {
        let client = plan.client.as_deref();
        let client_id = client.map(|c| c.client_id.as_str()).unwrap_or_default();
        let sub = match (&plan.user, &plan.subject) {
            (Some(user), _) => user.sub.as_str(),
            (None, Some(jeton_model::records::Subject::External(name))) => name,
            _ => client_id,
        };
        let extra = properties::in_claims(details);
        let claims = AccessClaims {
            iss: &plan.service.issuer,
            sub,
            aud: Audience(if token.audience.is_empty() { client_id } else { &token.audience }),
            client_id,
            scope: ScopeClaim {
                scope: token.scope.as_str(),
                array: client.is_some_and(|c| c.response_scope() == ResponseScope::Array),
            },
            iat: now.seconds(),
            nbf: token.not_before.map(Timestamp::seconds),
            exp: expires.map(Timestamp::seconds),
            jti,
            auth_time: signed_in.and_then(|a| a.at).map(Timestamp::seconds),
            cnf: token.binding.as_ref().map(Confirmation::from),
            act: details.actor.as_ref(),
            extra: extra.as_deref(),
        };
        let mut payload = Vec::with_capacity(512);
        match token.form.or(plan.jwt_form) {
            None => serde_json::to_writer(&mut payload, &claims)?,
            Some(form) => {
                let acr = signed_in.and_then(|a| a.class.as_deref());
                let (audience, settings) = (&*token.audience, &plan.service.settings);
                form.write(&JwtContent { claims: &claims, audience, acr, settings }, &mut payload)?;
            }
        }
        Ok(payload)
    }
}

impl IdTokenPlan {
    /// An ID token for an access token that was issued before and whose text is `text`: it states again what this says. The
    /// caller must have found the access token valid.
    ///
    /// # Errors
    /// A fault when the service has no key for it, or its reader is not looked up.
    pub async fn issue_again(
        &self,
        ledger: &Ledger,
        issuer: (&Service, Option<&Client>),
        (access, text): (TokenId, &str),
    ) -> Result<Secret, Refusal> {
        ledger.id_token_of(issuer, self, Some((access, text)), ledger.now()).await
    }
}

/// `at_hash` and `c_hash`: the left half of the text's hash, with the hash of the signature's algorithm (OIDC Core sections
/// 3.1.3.6 and 3.3.2.11).
fn left_half(alg: Algorithm, text: &str) -> Option<String> {
    let hash = match alg {
        Algorithm::HS256 | Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 => &digest::SHA256,
        Algorithm::HS384 | Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => &digest::SHA384,
        Algorithm::HS512 | Algorithm::RS512 | Algorithm::PS512 | Algorithm::ES512 | Algorithm::EdDSA => &digest::SHA512,
    };
    let full = digest::digest(hash, text.as_bytes());
    let full = full.as_ref();
    full.get(..full.len() / 2).map(base64url::encode)
}
