//! What the authorization server learns of a request: for its pages, and for its decision.

use jeton_core::authorization::AuthorizationRequest;
use jeton_core::backend::authorization::Begun;
use jeton_core::backend::records::Named;
use jeton_core::model::Service;
use serde_json::{Map, Value, json};

use crate::answer::members;
use crate::call::Cx;
use crate::shapes::{authorization_details, client, scope};

/// The members of the answer.
pub(super) fn shown(cx: &Cx<'_>, service: &Service, begun: &Begun) -> Map<String, Value> {
    let Begun { ticket, request, client } = begun;
    let elsewhere = request.elsewhere.as_deref();
    let max_age = request.oldest_sign_in(client).map(|age| age.as_secs());
    let prompts = prompts(request, max_age);
    let display = elsewhere.and_then(|asked| asked.display.as_deref()).map(str::to_ascii_uppercase);
    let display = display.filter(|word| ["PAGE", "POPUP", "TOUCH", "WAP"].contains(&word.as_str()));
    let by_alias = elsewhere.is_some_and(|asked| asked.alias_used);
    let mut shown = members(json!(client::named(Some(client), Named { by_alias, ..Named::default() })));
    shown.extend(members(json!({
        "ticket": ticket,
        "service": cx.backend.service_document(service),
        "client": client::in_short(client),
        "scopes": scope::described(service, &request.scope),
        "claims": request.claims.id_token.keys().collect::<Vec<_>>(),
        "claimsAtUserInfo": request.claims.userinfo.keys().collect::<Vec<_>>(),
        "acrs": elsewhere.map(|asked| &asked.acr_values).filter(|all| !all.is_empty()),
        "acrEssential": request.claims.id_token.get("acr").is_some_and(|asked| asked.essential),
        "prompts": prompts,
        "lowestPrompt": prompts.first().copied().unwrap_or("NONE"),
        "maxAge": max_age.unwrap_or(0),
        "subject": request.subject,
        "loginHint": request.login_hint,
        "display": display,
        "uiLocales": elsewhere.map(|asked| &asked.ui_locales).filter(|all| !all.is_empty()),
        "claimsLocales": elsewhere.map(|asked| &asked.claims_locales).filter(|all| !all.is_empty()),
        "authorizationDetails": authorization_details::shown(elsewhere.and_then(|asked| asked.authorization_details.as_ref())),
        "resources": request.audience.as_deref().map(|all| all.split(' ').collect::<Vec<_>>()),
        "redirectUri": request.redirect_uri,
    })));
    shown
}

/// The pages that the request demands. `max_age=0` demands a new sign-in, which the answer could not tell from no `max_age`.
fn prompts(request: &AuthorizationRequest, max_age: Option<u64>) -> Vec<&'static str> {
    let prompt = request.prompt;
    let login = prompt.login && !prompt.select_account || max_age == Some(0);
    let all = [
        ("NONE", prompt.none),
        ("LOGIN", login),
        ("CONSENT", prompt.consent),
        ("SELECT_ACCOUNT", prompt.select_account),
    ];
    all.into_iter().filter(|(_, asked)| *asked).map(|(name, _)| name).collect()
}
