//! JSON bodies: one object, each member once.

use http::HeaderMap;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{BODY_MISSING, INVALID};
use serde_json::{Map, Value};

use crate::media_type;

/// The object of a JSON body.
///
/// # Errors
/// [`BODY_MISSING`] when there is no JSON body; [`INVALID`] when it is not one object.
pub fn json_object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if !media_type(headers).eq_ignore_ascii_case("application/json") || body.iter().all(u8::is_ascii_whitespace) {
        return Err(BODY_MISSING);
    }
    let object = jeton_jose::json::parse_object(body);
    object.map_err(|_| INVALID.with("the body must be one JSON object, each member once"))
}
