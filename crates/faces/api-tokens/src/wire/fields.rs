//! The fields of a token request, in the three encodings that clients send (`docs/contracts/prodmanager.md` section 2.1).

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use http::{StatusCode, header};
use jeton_core::prodmanager::{CreateRequest, Given};
use jeton_core::refusals::{BODY_MISSING, INVALID, REQUEST_TOO_LARGE};
use jeton_core::{Refusal, Secret};
use jeton_wire::media_type;
use serde_json::Value;

use super::moment;

/// The names of the fields.
pub(crate) const NAMES: &[&str] =
    &["secret", "name", "description", "not_before_date", "expiration_date", "permission"];

/// Fields in the order sent. Unknown names are ignored.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the body; one in any other encoding has no fields.
    pub(crate) async fn read(request: Request) -> Result<Self, Refusal> {
        let kind = media_type(request.headers()).to_ascii_lowercase();
        let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
        let body = Bytes::from_request(request, &()).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => REQUEST_TOO_LARGE,
            _ => BODY_MISSING,
        })?;
        match kind.as_str() {
            "application/x-www-form-urlencoded" => Ok(Self(
                form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            )),
            "multipart/form-data" => {
                let mut whole = Request::new(Body::from(body));
                whole.headers_mut().extend(content_type.map(|value| (header::CONTENT_TYPE, value)));
                Ok(Self(parts(whole).await.unwrap_or_default()))
            }
            "application/json" => members(&body),
            kind if kind.starts_with("application/") && kind.ends_with("+json") => members(&body),
            _ => Ok(Self(Vec::new())),
        }
    }

    /// The requested token. Of a repeated field the first value counts; a repeated time counts as absent.
    pub(crate) fn order(self) -> CreateRequest {
        let all =
            |name: &'static str| self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str());
        let first = |name: &'static str| all(name).next().map(str::to_owned);
        let at = |name: &'static str| match (all(name).next(), all(name).nth(1)) {
            (None, _) => Given::Absent,
            (Some(text), None) => moment::read(text),
            (Some(_), Some(_)) => Given::Unreadable,
        };
        CreateRequest {
            secret: first("secret").map(Secret::new),
            name: first("name"),
            description: first("description"),
            not_before: at("not_before_date"),
            expires: at("expiration_date"),
            permissions: all("permission").map(str::to_owned).collect(),
        }
    }
}

/// Parts with a file name are files, not fields. A truncated body has no fields, as in the original.
async fn parts(request: Request) -> Option<Vec<(String, String)>> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name().filter(|_| field.file_name().is_none()).map(str::to_owned);
        let value = field.bytes().await.ok()?;
        fields.extend(name.map(|name| (name, String::from_utf8_lossy(&value).into_owned())));
    }
    Some(fields)
}

/// What editors on Windows put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A JSON object with the same names. An array is a repeated field. As in the original, `[]` and `null` are a body without fields,
/// and a byte order mark is no part of the body.
fn members(body: &[u8]) -> Result<Fields, Refusal> {
    let unreadable = || INVALID.with("the body is no JSON object");
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let object = match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object,
        Ok(Value::Array(items)) if items.is_empty() => return Ok(Fields(Vec::new())),
        Ok(Value::Null) => return Ok(Fields(Vec::new())),
        _ => return Err(unreadable()),
    };
    let mut fields = Vec::new();
    for (name, value) in object {
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        let is_choice = name == "permission";
        fields.extend(values.into_iter().map(|value| (name.clone(), text(value, is_choice))));
    }
    Ok(Fields(fields))
}

/// A member's value as a form would have sent it. Null is an empty field; among choices it is the word that the original's
/// language has for it, as the fault says then.
fn text(value: Value, is_choice: bool) -> String {
    match value {
        Value::String(text) => text,
        Value::Null if is_choice => "None".to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
