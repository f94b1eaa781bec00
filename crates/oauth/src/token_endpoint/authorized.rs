//! Turns a user's authorization into a family and its tokens: shared by every grant that redeems one.

use std::sync::Arc;

use super::{GrantContext, describe, id_token, refresh, resource};
use crate::claims::{About, ClaimsRequest};
use jeton_ledger::ledger::{Family, NewGrant, Plan, TokenPlan};
use jeton_ledger::refusals::GRANT_ENDED;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::GrantId;
use jeton_model::records::{Authentication, Client, CompatibilityMode, GrantDetails, Subject};
use jeton_model::scope::Scope;

/// A user's authorization.
pub(crate) struct Authorized {
    /// `grant_type` of the family.
    pub(crate) grant_type: &'static str,
    /// The person.
    pub(crate) subject: Subject,
    /// The number that the family will have.
    pub(crate) grant: GrantId,
    /// Whether the family exists already.
    pub(crate) exists: bool,
    /// The scope.
    pub(crate) scope: Scope,
    /// The audience, space-separated; none: as configured.
    pub(crate) audience: Option<Arc<str>>,
    /// The `claims` parameter as the family keeps it.
    pub(crate) claims: Option<serde_json::Value>,
    /// `nonce` of the request.
    pub(crate) nonce: Option<String>,
    /// How the person was authenticated.
    pub(crate) authentication: Authentication,
    /// When the person authorized at the latest, if the authentication does not say when that was.
    pub(crate) since: Timestamp,
    /// What the family keeps beyond `nonce` and `claims`.
    pub(crate) details: Option<Box<GrantDetails>>,
}

impl Authorized {
    /// A family with an access token, a refresh token and an ID token, as the client may have them. `asked`: the
    /// audience that the access token is narrowed to (RFC 8707 section 2.2); the family keeps the authorized one.
    ///
    /// # Errors
    /// [`GRANT_ENDED`] when the user is gone, disabled, or was signed out everywhere since;
    /// `RESOURCE_NOT_GRANTED` for an audience beyond the authorized one, `RESOURCE_INVALID` for one beyond the client's.
    pub(crate) async fn plan(self, cx: &GrantContext<'_>, asked: Option<resource::Asked>) -> Result<Plan, Refusal> {
        let (service, client) = (cx.service, cx.client);
        let user = match self.subject {
            Subject::External(_) => None,
            // An authorization ends when its user is disabled or signed out everywhere.
            Subject::User(key) => {
                let since = self.authentication.at.unwrap_or(self.since);
                let user = cx.oauth.ledger.entities().user(key).await?;
                Some(user.filter(|u| u.enabled && u.tokens_from <= since).ok_or(GRANT_ENDED)?)
            }
        };
        let scope = self.scope.intersect(&client.scope);
        let mut access = TokenPlan::access(service, client, scope.clone());
        if let Some(authorized) = self.audience {
            access.audience = authorized;
        }
        let audience = Arc::clone(&access.audience);
        if let Some(asked) = asked {
            access.audience = resource::granted_part(asked, &audience, service, client)?;
        }
        let mut tokens = vec![access];
        let mut lifetime = None;
        if wants_refresh(client, &scope) {
            lifetime = Some(client.refresh_token_lifetime.unwrap_or(service.settings.refresh_token_lifetime));
            tokens.push(refresh(service, client, scope.clone()));
        }
        let vouched = self.details.as_ref().and_then(|details| details.vouched.as_deref());
        let about = About { subject: Some(&self.subject), user: user.as_deref(), vouched };
        let mut id_token = match scope.contains("openid") {
            true => id_token(service, client, about, self.nonce.clone(), Some(self.authentication.clone())),
            false => None,
        };
        if let Some(plan) = &mut id_token {
            let catalog = cx.oauth.ledger.entities().catalog(service.id);
            let asked = ClaimsRequest::of_kept(self.claims.as_ref());
            describe(plan, (service, client), (user.as_deref(), &scope, &catalog), &asked);
        }
        let family = if self.exists {
            Family::Existing(cx.oauth.ledger.grant(self.grant).await?.ok_or(GRANT_ENDED)?)
        } else {
            Family::New(Box::new(NewGrant {
                id: Some(self.grant),
                lifetime,
                authentication: Some(self.authentication),
                details: GrantDetails {
                    nonce: self.nonce,
                    claims: self.claims,
                    ..self.details.map(|details| *details).unwrap_or_default()
                },
                ..NewGrant::new(self.grant_type, scope, audience)
            }))
        };
        Ok(Plan { family, tokens, id_token, subject: Some(self.subject), user, ..cx.plan() })
    }
}

/// Whether an authorization yields a refresh token. OpenID Connect requires `offline_access` (Core section 11); plain OAuth
/// clients that may refresh get one, SimpleIdServer clients always.
pub(crate) fn wants_refresh(client: &Client, scope: &Scope) -> bool {
    // The authorization server of a managed client decides what people are asked for.
    let asked = scope.contains("offline_access")
        || !scope.contains("openid")
        || client.profile == CompatibilityMode::Classic
        || client.backend.is_some();
    asked && client.may_use("refresh_token")
}
