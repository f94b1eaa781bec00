//! `GET` and `POST /service/configuration`: the discovery document (OIDC Discovery 1.0, RFC 8414) of the authorization server, whose
//! addresses are those of the service's document.

use axum::response::Response;
use jeton_core::backend::access::Right;
use jeton_core::client_auth;
use jeton_core::model::{AuthMethod, Service};
use jeton_jose::Algorithm;
use serde_json::{Map, Value, json};

use super::patch::patched;
use crate::answer::{Answer, Code, Operation, members};
use crate::call::{Call, Cx};

const CONFIGURATION: Operation =
    Operation::answering("/service/configuration", Some(Right::ViewService), "Done.", Code::UNSUITABLE);

/// Members of a service's document that the discovery document has under another name, unchanged.
const SAME: &[(&str, &str)] = &[
    ("authorizationEndpoint", "authorization_endpoint"),
    ("tokenEndpoint", "token_endpoint"),
    ("userInfoEndpoint", "userinfo_endpoint"),
    ("revocationEndpoint", "revocation_endpoint"),
    ("introspectionEndpoint", "introspection_endpoint"),
    ("registrationEndpoint", "registration_endpoint"),
    ("pushedAuthReqEndpoint", "pushed_authorization_request_endpoint"),
    ("deviceAuthorizationEndpoint", "device_authorization_endpoint"),
    ("endSessionEndpoint", "end_session_endpoint"),
    ("checkSessionIframe", "check_session_iframe"),
    ("jwksUri", "jwks_uri"),
    ("serviceDocumentation", "service_documentation"),
    ("policyUri", "op_policy_uri"),
    ("tosUri", "op_tos_uri"),
    ("supportedAcrs", "acr_values_supported"),
    ("supportedClaims", "claims_supported"),
    ("supportedClaimLocales", "claims_locales_supported"),
    ("supportedUiLocales", "ui_locales_supported"),
    ("supportedAuthorizationDetailsTypes", "authorization_details_types_supported"),
];

/// Lists of constants, which the discovery document has in small letters.
const LOWER: &[(&str, &str)] = &[
    ("supportedDisplays", "display_values_supported"),
    ("supportedClaimTypes", "claim_types_supported"),
    ("supportedTokenAuthMethods", "token_endpoint_auth_methods_supported"),
    ("supportedRevocationAuthMethods", "revocation_endpoint_auth_methods_supported"),
    ("supportedIntrospectionAuthMethods", "introspection_endpoint_auth_methods_supported"),
];

/// The discovery document.
pub(super) async fn configuration(call: Call) -> Response {
    call.answer(&CONFIGURATION, async |cx| {
        let pretty = cx.query.flag("pretty")? || cx.body.flag("pretty")?;
        let patch = cx.query.text("patch").or(cx.body.text("patch")?);
        let mut document = {
            let (service, ledger) = (cx.service()?, &cx.backend.ledger);
            let algorithms = ledger.keys_to_publish(service).await?.algorithms(ledger.now());
            Value::Object(document(cx, service, algorithms))
        };
        if let Some(text) = patch {
            document = patched(document, text)?;
        }
        Ok(Answer::raw(&document, pretty))
    })
    .await
}

fn document(cx: &Cx<'_>, service: &Service, mut algorithms: Vec<Algorithm>) -> Map<String, Value> {
    let written = &service.settings.other;
    let ledger = &cx.backend.ledger;
    let grants: Vec<_> =
        cx.backend.oauth.grant_names().filter(|name| service.settings.backend.supports(name)).collect();
    let methods: Vec<Value> = client_auth::supported()
        .filter(|method| *method != AuthMethod::TlsClientAuth)
        .filter_map(|method| serde_json::to_value(method).ok())
        .collect();
    algorithms.retain(|alg| !alg.is_symmetric());
    algorithms.extend([Algorithm::HS256, Algorithm::HS384, Algorithm::HS512]);
    let catalog = ledger.entities().catalog(service.id);
    let (scopes, claims) = catalog.discovered();
    let mut document = members(json!({
        "issuer": &*service.issuer,
        "scopes_supported": scopes,
        "claims_supported": claims,
        "grant_types_supported": grants,
        "response_types_supported": response_types(written),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": if service.settings.backend.pkce_s256_required { json!(["S256"]) } else { json!(["plain", "S256"]) },
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "require_pushed_authorization_requests": service.settings.require_pushed_authorization_requests,
        "authorization_response_iss_parameter_supported": true,
    }));
    let scopes = written.get("supportedScopes").and_then(Value::as_array);
    if let Some(scopes) = scopes.filter(|all| !all.is_empty()) {
        let names: Vec<_> = scopes.iter().filter_map(|scope| scope.get("name")).cloned().collect();
        document.insert("scopes_supported".to_owned(), names.into());
    }
    for (from, to) in SAME {
        if let Some(value) = written.get(*from).filter(|value| !value.is_null()) {
            document.insert((*to).to_owned(), value.clone());
        }
    }
    for (from, to) in LOWER {
        let all = written.get(*from).and_then(Value::as_array).filter(|all| !all.is_empty());
        if let Some(all) = all {
            let lower = all.iter().filter_map(Value::as_str).map(|word| word.to_ascii_lowercase().into());
            document.insert((*to).to_owned(), Value::Array(lower.collect()));
        }
    }
    document
}

/// `CODE_ID_TOKEN` is `code id_token`.
fn response_types(written: &Map<String, Value>) -> Vec<String> {
    let all = written.get("supportedResponseTypes").and_then(Value::as_array);
    let name = |word: &str| match word {
        "ID_TOKEN" => "id_token".to_owned(),
        other => other
            .replace("ID_TOKEN", "ID-TOKEN")
            .split('_')
            .map(|part| part.replace('-', "_").to_ascii_lowercase())
            .collect::<Vec<_>>()
            .join(" "),
    };
    match all {
        Some(all) if !all.is_empty() => all.iter().filter_map(Value::as_str).map(name).collect(),
        _ => vec!["code".to_owned()],
    }
}
