//! `password`, RFC 6749 section 4.3: only for confidential clients that list it (RFC 9700 section 2.4). The password may be
//! a confirmation code (`docs/contracts/oauth-token-endpoint.md` section 11).

use std::sync::Arc;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use crate::claims::{About, ClaimsRequest};
use crate::token_endpoint::{
    Decision, GrantContext, GrantRequest, GrantType, HandedPassword, HandedRequest, Params, RequestedScope,
    ResponseTypeRule, bound, describe, id_token, refresh, resource,
};
use jeton_ledger::ledger::{Family, NewGrant, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::records::{Authentication, Client, GrantDetails};
use jeton_model::refusals::PARAMETER_INVALID;
use jeton_model::scope::Scope;
use jeton_people::refusals::CREDENTIALS_INVALID;
use jeton_people::{SignInFrom, SignInMethods, SignedIn, sign_in_by};

pub(super) struct Password;

impl GrantType for Password {
    fn grant_type(&self) -> &'static str {
        "password"
    }

    fn response_type(&self) -> Option<ResponseTypeRule> {
        Some(ResponseTypeRule { needs: "token id_token", classic_only: true })
    }

    fn parameters(&self) -> &'static [&'static str] {
        &["username", "password", "amr_values"]
    }

    fn parse(&self, params: &Params<'_>, claimed: Option<&Client>) -> Result<Box<dyn GrantRequest>, Refusal> {
        Ok(Box::new(Request {
            username: params.required("username")?.to_owned(),
            password: Secret::new(params.required("password")?),
            scope: params.scope_or_default(claimed)?,
            audience: resource::requested(params)?,
            ways: ways(params)?,
        }))
    }
}

struct Request {
    username: String,
    password: Secret,
    scope: RequestedScope,
    audience: Option<resource::Asked>,
    ways: SignInMethods,
}

/// `amr_values`: how the person is authenticated, a space-separated list of `pwd` and `sms`; either when absent.
fn ways(params: &Params<'_>) -> Result<SignInMethods, Refusal> {
    let Some(words) = params.get("amr_values") else { return Ok(SignInMethods::Both) };
    let named = |word: &str| words.split(' ').any(|w| w == word);
    match (named("pwd"), named("sms")) {
        (true, true) => Ok(SignInMethods::Both),
        (true, false) => Ok(SignInMethods::Password),
        (false, true) => Ok(SignInMethods::Code),
        (false, false) => Err(PARAMETER_INVALID.with("amr_values")),
    }
}

impl GrantRequest for Request {
    fn hand_out<'a>(&'a self, cx: &'a GrantContext<'a>) -> Option<BoxFuture<'a, Result<HandedRequest, Refusal>>> {
        Some(Box::pin(async move {
            let asked = self.audience.clone();
            bound::proves(cx, None)?;
            Ok(HandedRequest::Password(HandedPassword {
                username: self.username.clone(),
                password: self.password.clone(),
                scope: self.scope.clone().within(&cx.client.scope)?,
                audience: asked.map(|asked| resource::allowed(asked, cx.service, cx.client)).transpose()?,
                certificate: bound::sent(cx),
                longest: None,
                alias_used: false,
            }))
        }))
    }

    fn decide<'a>(self: Box<Self>, cx: GrantContext<'a>) -> BoxFuture<'a, Result<Decision, Refusal>> {
        Box::pin(async move {
            let (service, client) = (cx.service, cx.client);
            // The person's own address is unknown here: a client may send the passwords of many people from one address.
            let from = SignInFrom::Client { client: client.key, address: cx.origin.addr };
            let signed_in =
                sign_in_by(&cx.oauth.people, service, &self.username, (&self.password, self.ways), from).await?;
            let SignedIn { user, method, is_new, precondition } = signed_in;
            let scope = self.scope.within(&client.scope)?;
            let audience = self.audience.map(|asked| resource::allowed(asked, service, client)).transpose()?;
            let authentication = Authentication {
                at: Some(cx.oauth.ledger.now()),
                methods: vec![method.into()],
                class: None,
                session: None,
            };
            let what = (scope, audience, GrantDetails::default());
            let scope = what.0.clone();
            let mut plan = plan_of(cx.plan(), client, About::user(&user), authentication, what);
            if let Some(id_token) = &mut plan.id_token {
                let catalog = cx.oauth.ledger.entities().catalog(service.id);
                describe(id_token, (service, client), (Some(&*user), &scope, &catalog), &ClaimsRequest::default());
            }
            let plan = plan.of_user(user);
            let plan = Box::new(Plan { new_user: is_new, precondition, ..plan });
            if plan.precondition.is_none() {
                return Ok(Decision::Mint(plan));
            }
            // If another request used the code in between, it counts as used.
            Ok(Decision::Exchange(plan, Box::new(|_, _| Box::pin(std::future::ready(Err(CREDENTIALS_INVALID))))))
        })
    }
}

/// A family with an access token, a refresh token and an ID token, as the client may have them, for a person whose password was
/// right.
pub(super) fn plan_of(
    plan: Plan,
    client: &Client,
    about: About<'_>,
    authentication: Authentication,
    (scope, audience, details): (Scope, Option<Arc<str>>, GrantDetails),
) -> Plan {
    let service = &plan.service;
    let mut access = TokenPlan::access(service, client, scope.clone());
    if let Some(audience) = audience {
        access.audience = audience;
    }
    let audience = access.audience.clone();
    let mut tokens = vec![access];
    let mut lifetime = None;
    if client.may_use("refresh_token") {
        lifetime = Some(client.refresh_token_lifetime.unwrap_or(service.settings.refresh_token_lifetime));
        tokens.push(refresh(service, client, scope.clone()));
    }
    let id_token = match scope.contains("openid") {
        true => id_token(service, client, about, None, Some(authentication.clone())),
        false => None,
    };
    let family = Family::New(Box::new(NewGrant {
        lifetime,
        authentication: Some(authentication),
        details,
        ..NewGrant::new("password", scope, audience)
    }));
    Plan { family, tokens, id_token, ..plan }
}
