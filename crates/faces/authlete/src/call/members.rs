//! The members of a body: read liberally, since some SDKs send every member of their type (`docs/contracts/authlete.md`
//! section 1.3).
//!
//! `null` counts as absent, also inside lists. A form is read like an object of texts, where a list is separated by spaces. An
//! empty body is an object without members. Unknown members are ignored.

use std::collections::HashSet;
use std::time::Duration;

use http::HeaderMap;
use jeton_core::ledger::LONGEST_LIFETIME;
use jeton_core::refusal::Refusal;
use jeton_core::refusals::{CALL_UNREADABLE, INVALID};
use jeton_wire::media_type;
use serde_json::{Map, Value};

/// The largest member, in bytes as JSON: as much as the contract allows for the properties of a token (section 6). What a call states
/// is kept with tokens and tickets.
const LARGEST: usize = 65_535;

/// The members that have other limits: what a client sent, what this server made, and lists of a service's document.
const LARGER: [&str; 5] = ["parameters", "ticket", "properties", "supportedScopes", "service"];

/// The members of a body, without those that are `null`.
#[derive(Debug, Default)]
pub(crate) struct Members {
    members: Map<String, Value>,
    is_form: bool,
}

impl Members {
    /// Reads a body.
    ///
    /// # Errors
    /// [`CALL_UNREADABLE`]; [`INVALID`] for a member that is too large.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        if media_type(headers).eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Self::of_form(body);
        }
        let object = jeton_jose::json::parse_object(body);
        let object = object.map_err(|_| CALL_UNREADABLE.with("it must be one JSON object, each member once"))?;
        Self::of_object(object).within(body.len())
    }

    /// The objects of a list; elements that are `null` are left out.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(super) fn of_list(body: &[u8]) -> Result<Vec<Self>, Refusal> {
        let invalid = || INVALID.with("the body must be a list of JSON objects, each member once");
        let all = jeton_jose::json::parse_list(body).map_err(|_| invalid())?;
        let objects = all.into_iter().filter(|each| !each.is_null()).map(|each| match each {
            Value::Object(members) => Self::of_object(members).within(body.len()),
            _ => Err(invalid()),
        });
        objects.collect()
    }

    /// The members of an object inside a body.
    pub(crate) fn of_object(mut members: Map<String, Value>) -> Self {
        members.retain(|_, value| !value.is_null());
        Self { members, ..Self::default() }
    }

    fn of_form(body: &[u8]) -> Result<Self, Refusal> {
        let (mut members, mut seen) = (Map::new(), HashSet::new());
        for (name, value) in form_urlencoded::parse(body) {
            // An empty value counts too: which of both is meant is not known.
            if !seen.insert(name.clone()) {
                return Err(CALL_UNREADABLE.with(format!("`{name}` comes twice")));
            }
            if !value.is_empty() {
                members.insert(name.into_owned(), value.into_owned().into());
            }
        }
        Self { members, is_form: true }.within(body.len())
    }

    /// These members, if none is too large. `size`: that of the whole body, in bytes.
    fn within(self, size: usize) -> Result<Self, Refusal> {
        let is_large = |(name, value): &(&String, &Value)| {
            !LARGER.contains(&name.as_str()) && serde_json::to_vec(value).is_ok_and(|json| json.len() > LARGEST)
        };
        match self.members.iter().find(|member| size > LARGEST && is_large(member)) {
            None => Ok(self),
            Some((name, _)) => Err(INVALID.with(format!("`{name}` is longer than {LARGEST} bytes"))),
        }
    }

    /// A member as it was sent.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// All members.
    pub(crate) fn all(&self) -> &Map<String, Value> {
        &self.members
    }

    /// A text; none when it is absent or empty.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(wrong(name, "a string")),
        }
    }

    /// A whole number; none when it is absent. A text of digits counts.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => number.as_i64().map(Some).ok_or_else(|| wrong(name, "a whole number")),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| wrong(name, "a whole number")),
            Some(_) => Err(wrong(name, "a whole number")),
        }
    }

    /// A number where zero and less mean "as usual".
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn positive(&self, name: &str) -> Result<Option<u64>, Refusal> {
        Ok(self.number(name)?.and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0))
    }

    /// How long something lives, in seconds; none when it is absent, zero or less.
    ///
    /// # Errors
    /// [`INVALID`], also for more than ten years.
    pub(crate) fn lifetime(&self, name: &str) -> Result<Option<Duration>, Refusal> {
        let life = self.positive(name)?.map(Duration::from_secs);
        if life > Some(LONGEST_LIFETIME) { Err(wrong(name, "at most ten years, in seconds")) } else { Ok(life) }
    }

    /// A yes or no; no when it is absent.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.members.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(wrong(name, "true or false")),
        }
    }

    /// A list of texts; none when it is absent.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Array(all)) => {
                let texts = all.iter().filter(|value| !value.is_null());
                let texts = texts.map(|value| value.as_str().ok_or_else(|| wrong(name, "a list of strings")));
                texts.collect::<Result<_, _>>().map(Some)
            }
            Some(Value::String(words)) if self.is_form => {
                Ok(Some(words.split(' ').filter(|word| !word.is_empty()).collect()))
            }
            Some(_) => Err(wrong(name, "a list of strings")),
        }
    }

    /// A list of objects; none when it is absent.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn objects(&self, name: &str) -> Result<Option<Vec<Self>>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Array(all)) => {
                let objects = all.iter().filter(|value| !value.is_null()).map(|value| match value {
                    Value::Object(members) => Ok(Self::of_object(members.clone())),
                    _ => Err(wrong(name, "a list of objects")),
                });
                objects.collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong(name, "a list of objects")),
        }
    }

    /// An object; none when it is absent.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Self::of_object(members.clone()))),
            Some(_) => Err(wrong(name, "an object")),
        }
    }

    /// A text that contains a JSON object; none when it is absent. An object is accepted as it is.
    ///
    /// # Errors
    /// [`INVALID`].
    pub(crate) fn json_text(&self, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members.clone())),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => {
                let object = jeton_jose::json::parse_object(text.as_bytes());
                object.map(Some).map_err(|_| wrong(name, "a string with a JSON object"))
            }
            Some(_) => Err(wrong(name, "a string with a JSON object")),
        }
    }
}

