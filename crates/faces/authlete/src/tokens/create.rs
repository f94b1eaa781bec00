//! `POST /auth/token/create` (`docs/contracts/authlete.md` section 2.1).

use std::sync::Arc;

use axum::response::Response;
use jeton_core::Secret;
use jeton_core::backend::access::Right;
use jeton_core::backend::records::{CreateRecord, Named};
use jeton_core::grants::resource_indicators;
use jeton_core::model::{Authentication, Client};
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{
    CLIENT_UNKNOWN, PARAMETER_MISSING, RECORD_CLIENT_FOREIGN, RECORD_CLIENT_LOCKED, RECORD_CLIENT_UNKNOWN,
    RECORD_CLIENT_UNNAMED, RECORD_GRANT_UNSUPPORTED, RECORD_PROPERTIES_TOO_LARGE, RECORD_REFRESH_UNSUPPORTED,
    RECORD_SCOPE_UNSUPPORTED, SCOPE_NOT_ALLOWED, SUBJECT_MISSING, SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG,
    TOKEN_TEXT_TAKEN,
};
use serde::Serialize;

use super::record::{State, Words, moment, state};
use crate::answer::{Answer, Code, Operation, Outcome};
use crate::call::{Call, Cx, Members};
use crate::shapes::{auth_time, authorization_details, client, grant_type, property, scopes, thumbprint};

/// The members that are read.
pub(super) const MEMBERS: &[&str] = &[
    "grantType",
    "clientId",
    "clientIdentifier",
    "subject",
    "scopes",
    "accessTokenDuration",
    "refreshTokenDuration",
    "properties",
    "accessToken",
    "refreshToken",
    "accessTokenPersistent",
    "certificateThumbprint",
    "dpopKeyThumbprint",
    "authorizationDetails",
    "resources",
    "jwtAtClaims",
    "acr",
    "authTime",
    "sessionId",
    "clientIdAliasUsed",
    "clientEntityIdUsed",
    "metadataDocumentUsed",
    "forExternalAttachment",
];

const BAD: Outcome = Outcome::Action("BAD_REQUEST");
const FORBIDDEN: Outcome = Outcome::Action("FORBIDDEN");

/// The refusals that have a code of their own.
const REFUSALS: &[(Refusal, Code, Outcome)] = &[
    (PARAMETER_MISSING, Code("A104201"), BAD),
    (RECORD_CLIENT_UNNAMED, Code("A107201"), BAD),
    (SUBJECT_MISSING, Code("A105201"), BAD),
    (SUBJECT_TOO_LONG, Code("A105202"), BAD),
    (SUBJECT_NOT_ASCII, Code("A105203"), BAD),
    (RECORD_SCOPE_UNSUPPORTED, Code("A106201"), BAD),
    (SCOPE_NOT_ALLOWED, Code("A106201"), BAD),
    (RECORD_CLIENT_UNKNOWN, Code("A107201"), BAD),
    (RECORD_CLIENT_FOREIGN, Code("A107202"), FORBIDDEN),
    (RECORD_CLIENT_LOCKED, Code("A107203"), FORBIDDEN),
    (CLIENT_UNKNOWN, Code("A107203"), FORBIDDEN),
    (RECORD_PROPERTIES_TOO_LARGE, Code("A108201"), BAD),
];

/// The operation; a batch uses its codes.
pub(super) const CREATE: Operation =
    Operation::acting("/auth/token/create", Right::UseService, "The token was created.", Code("A109290"))
        .refusing(REFUSALS)
        .finer(by_words);

/// The codes that depend on which of both tokens, or on the grant.
fn by_words(refusal: &Refusal) -> Option<Code> {
    if refusal.is(&TOKEN_TEXT_TAKEN) {
        return Some(if refusal.word() == "refresh" { Code("A144202") } else { Code("A144201") });
    }
    if refusal.is(&RECORD_REFRESH_UNSUPPORTED) {
        return Some(match refusal.word() {
            "implicit" => Code("A108203"),
            "client_credentials" => Code("A108204"),
            _ => Code("A108202"),
        });
    }
    refusal.is(&RECORD_GRANT_UNSUPPORTED).then(|| match refusal.word() {
        "refresh_token" | "REFRESH_TOKEN" => Code("A104202"),
        _ => Code("A104203"),
    })
}

