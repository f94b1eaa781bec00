//! Configuration text from JSON: the tests describe a client once, for the server and for the script that plays it.

use serde_json::Value;

/// One `[[name]]` table with these members; those that are null are left out.
#[must_use]
pub fn table(name: &str, members: &Value) -> String {
    let mut text = format!("[[{name}]]\n");
    for (key, value) in members.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        text += &format!("{key} = {}\n", inline(value));
    }
    text + "\n"
}

/// A value on one line. JSON's own writing is TOML's but for tables.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("{key:?} = {}", inline(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_what_toml_reads() {
        let members = json!({ "a": "x\"y", "b": [1, true], "c": { "keys": [{ "kty": "EC" }] }, "d": null });
        let expected = "[[client]]\na = \"x\\\"y\"\nb = [1, true]\nc = { \"keys\" = [{ \"kty\" = \"EC\" }] }\n\n";
        assert_eq!(table("client", &members), expected);
    }
}
