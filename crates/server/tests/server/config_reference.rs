//! The list of keys, the schema and the documentation agree.

use std::collections::BTreeSet;
use std::path::Path;

use jeton_server::config::{Config, KEYS, reference_markdown};
use serde_json::Value;

/// Every path of the schema that is not a table of ours.
fn paths(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        found.insert(path.to_owned());
        return;
    };
    for (name, property) in properties {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match property.get("items").filter(|items| items.get("properties").is_some()) {
            Some(items) => paths(items, &format!("{path}[]"), found),
            None => paths(property, &path, found),
        }
    }
}

#[test]
fn the_keys_are_those_of_the_schema() {
    let mut of_schema = BTreeSet::new();
    paths(&Config::schema(), "", &mut of_schema);
    let of_list: BTreeSet<_> = KEYS.iter().map(|key| key.path.clone()).collect();
    assert_eq!(of_list, of_schema);
    assert_eq!(of_list.len(), KEYS.len(), "no key stands twice");
}

#[test]
fn every_key_is_documented() {
    for key in KEYS.iter() {
        assert!(key.doc.ends_with('.'), "{} needs a sentence: {:?}", key.path, key.doc);
        assert!(!key.doc.contains('|') && !key.kind.contains('|'), "{} would break the table", key.path);
    }
}

#[test]
fn the_schema_refuses_unknown_keys_and_knows_no_null() {
    fn walk(schema: &Value) {
        assert_ne!(schema.get("default"), Some(&Value::Null), "{schema}");
        if schema.get("properties").is_some() {
            assert_eq!(schema["additionalProperties"], false, "{schema}");
        }
        match schema {
            Value::Object(members) => members.values().for_each(walk),
            Value::Array(items) => {
                assert!(!items.iter().any(|item| item == "null"), "{schema}");
                items.iter().for_each(walk);
            }
            _ => {}
        }
    }
    walk(&Config::schema());
}

#[test]
fn defaults_are_as_documented() {
    let toml = |path: &str| KEYS.iter().find(|key| key.path == path).unwrap().default.clone();
    for (path, default) in [
        ("issuer", "\"http://127.0.0.1:8080\""),
        ("data_dir", "\"./jeton-data\""),
        ("http.listen", "[\"127.0.0.1:8080\"]"),
        ("http.trusted_proxies", ""),
        ("http.max_connections", "10000"),
        ("store.url", "\"sqlite:jeton.db\""),
        ("store.revocation_bound", "\"1s\""),
        ("tokens.access_token_format", "\"jwt\""),
        ("tokens.refresh_token_lifetime", "\"30d\""),
        ("tokens.refresh_token_idle", ""),
        ("client[].enabled", ""),
        ("tokens.profile", "\"standard\""),
        ("client[].client_secret_file", ""),
        ("api_tokens.issuer", "\"ProdManager\""),
        ("metrics.listen", ""),
    ] {
        assert_eq!(toml(path), default, "{path}");
    }
}

/// To write the page again: `JETON_BLESS=1 cargo test -p jeton-server reference`.
#[test]
fn the_reference_page_is_up_to_date() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    if std::env::var_os("JETON_BLESS").is_some() {
        std::fs::write(&page, reference_markdown()).unwrap();
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        written == reference_markdown(),
        "docs/configuration.md is stale: JETON_BLESS=1 cargo test -p jeton-server reference"
    );
}
