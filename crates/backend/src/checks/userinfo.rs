//! User info on behalf of an authorization server: it has the claims, this server the token.

use std::sync::Arc;

use jeton_ledger::catalog::SCOPE_CLAIMS;
use jeton_model::Refusal;
use jeton_model::records::{GrantDetails, Service};
use jeton_oauth::claims::ClaimsRequest;
use jeton_oauth::userinfo::{UserInfo, as_registered};
use serde_json::{Map, Value};

use super::{Checked, Demand, Lack};
use crate::Backend;

impl Checked {
    fn details(&self) -> Option<&GrantDetails> {
        self.record.as_ref()?.grant.as_ref()?.details.as_deref()
    }

    /// What the `claims` parameter of the authorization request asked for at user info (OIDC Core section 5.5), as it was sent.
    #[must_use]
    pub fn requested_claims(&self) -> Option<&Value> {
        let asked = self.details()?.claims.as_ref()?.get("userinfo")?;
        asked.as_object().is_some_and(|all| !all.is_empty()).then_some(asked)
    }

    /// The claims that the person agreed to, where the authorization server said so.
    #[must_use]
    pub fn consented_claims(&self) -> Option<&[String]> {
        Some(&self.details()?.vouched.as_ref()?.consented)
    }
}

impl Backend {
    /// Checks the token of a user info request: it needs the scope `openid` and a subject (OIDC Core section 5.3).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn check_userinfo_token(
        &self,
        service: &Arc<Service>,
        text: Option<&str>,
        demand: &Demand<'_>,
    ) -> Result<Checked, Refusal> {
        let mut checked = self.check_token(service, text, demand).await?;
        if let (None, Some(record)) = (&checked.lack, &checked.record) {
            checked.lack = if !record.token.scope.contains("openid") {
                Some(Lack::Scopes("openid".to_owned()))
            } else if record.subject().is_none() {
                Some(Lack::Subject)
            } else {
                None
            };
        }
        Ok(checked)
    }

    /// The names of the claims that a token asks for: those of its scopes, and those that its authorization request named.
    #[must_use]
    pub fn claims_of(&self, service: &Service, checked: &Checked) -> Vec<String> {
        let Some(record) = &checked.record else { return Vec::new() };
        let catalog = self.ledger.entities().catalog(service.id);
        let mut names: Vec<String> = catalog.opened(&record.token.scope).map(str::to_owned).collect();
        for (scope, claims) in SCOPE_CLAIMS {
            if record.token.scope.contains(scope) {
                names.extend(claims.iter().map(|name| (*name).to_owned()));
            }
        }
        let details = record.grant.as_ref().and_then(|grant| grant.details.as_ref());
        let asked = ClaimsRequest::of_kept(details.and_then(|details| details.claims.as_ref()));
        names.extend(asked.userinfo.into_keys());
        names.sort_unstable();
        names.dedup();
        names.retain(|name| name != "sub");
        names
    }

    /// The answer to a user info request with these claims, in the form that the client registered. `sub`: instead of the token's
    /// subject.
    ///
    /// # Errors
    /// `CLIENT_KEY_UNUSABLE`, or a fault.
    pub async fn userinfo(
        &self,
        service: &Service,
        checked: &Checked,
        mut claims: Map<String, Value>,
        sub: Option<&str>,
    ) -> Result<UserInfo, Refusal> {
        let record = checked.record.as_ref();
        if let Some(sub) = sub.or_else(|| record.and_then(|record| record.subject())) {
            claims.insert("sub".to_owned(), sub.into());
        }
        let grant = record.and_then(|record| record.grant.as_deref());
        match record.and_then(|record| record.client.as_deref()) {
            Some(client) => as_registered(&self.oauth, service, (client, grant), claims).await,
            None => Ok(UserInfo::Json(claims)),
        }
    }
}
