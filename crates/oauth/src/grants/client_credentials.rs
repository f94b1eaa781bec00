//! `client_credentials`, RFC 6749 section 4.4: a client gets a token for itself.

use futures::future::BoxFuture;

use crate::token_endpoint::{
    Decision, GrantContext, GrantRequest, GrantType, OpenTo, Params, RequestedScope, ResponseTypeRule, refresh,
    resource,
};
use jeton_ledger::ledger::{Family, NewGrant, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::records::{Client, CompatibilityMode};

pub(super) struct ClientCredentials;

impl GrantType for ClientCredentials {
    fn grant_type(&self) -> &'static str {
        "client_credentials"
    }

    fn response_type(&self) -> Option<ResponseTypeRule> {
        Some(ResponseTypeRule { needs: "token", classic_only: true })
    }

    fn open_to(&self) -> OpenTo {
        OpenTo::Persons
    }

    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request { scope: params.scope_or_default(claimed)?, audience: resource::requested(params)? }))
    }
}

struct Request {
    scope: RequestedScope,
    audience: Option<resource::Asked>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let scope = self.scope.within(&cx.client.scope)?;
            let mut access = TokenPlan::access(cx.service, cx.client, scope.clone());
            if let Some(asked) = self.audience {
                access.audience = resource::allowed(asked, cx.service, cx.client)?;
            }
            let mut tokens = vec![access];
            let mut family = Family::Own;
            // RFC 6749 section 4.4.3 advises against a refresh token here; SimpleIdServer clients expect one.
            if cx.client.profile == CompatibilityMode::Classic && cx.client.may_use("refresh_token") {
                let refresh = refresh(cx.service, cx.client, scope.clone());
                let audience = tokens.first().map(|t| t.audience.clone()).unwrap_or_default();
                family = Family::New(Box::new(NewGrant {
                    lifetime: refresh.lifetime,
                    ..NewGrant::new("client_credentials", scope, audience)
                }));
                tokens.push(refresh);
            }
            Ok(Decision::Mint(Box::new(Plan { family, tokens, ..cx.plan() })))
        })
    }
}
