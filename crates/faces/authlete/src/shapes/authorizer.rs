//! Who authorized: what the authorization server states of the person whom it signed in.

use jeton_core::Secret;
use jeton_core::authorization::Authorizer;
use jeton_core::grants::Extras;
use jeton_core::model::{Authentication, GrantDetails, Service, Vouched};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;

use super::{auth_time, authorization_details, property, scopes};
use crate::call::{Cx, Members};

/// The person and what is stated of them.
///
/// # Errors
/// [`INVALID`], `SUBJECT_TOO_LONG`, `SUBJECT_NOT_ASCII`.
pub(crate) async fn read(cx: &Cx<'_>, subject: &str) -> Result<Authorizer, Refusal> {
    let (body, service) = (&cx.body, cx.service()?);
    cx.backend.subject(service.id, subject).await?;
    let mut authorizer = Authorizer::named(&cx.backend.oauth, service, subject).await?;
    authorizer.authentication = Authentication {
        at: auth_time::read(body, cx.backend.ledger.now())?,
        class: body.text("acr")?.map(str::to_owned),
        ..Authentication::default()
    };
    authorizer.scope = scopes::read(body)?;
    let vouched = Vouched {
        sub: body.text("sub")?.map(str::to_owned),
        claims: body.json_text("claims")?.unwrap_or_default(),
        consented: body.texts("consentedClaims")?.unwrap_or_default().into_iter().map(str::to_owned).collect(),
        session: body.text("sessionId")?.map(str::to_owned),
        header: body.json_text("idtHeaderParams")?.unwrap_or_default(),
        audience_as_array: audience_as_array(service, body)?,
    };
    authorizer.details = GrantDetails {
        properties: property::read(body)?.unwrap_or_default(),
        authorization_details: authorization_details::read(body)?,
        vouched: Some(Box::new(vouched)),
        ..GrantDetails::default()
    };
    authorizer.extras = extras(cx)?;
    // The authorization keeps the properties: tokens inherit them.
    authorizer.extras.properties = Vec::new();
    Ok(authorizer)
}

/// What the caller adds to the tokens of one request.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn extras(cx: &Cx<'_>) -> Result<Extras, Refusal> {
    let body = &cx.body;
    Ok(Extras {
        properties: property::read(body)?.unwrap_or_default(),
        access_lifetime: body.lifetime("accessTokenDuration")?,
        refresh_lifetime: body.lifetime("refreshTokenDuration")?,
        key: None,
        access_claims: body.json_text("jwtAtClaims")?.unwrap_or_default(),
        access_text: match body.text("accessToken")? {
            None => None,
            Some(text) => Some((Secret::new(text), cx.caller.administrator(cx.service()?.id).administers()?)),
        },
    })
}

/// `idTokenAudType`, of the call or else of the service.
///
/// # Errors
/// [`INVALID`].
pub(crate) fn audience_as_array(service: &Service, body: &Members) -> Result<bool, Refusal> {
    match body.text("idTokenAudType")? {
        None => Ok(!service.settings.backend.id_token_audience_as_text),
        Some("array") => Ok(true),
        Some("string") => Ok(false),
        Some(_) => Err(INVALID.with("`idTokenAudType` must be array or string")),
    }
}
