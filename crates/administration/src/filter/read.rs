//! A filter in words, as given.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::moment;
use super::nearest::nearest;
use super::parsed::{ParsedFilter, StateWord};
use super::words::{Parse, WORDS};
use jeton_model::clock::Timestamp;
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::{INVALID, PARAMETER_REPEATED};

/// The longest value, in bytes.
const LONGEST: usize = 1024;

/// A filter in words, each of them valid. Only [`FilterWords::read`] makes one. Whether its clients and users exist is not
/// checked yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilterWords {
    said: BTreeMap<&'static str, String>,
    pub(super) parsed: ParsedFilter,
}

impl FilterWords {
    /// Reads words from names and values; offsets in time count from `now`.
    ///
    /// # Errors
    /// [`INVALID`] for an unknown word, with the nearest known one, and for an invalid value; [`PARAMETER_REPEATED`].
    pub fn read<N: AsRef<str>, V: AsRef<str>>(
        words: impl IntoIterator<Item = (N, V)>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut read = Self::default();
        for (name, value) in words {
            read.add(name.as_ref(), value.as_ref(), now)?;
        }
        if read.parsed.state.is_some() && read.parsed.filter.live_at.is_some() && read.said.contains_key("live") {
            return Err(invalid("live", "is the same as `state`=live: say one of them"));
        }
        Ok(read)
    }

    /// The words of a JSON object: strings, numbers, booleans, and for `kind` a list.
    ///
    /// # Errors
    /// As [`Self::read`]; a member without a value is refused, since it may be a mistake that matches everything.
    pub fn of_json(object: &Map<String, Value>, now: Timestamp) -> Result<Self, Refusal> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(switch) => Some(switch.to_string()),
            Value::Array(items) => {
                let words: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
                words.map(|words| words.join(","))
            }
            Value::Null | Value::Object(_) => None,
        };
        let words = object.iter().map(|(name, value)| {
            text(value).map(|text| (name, text)).ok_or_else(|| invalid(name, "must be a text or a number"))
        });
        Self::read(words.collect::<Result<Vec<_>, _>>()?, now)
    }

    /// The words as given; times in RFC 3339.
    #[must_use]
    pub fn said(&self) -> BTreeMap<String, String> {
        self.said.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// Whether no word narrows the filter: then it matches every live token of the service.
    #[must_use]
    pub fn means_everything(&self) -> bool {
        let says_live = |name: &str| name == "live" || (name == "state" && self.parsed.state == Some(StateWord::Live));
        self.said.keys().all(|name| says_live(name))
    }

    /// The value of `state`.
    #[must_use]
    pub const fn state(&self) -> Option<StateWord> {
        self.parsed.state
    }

    /// The value of a word; none when it was not given.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.said.get(name).map(String::as_str)
    }

    fn add(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), Refusal> {
        let Some(word) = WORDS.iter().find(|word| word.name == name || word.short == Some(name)) else {
            let near = nearest(name, WORDS.iter().map(|word| word.name)).unwrap_or_default();
            return Err(INVALID.with(format!("`{}` is not a word of a filter: did you mean `{near}`?", cut(name))));
        };
        // A name may have blanks around it; its look-up knows what they mean.
        let value = if matches!(word.parse, Parse::Name(_)) { value } else { value.trim() };
        if value.trim().is_empty() || value.len() > LONGEST || value.contains(char::is_control) {
            return Err(invalid(word.name, "must have a value, of at most 1024 bytes"));
        }
        let said = match word.parse {
            Parse::Moment(member) => {
                let form =
                    "must be seconds since 1970, a time like 2026-01-31T12:00:00Z, or a distance like -30d or +1h";
                let at = moment::read(value, now).ok_or_else(|| invalid(word.name, form))?;
                *member(&mut self.parsed.filter) = Some(at);
                moment::write(at)
            }
            Parse::Value(read) => {
                read(&mut self.parsed, value, now)?;
                value.to_owned()
            }
            Parse::Name(_) => value.to_owned(),
        };
        match self.said.insert(word.name, said) {
            None => Ok(()),
            Some(_) => Err(PARAMETER_REPEATED.with(word.name.to_owned())),
        }
    }
}

