//! `GET` and `POST /userinfo`, OIDC Core section 5.3.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jeton_core::RequestSource;
use jeton_core::client_auth::Refused;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BEARER_MISSING, PARAMETER_REPEATED};
use jeton_core::userinfo::{self, UserInfo};
use jeton_wire::oauth::refuse;
use jeton_wire::{Addressed, Entity, Issuer, Source, first_bearer, form, json_body};

/// Claims about the user. The token is in the header, or in a form body (RFC 6750 section 2.2), never in the URL.
pub(crate) async fn userinfo(
    Addressed(issuer): Addressed<Issuer>,
    method: Method,
    source: Source,
    headers: HeaderMap,
    body: Entity,
) -> Response {
    match run(&issuer, &method, &source.0, &headers, &body).await {
        Ok(response) => response,
        Err(refused) => refuse(&issuer, &headers, &refused, "/userinfo", None),
    }
}

async fn run(
    issuer: &Issuer,
    method: &Method,
    origin: &RequestSource,
    headers: &HeaderMap,
    body: &Entity,
) -> Result<Response, Refused> {
    let service = issuer.service()?;
    let in_body =
        if method == Method::POST && !body.bytes()?.is_empty() { form(headers, body.bytes()?).ok() } else { None };
    let in_body = in_body.as_ref().and_then(|params| params.get("access_token"));
    let text = match (first_bearer(headers), in_body) {
        (Some(_), Some(_)) => return Err(PARAMETER_REPEATED.with("access_token").into()),
        (header, body) => header.or(body).ok_or(BEARER_MISSING)?,
    };
    Ok(match userinfo::userinfo(&issuer.oauth, &service, text, origin).await? {
        UserInfo::Json(claims) => json_body(StatusCode::OK, serde_json::to_vec(&claims).map_err(Refusal::from)?),
        UserInfo::Jwt(text) => {
            let mut response = json_body(StatusCode::OK, text.expose().as_bytes().to_vec());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jwt"));
            response
        }
    })
}
