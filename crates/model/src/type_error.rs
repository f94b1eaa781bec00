//! What is wrong with a JSON value, in words for users of JSON.

/// What is wrong with a JSON value, to follow the name of its member: the parser's message speaks of types of this program.
#[must_use]
pub fn type_error(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let words: Vec<_> = rest.split('`').skip(3).step_by(2).collect();
        return format!("must be {}", words.join(" or "));
    }
    if message.starts_with("unknown field ") {
        return format!("has an unknown member {}", quoted(message));
    }
    if message.starts_with("missing field ") {
        return format!("has no member {}", quoted(message));
    }
    match message.split_once(", expected ") {
        Some((start, expected)) if start.starts_with("invalid ") => format!("must be {}", json_name(expected)),
        _ if message.starts_with("data did not match ") => "has a value of another type".to_owned(),
        _ => message.to_owned(),
    }
}

/// How users of JSON name what the parser expects.
fn json_name(expected: &str) -> &str {
    match expected {
        "u64" | "u32" | "u16" | "u8" | "usize" => "a whole number, 0 or more",
        "i64" | "i32" => "a whole number",
        "f64" | "f32" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "string or map" | "variant identifier" => "a text",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        _ if expected.starts_with("enum ") => "a text",
        _ if expected.contains("tuple ") || expected.contains("array of length") => "a list",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Map, Value, json};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
        Two,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only its type counts")]
        member: u8,
    }

    #[test]
    fn messages_speak_of_json() {
        fn of<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
            type_error(&serde_json::from_value::<T>(value).unwrap_err())
        }
        assert_eq!(of::<u64>(json!(-1)), "must be a whole number, 0 or more");
        assert_eq!(of::<u64>(json!("x")), "must be a whole number, 0 or more");
        assert_eq!(of::<bool>(json!("true")), "must be true or false");
        assert_eq!(of::<String>(json!(5)), "must be a text");
        assert_eq!(of::<Vec<String>>(json!("x")), "must be a list");
        assert_eq!(of::<Vec<String>>(json!([5])), "must be a text");
        assert_eq!(of::<Map<String, Value>>(json!([1])), "must be an object");
        assert_eq!(of::<Inner>(json!(5)), "must be an object");
        assert_eq!(of::<Inner>(json!({})), "has no member member");
        assert_eq!(of::<Word>(json!("three")), "must be one or two");
        assert_eq!(of::<Word>(json!(3)), "must be a text");
    }
}