/// The members of the answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    #[serde(flatten)]
    state: State<'a>,
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwt_access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    expires_in: u64,
    expires_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_scopes: Option<Words<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
}

/// Creates a token.
pub(super) async fn create(call: Call) -> Response {
    call.answer(&CREATE, async |cx| {
        let service = cx.service()?;
        let asked = read(cx, &cx.body).await?;
        let client = asked.client.clone();
        let created = cx.backend.create_record(&cx.caller, service, asked).await?;
        let (record, access) = (&created.record, &created.access);
        let answer = Created {
            state: state(service, record),
            access_token: access.text.expose(),
            jwt_access_token: access.signed.as_ref().map(Secret::expose),
            refresh_token: created.refresh.as_ref().map(|token| token.text.expose()),
            expires_in: access.expires_in().unwrap_or(0),
            expires_at: moment(access.expires),
            client_id: client.as_deref().map(client::number),
            client_identifier: client.as_ref().map(|client| client.client_id.as_str()),
            grant_type: grant_type::name(record.grant_type()),
            subject: record.subject(),
            refresh_token_scopes: created.refresh.as_ref().map(|token| Words(&token.scope)),
            session_id: record.session(),
        };
        Ok(Answer::written(&CREATE, Code("A109001"), "OK", &answer))
    })
    .await
}

/// The client of the record.
async fn client_of(cx: &Cx<'_>, identifier: &str) -> Result<Arc<Client>, Refusal> {
    match cx.client(identifier).await {
        Err(refusal) if refusal.is(&RECORD_CLIENT_UNKNOWN) => Err(cx.backend.no_client(&cx.caller, identifier).await?),
        found => found,
    }
}

/// The record that these members describe.
///
/// # Errors
/// Those of the table.
pub(super) async fn read(cx: &Cx<'_>, body: &Members) -> Result<CreateRecord, Refusal> {
    let name = body.text("grantType")?.ok_or_else(|| PARAMETER_MISSING.with("grantType"))?;
    let grant_type = grant_type::of_wire(name).ok_or_else(|| RECORD_GRANT_UNSUPPORTED.with(name.to_owned()))?;
    let client = match (body.positive("clientId")?, body.text("clientIdentifier")?) {
        (Some(number), _) => Some(client_of(cx, &number.to_string()).await?),
        (None, Some(identifier)) => Some(client_of(cx, identifier).await?),
        (None, None) => None,
    };
    let without_client = grant_type.ends_with("token-exchange") || grant_type.ends_with("jwt-bearer");
    if client.is_none() && !without_client {
        return Err(RECORD_CLIENT_UNNAMED);
    }
    let text = |name: &str| Ok::<_, Refusal>(body.text(name)?.map(Secret::new));
    let authentication = match (auth_time::read(body, cx.backend.ledger.now())?, body.text("acr")?) {
        (None, None) => None,
        (at, class) => Some(Authentication { at, class: class.map(str::to_owned), ..Authentication::default() }),
    };
    Ok(CreateRecord {
        grant_type: grant_type.to_owned(),
        client,
        subject: body.text("subject")?.map(str::to_owned),
        scope: scopes::read(body)?,
        access_lifetime: body.lifetime("accessTokenDuration")?,
        refresh_lifetime: body.lifetime("refreshTokenDuration")?,
        is_persistent: body.flag("accessTokenPersistent")?,
        properties: property::read(body)?.unwrap_or_default(),
        access_text: text("accessToken")?,
        refresh_text: text("refreshToken")?,
        binding: thumbprint::read(body)?,
        authorization_details: authorization_details::read(body)?,
        audience: resource_indicators(body.texts("resources")?.unwrap_or_default().into_iter())?,
        claims: body.json_text("jwtAtClaims")?.unwrap_or_default(),
        authentication,
        session: body.text("sessionId")?.map(str::to_owned),
        named: Named {
            by_alias: body.flag("clientIdAliasUsed")?,
            by_entity_id: body.flag("clientEntityIdUsed")?,
            by_metadata_document: body.flag("metadataDocumentUsed")?,
        },
        for_external_attachment: body.flag("forExternalAttachment")?,
    })
}