/// The beginning of a text from a request.
fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use jeton_jose::base64url;
    use jeton_model::ids::{GrantId, TokenId};
    use jeton_model::records::TokenKind;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn read(words: &[(&str, &str)]) -> Result<FilterWords, Refusal> {
        FilterWords::read(words.iter().copied(), NOW)
    }

    #[test]
    fn every_word_says_what_it_says() {
        let print = base64url::encode([7; 32]);
        let words = read(&[
            ("kind", "access,refresh"),
            ("scope", "storage.read:/a"),
            ("key", &print),
            ("grant", "5"),
            ("parent", "6"),
            ("issued_from", "-30d"),
            ("issued_before", "1700000000"),
            ("expires_from", "now"),
            ("expires_before", "+1h"),
            ("used_from", "2023-11-14T00:00:00Z"),
            ("unused_since", "-1h"),
            ("state", "live"),
            ("client", "app"),
            ("user", "alice"),
        ])
        .unwrap();
        let filter = &words.parsed.filter;
        assert_eq!(filter.kinds, [TokenKind::Access, TokenKind::Refresh]);
        assert_eq!(filter.binding, Some([7; 32]));
        assert_eq!((filter.grant, filter.parent), (Some(GrantId::new(5)), Some(TokenId::new(6))));
        assert_eq!(filter.issued_from, Some(Timestamp::from_seconds(1_700_000_000 - 30 * 86_400)));
        assert_eq!(filter.expires_before, Some(Timestamp::from_seconds(1_700_003_600)));
        assert_eq!(filter.used_before, Some(Timestamp::from_seconds(1_699_996_400)));
        assert_eq!(filter.live_at, Some(NOW));
        assert_eq!((words.text("client_id"), words.text("username")), (Some("app"), Some("alice")));
        assert_eq!(words.said()["issued_before"], "2023-11-14T22:13:20Z");
    }

    #[test]
    fn an_unknown_word_names_the_nearest() {
        for (wrong, right) in [
            ("clint_id", "client_id"),
            ("unused", "unused_since"),
            ("kinds", "kind"),
            ("expire_before", "expires_before"),
        ] {
            let refusal = read(&[(wrong, "1")]).unwrap_err();
            assert!(refusal.message().contains(&format!("did you mean `{right}`")), "{}", refusal.message());
        }
    }

    #[test]
    fn what_a_word_cannot_say_is_refused() {
        for (word, value) in [
            ("kind", "acces"),
            ("kind", ","),
            ("kind", " "),
            ("client_id", ""),
            ("client_id", "\u{0}"),
            ("key", "abc"),
            ("key", "====="),
            ("grant", "-1"),
            ("grant", "9007199254740992"),
            ("parent", "x"),
            ("scope", "a b"),
            ("issued_from", "soon"),
            ("live", "yes"),
            ("state", "dead"),
            ("suspension", "1.5"),
        ] {
            assert_eq!(read(&[(word, value)]).unwrap_err().id(), "invalid", "{word}={value}");
        }
        assert_eq!(read(&[("kind", "api"), ("kind", "api")]).unwrap_err().id(), "parameter_repeated");
        assert_eq!(read(&[("client", "a"), ("client_id", "a")]).unwrap_err().id(), "parameter_repeated");
        assert!(read(&[("live", "true"), ("state", "revoked")]).is_err());
    }

    #[test]
    fn json_without_a_value_is_not_a_filter_for_everything() {
        for object in
            [r#"{"client_id":null}"#, r#"{"client_id":""}"#, r#"{"kind":[]}"#, r#"{"kind":[1]}"#, r#"{"sub":{}}"#]
        {
            let object: Map<String, Value> = serde_json::from_str(object).unwrap();
            assert!(FilterWords::of_json(&object, NOW).is_err(), "{object:?}");
        }
        let object = serde_json::from_str(r#"{"kind":["api","access"],"grant":5,"live":true}"#).unwrap();
        assert_eq!(FilterWords::of_json(&object, NOW).unwrap().parsed.filter.kinds.len(), 2);
    }

    #[test]
    fn only_life_is_everything() {
        assert!(read(&[]).unwrap().means_everything());
        assert!(read(&[("state", "live")]).unwrap().means_everything());
        assert!(read(&[("live", "true")]).unwrap().means_everything());
        assert!(!read(&[("kind", "access")]).unwrap().means_everything());
        assert!(!read(&[("state", "revoked")]).unwrap().means_everything());
    }
}
