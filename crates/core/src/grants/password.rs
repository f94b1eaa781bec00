//! `password`, RFC 6749 section 4.3: only for confidential clients that list it (RFC 9700 section 2.4).

use std::sync::Arc;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use super::{
    Decision, Grant, GrantContext, GrantRequest, Params, RequestedScope, ResponseTypeRule, access, resource,
    scope_or_default,
};
use crate::ledger::{Family, NewGrant, Plan};
use crate::model::{Authentication, Client};
use crate::people;
use crate::refusal::Refusal;

pub(super) struct Password;

impl Grant for Password {
    fn grant_type(&self) -> &'static str {
        "password"
    }

    fn response_type(&self) -> Option<ResponseTypeRule> {
        Some(ResponseTypeRule { needs: "token id_token", classic_only: true })
    }

    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request {
            username: params.required("username")?.to_owned(),
            password: Secret::new(params.required("password")?),
            scope: scope_or_default(params, claimed)?,
            audience: resource::requested(params)?,
        }))
    }
}

struct Request {
    username: String,
    password: Secret,
    scope: RequestedScope,
    audience: Option<Arc<str>>,
}

impl GrantRequest for Request {
    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let (service, client) = (cx.service, cx.client);
            let user = people::sign_in(cx.ledger, service, &self.username, &self.password).await?;
            let scope = self.scope.within(&client.scope)?;
            let mut access = access(service, client, scope.clone());
            if let Some(asked) = self.audience {
                access.audience = resource::allowed(asked, service, client)?;
            }
            let audience = access.audience.clone();
            let mut tokens = vec![access];
            let mut lifetime = None;
            if client.may_use("refresh_token") {
                let refresh = super::refresh(service, client, scope.clone());
                lifetime = Some(client.refresh_token_lifetime.unwrap_or(service.settings.refresh_token_lifetime));
                tokens.push(refresh);
            }
            let authentication =
                Authentication { at: cx.ledger.now(), methods: vec!["pwd".into()], class: None, session: None };
            let id_token = scope
                .contains("openid")
                .then(|| super::id_token(service, client, &user, None, Some(authentication.clone())));
            let family = Family::New(Box::new(NewGrant {
                lifetime,
                authentication: Some(authentication),
                ..NewGrant::new("password", scope, audience)
            }));
            Ok(Decision::Mint(Box::new(Plan { family, tokens, id_token, ..cx.plan().of_user(user) })))
        })
    }
}
