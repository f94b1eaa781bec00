//! What a good file becomes.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use jeton_core::model::client_property;
use jeton_server::config::{AccessTokenFormat, Config, Engine, KEYS, RefreshRotation, sample};

use crate::support::{load, load_with};

/// Every key in the operator's contract, and every further one.
const EVERYTHING: &str = include_str!("everything.toml");

#[test]
fn every_key_of_the_contract_is_read() {
    let config = load(EVERYTHING).unwrap();
    assert_eq!(config.problems(), []);
    assert_eq!(config.tokens.access_token_format, AccessTokenFormat::Opaque);
    assert_eq!(config.tokens.refresh_rotation, RefreshRotation::Public);
    assert_eq!(config.store.revocation_bound, Duration::ZERO);
    assert_eq!(config.store.seal_key_bytes().unwrap().as_slice(), [0; 32]);
    let client = &config.client[0];
    let document = serde_json::Value::Object(client.document());
    assert_eq!(document["profile"], "classic");
    assert_eq!(document["introspect"], "audience");
    assert_eq!(document["token_response_scope"], "omit_if_same");
    assert_eq!(document["access_token_lifetime"], 300);
    assert_eq!(document["audience"], "https://api.example");
    assert_eq!(document["client_name"], "An app");
    assert!(!client.has("client_id") && document.get("tos_uri").is_none());
    let user = &config.user[0];
    assert_eq!(user.claims.address.as_ref().unwrap().country.as_deref(), Some("FR"));
    assert_eq!(serde_json::to_value(&user.claims).unwrap()["email_verified"], true);
    assert_eq!(config.service[0].settings.0["accessTokenDuration"], 3600);
    assert_eq!(config.vector.app_keys[0].scopes, ["user"]);
}

/// Of two keys that exclude one another, the one that is not in `EVERYTHING`.
const INSTEAD: &str = "[sms]\nwebhook = \"https://sms.example/send\"\n";

/// An unknown key is an error, so what is set here is read.
#[test]
fn every_key_is_set_once() {
    let mut set = BTreeSet::new();
    for text in [EVERYTHING, INSTEAD] {
        assert_eq!(load(text).unwrap().problems(), []);
        add_paths(&toml::Value::Table(text.parse().unwrap()), "", &mut set);
    }
    // `client_secret_file` stands for `client_secret`: one rule makes them all, and its tests name some.
    let is_file = |path: &str| path.strip_suffix("_file").is_some_and(|secret| set.contains(secret));
    // `config_clients` sets each property that the tables of clients declare.
    let is_property = |path: &str| path.strip_prefix("client[].").is_some_and(|name| client_property(name).is_some());
    let known = |path: &str| set.contains(path) || is_file(path) || is_property(path);
    let missing: Vec<_> = KEYS.iter().map(|key| &key.path).filter(|path| !known(path)).collect();
    assert!(missing.is_empty(), "set these in everything.toml: {missing:?}");
}

/// The paths of all that is set, as `KEYS` writes them.
fn add_paths(value: &toml::Value, path: &str, set: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(members) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                add_paths(member, &path, set);
                set.insert(path);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| add_paths(item, &format!("{path}[]"), set)),
        _ => {}
    }
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = load("").unwrap();
    assert_eq!(config.problems(), []);
    assert_eq!(config.warnings(), []);
    assert_eq!(config.http.listen, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(config.tokens.refresh_token_lifetime, Duration::from_hours(720));
    assert_eq!(config.api_tokens.permissions.len(), 8);
    // A line that is absent differs from one with the default value.
    assert_eq!(load("[[user]]\nusername = \"a\"").unwrap().user[0].enabled, None);
    assert!(!load("[[client]]\nclient_id = \"a\"").unwrap().client[0].has("enabled"));
}

#[test]
fn the_sample_is_a_good_file_with_its_comments_taken_off_too() {
    let config = load(sample()).unwrap();
    assert_eq!((config.problems(), config.warnings()), (vec![], vec![]));

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.secret"), "0123456789abcdef\n").unwrap();
    let (head, client) = sample().split_once("# [[client]]").unwrap();
    let client = client.lines().map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>().join("\n");
    let config = crate::support::load_in(folder.path(), &format!("{head}[[client]]{client}"), &[]).unwrap();
    assert_eq!((config.problems(), config.warnings()), (vec![], vec![]));
    assert_eq!(config.client.len(), 1);
}

#[test]
fn the_store_url_names_an_engine() {
    let engine = |url: &str| {
        let config = load_with("", &[("JETON_STORE__URL", url)]).unwrap();
        match config.store.engine(Path::new("/data")) {
            Some(Engine::Sqlite(path)) => path.display().to_string(),
            Some(Engine::Postgres(url)) => url.expose().to_owned(),
            None => "none".to_owned(),
        }
    };
    assert_eq!(engine("sqlite:jeton.db"), "/data/jeton.db");
    assert_eq!(engine("sqlite:///var/jeton.db"), "/var/jeton.db");
    assert_eq!(engine("sqlite:/var/jeton.db"), "/var/jeton.db");
    assert_eq!(engine("postgres://u:p@h:5432/d"), "postgres://u:p@h:5432/d");
    assert_eq!(engine("postgresql://h/d"), "postgresql://h/d");
    assert_eq!(engine("mysql://h/d"), "none");
    assert_eq!(engine("sqlite:"), "none");
}

#[test]
fn debug_shows_no_secret() {
    let config = load(EVERYTHING).unwrap();
    let shown = format!("{config:?} {:?}", config.store.engine(Path::new("")));
    for line in EVERYTHING.lines().filter(|line| line.contains("PLANTED")) {
        let secret = line.split('"').find(|part| part.contains("PLANTED")).unwrap();
        assert!(!shown.contains(secret), "{line}");
    }
    assert!(!shown.contains("PLANTED"));
}

#[test]
fn the_default_is_what_loading_nothing_gives() {
    let loaded = Config::load(None, std::iter::empty()).unwrap();
    assert_eq!(format!("{loaded:?}"), format!("{:?}", Config::default()));
    assert_eq!(loaded.store.url.expose(), Config::default().store.url.expose());
}
