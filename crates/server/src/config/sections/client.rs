//! `[[client]]`: a client of the default service.

use std::time::Duration;

use jeton_core::Secret;
use jeton_core::model::{CLIENT_MEMBERS, Shape, client_property};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::client_properties::ClientPropertiesSchema;
use crate::config::duration::parse;
use crate::config::secret::SecretSchema;

/// A client of the default service.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["client_id"]))]
pub struct Client {
    /// The client's name on the wire; unique in the service.
    pub client_id: String,
    /// Secret of a client that authenticates with one; at least 16 characters, better 32.
    #[schemars(with = "Option<SecretSchema>")]
    pub client_secret: Option<Secret>,
    /// What else the file says of it, as it is written there: names and types are those of [`jeton_core::model::client_properties`].
    #[serde(flatten)]
    #[schemars(with = "ClientPropertiesSchema")]
    pub properties: Map<String, Value>,
}

/// Somebody may have put a private key among the properties, so only their names are shown.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let says: Vec<_> = self.properties.keys().collect();
        f.debug_struct("Client").field("client_id", &self.client_id).field("says", &says).finish_non_exhaustive()
    }
}

impl Client {
    /// A text that the file says.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.as_str()
    }

    /// A list of texts that the file says; empty when it says none.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.properties.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether the file says it.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.properties.contains_key(name)
    }

    /// The lifetimes that the file says.
    pub fn lifetimes(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        let lifetimes = CLIENT_MEMBERS.iter().filter(|member| member.shape == Shape::Seconds);
        lifetimes.filter_map(|member| Some((member.name, duration(self.properties.get(member.name)?)?)))
    }

    /// The client as the administrators' API reads it: lifetimes in seconds, and no empty lists of URIs and audiences, which say
    /// nothing in the file.
    #[must_use]
    pub fn document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        for (name, written) in &self.properties {
            let value = match client_property(name).map(|property| property.shape) {
                Some(Shape::Seconds) => duration(written).map_or(Value::Null, |life| life.as_secs().into()),
                Some(Shape::Redirects | Shape::Audience) if written.as_array().is_some_and(Vec::is_empty) => continue,
                _ => written.clone(),
            };
            document.insert(name.clone(), value);
        }
        document.insert("client_id".to_owned(), json!(self.client_id));
        if let Some(secret) = &self.client_secret {
            document.insert("client_secret".to_owned(), secret.expose().into());
        }
        document
    }
}

fn duration(written: &Value) -> Option<Duration> {
    written.as_u64().map(Duration::from_secs).or_else(|| parse(written.as_str()?))
}
