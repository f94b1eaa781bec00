//! JSON as the original prints it: sorted keys, a blank after `:` and `,`, ASCII only (`docs/contracts/prodmanager.md`
//! section 5).

use std::io::{self, Write};

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// 200 with a JSON body.
pub(crate) fn ok(value: &Value) -> Response {
    answer(StatusCode::OK, value)
}

/// Any status with a JSON body.
pub(crate) fn answer(status: StatusCode, value: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, kind, text(value)).into_response()
}

fn text(value: &Value) -> Vec<u8> {
    let mut value = value.clone();
    value.sort_all_objects();
    let mut out = Vec::with_capacity(256);
    // Writing into memory cannot fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, Spaced));
    out
}

struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if c.is_ascii() && c != '\x7f' {
                out.write_all(&[c as u8])?;
            } else {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text;

    #[test]
    fn it_is_printed_as_the_original_prints_it() {
        let value = json!({ "b": [1, "zwei", null], "a": { "d": {}, "c": [] }, "ü": "é 𝄞 \u{7f} \" \\ \n" });
        assert_eq!(
            String::from_utf8_lossy(&text(&value)),
            r#"{"a": {"c": [], "d": {}}, "b": [1, "zwei", null], "\u00fc": "\u00e9 \ud834\udd1e \u007f \" \\ \n"}"#
        );
    }
}