fn wrong(name: &str, what: &str) -> Refusal {
    INVALID.with(format!("`{name}` must be {what}"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};
    use serde_json::json;

    use super::Members;

    fn read(kind: &'static str, body: &str) -> Result<Members, &'static str> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        Members::read(&headers, body.as_bytes()).map_err(|refusal| refusal.id())
    }

    #[test]
    fn null_is_absent_and_an_empty_body_has_no_members() {
        let members = read("application/json", r#"{"a":null,"b":["x",null,"y"],"c":0,"d":"7","e":false}"#).unwrap();
        assert_eq!(members.text("a").unwrap(), None);
        assert_eq!(members.texts("b").unwrap(), Some(vec!["x", "y"]));
        assert_eq!((members.number("c").unwrap(), members.positive("c").unwrap()), (Some(0), None));
        assert_eq!(members.number("d").unwrap(), Some(7));
        assert!(!members.flag("e").unwrap() && !members.flag("f").unwrap());
        assert!(read("application/json", " \n").unwrap().all().is_empty());
        assert!(read("", "").unwrap().all().is_empty());
    }

    #[test]
    fn a_form_is_read_like_an_object() {
        let members = read("application/x-www-form-urlencoded", "scopes=a+b&flag=True&n=5&empty=").unwrap();
        assert_eq!(members.texts("scopes").unwrap(), Some(vec!["a", "b"]));
        assert!(members.flag("flag").unwrap());
        assert_eq!((members.number("n").unwrap(), members.get("empty")), (Some(5), None));
        for twice in ["a=1&a=2", "a=&a=2", "a=1&a=", "a&a"] {
            assert_eq!(read("application/x-www-form-urlencoded", twice).unwrap_err(), "call_unreadable", "{twice}");
        }
    }

    #[test]
    fn what_is_of_another_type_is_refused() {
        for body in ["{", "[1", "7", "\"a\"", r#"{"a":1,"a":2}"#] {
            assert_eq!(read("application/json", body).unwrap_err(), "call_unreadable", "{body}");
        }
        let members = Members::of_object(json!({ "a": 1.5, "b": [1], "c": {} }).as_object().unwrap().clone());
        assert!(members.number("a").is_err() && members.texts("b").is_err() && members.text("c").is_err());
        assert!(members.flag("a").is_err() && members.objects("b").is_err() && members.json_text("b").is_err());
    }
}
