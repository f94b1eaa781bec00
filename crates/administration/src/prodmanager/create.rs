//! Creating a token.

use std::net::IpAddr;
use std::sync::Arc;

use jeton_jose::Secret;

use super::create_request::Validated;
use super::token_api::USUAL_LIFETIME;
use super::{CreateRequest, NamedTokens, TokenApi};
use crate::prodmanager::refusals::API_TOKEN_SECRET;
use jeton_ledger::formats::named_api::NamedApi;
use jeton_ledger::ledger::{MintedToken, Plan, TokenPlan};
use jeton_ledger::refusals::{SERVICE_DISABLED, plan_exceeded};
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Permission, TokenDetails, TokenFormat, TokenKind};
use jeton_model::scope::Scope;
use jeton_people::SecretGuess;

impl NamedTokens {
    /// Creates the requested token (`docs/contracts/prodmanager.md` section 2): checks all fields and reports their faults
    /// together, then checks the secret. `address`: the caller's; it may send ten wrong secrets, then one every six seconds.
    ///
    /// An expiry in the past, or before the start, is accepted with a warning in the log: clients rely on it.
    ///
    /// # Errors
    /// [`API_TOKEN_FIELDS`], [`API_TOKEN_SECRET`], `SECRETS_SLOWED`, [`SERVICE_DISABLED`],
    /// or a fault.
    pub async fn create(
        &self,
        service: ServiceId,
        token_api: &TokenApi,
        address: Option<IpAddr>,
        request: CreateRequest,
    ) -> Result<MintedToken, Refusal> {
        let service = self.ledger.entities().service(service).filter(|s| s.enabled).ok_or(SERVICE_DISABLED)?;
        let secret = request.secret.clone();
        let validated = request.validated(token_api).map_err(|faults| faults.refusal())?;
        self.check_token_api_secret(service.id, token_api, address, secret.as_ref())?;
        let token = self.planned(token_api, validated);
        let ends = token.named.as_ref().map(|named| named.ends);
        let starts = token.not_before;
        let issued = self.ledger.mint(Plan { tokens: vec![token], ..Plan::new(Arc::clone(&service), None) }).await?;
        let minted = issued.tokens.into_iter().next().ok_or_else(|| plan_exceeded("tokens"))?;
        if ends.is_some_and(|ends| ends <= minted.issued) || ends <= starts {
            tracing::warn!(
                token = minted.id.get(),
                "an API token was made that is never valid: its end is past or before its start"
            );
        }
        Ok(minted)
    }

    fn check_token_api_secret(
        &self,
        service: ServiceId,
        token_api: &TokenApi,
        address: Option<IpAddr>,
        sent: Option<&Secret>,
    ) -> Result<(), Refusal> {
        let Some(sent) = sent else { return Err(API_TOKEN_SECRET) };
        let (guesses, now) = (&self.people.secret_guesses, self.ledger.now());
        let whose = [b"desk".as_slice(), &service.get().to_be_bytes()].concat();
        let guess = SecretGuess::new(
            &whose,
            address,
            Some(self.ledger.secrets().pepper().mac(&[b"desk\0", sent.expose().as_bytes()])),
        );
        guesses.check(guess, now)?;
        if token_api.secret.matches(sent.expose()) {
            return Ok(());
        }
        guesses.wrong(guess, now);
        Err(API_TOKEN_SECRET)
    }

    fn planned(&self, token_api: &TokenApi, validated: Validated) -> TokenPlan {
        let now = self.ledger.now().whole_second();
        let permission = |name| Permission { resource_id: name, resource_scopes: Vec::new(), expires: None };
        TokenPlan {
            not_before: Some(validated.not_before.unwrap_or(now)),
            details: TokenDetails {
                name: Some(validated.name),
                description: Some(validated.description),
                permissions: validated.permissions.into_iter().map(permission).collect(),
                ..TokenDetails::default()
            },
            named: Some(Box::new(NamedApi {
                issuer: Arc::clone(&token_api.issuer),
                signer: token_api.signer.clone(),
                ends: validated.expires.unwrap_or(now + USUAL_LIFETIME),
            })),
            ..TokenPlan::new(TokenKind::Api, TokenFormat::Jwt, Scope::empty(), None)
        }
    }
}
