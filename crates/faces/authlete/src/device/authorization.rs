//! `POST /device/authorization`: the codes for a device (RFC 8628 sections 3.1 and 3.2).

use axum::response::Response;
use jeton_core::Dialect;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::Named;
use jeton_core::client_alias;
use jeton_core::device::{self, DeviceAuthorization, UserCode};
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::BODY_MISSING;
use serde_json::{Value, json};

use crate::answer::{Answer, Code, Operation, members};
use crate::call::Call;
use crate::runtime::client_request::{form, presented};
use crate::runtime::refused;
use crate::shapes::{client, scope};

const AUTHORIZATION: Operation = Operation::acting(
    "/device/authorization",
    Right::UseService,
    "The device authorization request was answered.",
    Code("A220202"),
);

/// Gives a device its codes.
pub(super) async fn authorization(call: Call) -> Response {
    call.answer(&AUTHORIZATION, async |cx| {
        let service = cx.service()?;
        let mut named = None;
        let given = match form(&cx.body)? {
            Err(refusal) => Err(refusal.into()),
            Ok(params) => {
                let presented = presented(cx, service, &params, "/device_authorization")?;
                named = presented.claimed().map(str::to_owned);
                device::authorize(&cx.backend.oauth, service, &presented, &params, Dialect::Standard).await
            }
        };
        let given = match given {
            Ok(given) => given,
            Err(refused) => {
                let code = |refusal: &Refusal| {
                    if refusal.is(&BODY_MISSING) { Code("A220201") } else { Code("A220301") }
                };
                return refused::of_client(cx, named.as_deref(), refused, "UNAUTHORIZED", code).await;
            }
        };
        let pages = Pages::of(service, &given.user_code);
        let mut answer = members(json!({
            "responseContent": content(&given, &pages),
            "deviceCode": given.device_code.expose(),
            "userCode": given.user_code,
            "verificationUri": pages.plain,
            "verificationUriComplete": pages.complete,
            "expiresIn": given.expires_in.as_secs(),
            "interval": given.interval.as_secs(),
        }));
        if let UserCode::Open(question, _) = device::look_up(&cx.backend.oauth, service, &given.user_code).await? {
            let by_alias = client_alias::is_alias(&question.client, named.as_deref());
            answer
                .extend(members(json!(client::named(Some(&question.client), Named { by_alias, ..Named::default() }))));
            answer.extend(members(json!({
                "clientId": client::number(&question.client),
                "clientAuthMethod": client::auth_method(&question.client),
                "clientName": question.client.metadata.client_name,
                "scopes": scope::described(service, &question.scope),
            })));
        }
        Ok(Answer::action(Code("A220001"), "OK", answer))
    })
    .await
}

/// Where people enter the code: the pages that the service's document names, or `/device` below its issuer.
struct Pages {
    plain: String,
    complete: Option<String>,
}

impl Pages {
    fn of(service: &Service, user_code: &str) -> Self {
        let named = |name: &str| service.settings.other.get(name).and_then(Value::as_str).filter(|url| !url.is_empty());
        let own = named("deviceVerificationUri");
        let complete = named("deviceVerificationUriComplete").map(|url| url.replace("USER_CODE", user_code));
        let plain = own.map_or_else(|| format!("{}/device", service.issuer.trim_end_matches('/')), str::to_owned);
        Self { plain, complete }
    }
}

/// The response for the device (RFC 8628 section 3.2).
fn content(given: &DeviceAuthorization, pages: &Pages) -> String {
    let mut content = members(json!({
        "device_code": given.device_code.expose(),
        "user_code": given.user_code,
        "verification_uri": pages.plain,
        "expires_in": given.expires_in.as_secs(),
        "interval": given.interval.as_secs(),
    }));
    if let Some(url) = &pages.complete {
        content.insert("verification_uri_complete".to_owned(), url.as_str().into());
    }
    Value::Object(content).to_string()
}
