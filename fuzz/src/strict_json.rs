//! JSON objects with unique members.

use jeton_jose::json::parse_object;
use serde_json::{Map, Value};

/// What is read is what any other parser reads.
pub fn run(data: &[u8]) {
    if let Ok(object) = parse_object(data) {
        let plain: Option<Map<String, Value>> = serde_json::from_slice(data).ok();
        assert_eq!(plain.as_ref(), Some(&object));
        assert!(parse_object(Value::Object(object).to_string().as_bytes()).is_ok());
    }
}

/// Right ones.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&[
        "{}",
        r#"{"a":[1,-2,3.5e7,null,true,"x",{"b":{}}],"c":"\u0061\ud83d\ude00"}"#,
        r#"{"alg":"HS256","typ":"JWT","nested":{"alg":1}}"#,
    ])
}
