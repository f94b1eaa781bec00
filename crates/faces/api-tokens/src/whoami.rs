//! `GET /api/token/whoami`

use axum::Extension;
use axum::response::Response;
use jeton_core::prodmanager::Known;
use serde_json::{Map, Value};

use crate::wire::json;

/// The claims of the presented token, under `playload` (the misspelt name is the contract's) and, as its documentation shows,
/// beside it. Without a token `playload` is null.
pub(crate) async fn whoami(Extension(known): Extension<Option<Known>>) -> Response {
    let mut answer = known.as_ref().map(|known| known.claims.clone()).unwrap_or_default();
    let nested = known.map_or(Value::Null, |known| Value::Object(known.claims));
    answer.insert("playload".to_owned(), nested);
    json::ok(&Value::Object(Map::from_iter(answer)))
}
