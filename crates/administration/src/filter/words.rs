//! The words, and what each may say.

use std::collections::BTreeMap;

use jeton_jose::base64url;
use serde_json::{Map, Value};

use super::moment;
use super::nearest::nearest;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::TokenKind;
use jeton_model::refusal::{Refusal, invalid};
use jeton_model::refusals::{INVALID, PARAMETER_REPEATED};
use jeton_model::store::TokenFilter;

/// The words of a filter.
pub const WORDS: [&str; 18] = [
    "username",
    "sub",
    "client_id",
    "kind",
    "scope",
    "key",
    "device",
    "grant",
    "parent",
    "issued_from",
    "issued_before",
    "expires_from",
    "expires_before",
    "used_from",
    "unused_since",
    "state",
    "live",
    "suspension",
];

/// Shorter names of words, for people.
const SHORT: [(&str, &str); 2] = [("client", "client_id"), ("user", "username")];

/// The longest value, in bytes.
const LONGEST: usize = 1024;

/// A filter in words, each of which can be understood. Only [`FilterWords::read`] makes one. Whether there are such clients and users is not known yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilterWords {
    said: BTreeMap<&'static str, String>,
    pub(crate) plain: TokenFilter,
    pub(crate) state: Option<StateWord>,
    pub(crate) suspension: Option<u64>,
}

/// What `state` may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateWord {
    /// Not ended: neither expired nor revoked nor rotated. What is suspended, or starts later, is among them.
    Live,
    /// Not revoked, but its time has passed.
    Expired,
    /// Revoked itself; one whose family was revoked is not among them.
    Revoked,
    /// A refresh token that was exchanged for its successor.
    Rotated,
    /// Suspended now, by the one suspension there is.
    Suspended,
}

impl StateWord {
    const ALL: [(&str, Self); 5] = [
        ("live", Self::Live),
        ("expired", Self::Expired),
        ("revoked", Self::Revoked),
        ("rotated", Self::Rotated),
        ("suspended", Self::Suspended),
    ];
}

impl FilterWords {
    /// Reads words from names and values; distances in time count from `now`.
    ///
    /// # Errors
    /// [`INVALID`] for a word that is not known, with the nearest that is, and for a value that its word cannot
    /// have; [`PARAMETER_REPEATED`].
    pub fn read<N: AsRef<str>, V: AsRef<str>>(
        words: impl IntoIterator<Item = (N, V)>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut read = Self::default();
        for (name, value) in words {
            read.add(name.as_ref(), value.as_ref(), now)?;
        }
        if read.state.is_some() && read.plain.live_at.is_some() && read.said.contains_key("live") {
            return Err(invalid("live", "is the same as `state`=live: say one of them"));
        }
        Ok(read)
    }

    /// The words of a JSON object: texts, numbers, switches, and for `kind` a list.
    ///
    /// # Errors
    /// As [`Self::read`]; a member without a value is refused, for it may be a mistake that matches everything.
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

    /// The words as they were said; times in RFC 3339.
    #[must_use]
    pub fn said(&self) -> BTreeMap<String, String> {
        self.said.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// Whether no word narrows what is meant: then every live token of the service is.
    #[must_use]
    pub fn means_everything(&self) -> bool {
        let says_live = |name: &str| name == "live" || (name == "state" && self.state == Some(StateWord::Live));
        self.said.keys().all(|name| says_live(name))
    }

    /// What `state` says.
    #[must_use]
    pub const fn state(&self) -> Option<StateWord> {
        self.state
    }

    /// What a word says; none when it was not said.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.said.get(name).map(String::as_str)
    }

    fn add(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), Refusal> {
        let long = SHORT.into_iter().find(|(short, _)| *short == name).map_or(name, |(_, long)| long);
        let Some(name) = WORDS.into_iter().find(|word| *word == long) else {
            let near = nearest(name, WORDS.into_iter()).unwrap_or_default();
            return Err(INVALID.with(format!("`{}` is not a word of a filter: did you mean `{near}`?", cut(name))));
        };
        let value = value.trim();
        if value.is_empty() || value.len() > LONGEST || value.contains(char::is_control) {
            return Err(invalid(name, "must have a value, of at most 1024 bytes"));
        }
        let said = match name {
            "issued_from" | "issued_before" | "expires_from" | "expires_before" | "used_from" | "unused_since" => {
                self.moment(name, value, now)?
            }
            _ => {
                self.value(name, value, now)?;
                value.to_owned()
            }
        };
        match self.said.insert(name, said) {
            None => Ok(()),
            Some(_) => Err(PARAMETER_REPEATED.with(name.to_owned())),
        }
    }

    fn moment(&mut self, name: &str, value: &str, now: Timestamp) -> Result<String, Refusal> {
        let form = "must be seconds since 1970, a time like 2026-01-31T12:00:00Z, or a distance like -30d or +1h";
        let at = moment::read(value, now).ok_or_else(|| invalid(name, form))?;
        let filter = &mut self.plain;
        let place = match name {
            "issued_from" => &mut filter.issued_from,
            "issued_before" => &mut filter.issued_before,
            "expires_from" => &mut filter.expires_from,
            "expires_before" => &mut filter.expires_before,
            "used_from" => &mut filter.used_from,
            _ => &mut filter.used_before,
        };
        *place = Some(at);
        Ok(moment::write(at))
    }

    fn value(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), Refusal> {
        match name {
            "kind" => self.plain.kinds = kinds(value)?,
            "scope" => {
                let is_word = value.bytes().all(|b| b.is_ascii_graphic());
                self.plain.scope = Some(value.to_owned()).filter(|_| is_word);
                self.plain.scope.as_ref().ok_or_else(|| invalid(name, "must be one word"))?;
            }
            "key" => self.plain.binding = Some(thumbprint(value)?),
            "grant" => self.plain.grant = Some(GrantId::new(number(name, value)?)),
            "parent" => self.plain.parent = Some(TokenId::new(number(name, value)?)),
            "suspension" => self.suspension = Some(number(name, value)?),
            "state" => self.be_in(value, now)?,
            "live" => match value {
                "true" => self.plain.live_at = Some(now),
                "false" => {}
                _ => return Err(invalid(name, "must be true or false")),
            },
            // Texts that name someone: looked up later.
            _ => {}
        }
        Ok(())
    }

    fn be_in(&mut self, value: &str, now: Timestamp) -> Result<(), Refusal> {
        let known = StateWord::ALL.into_iter().find(|(name, _)| *name == value).map(|(_, state)| state);
        let form = "must be live, expired, revoked, rotated or suspended";
        self.state = Some(known.ok_or_else(|| invalid("state", form))?);
        if matches!(known, Some(StateWord::Live | StateWord::Suspended)) {
            self.plain.live_at = Some(now);
        }
        Ok(())
    }
}

/// Kinds, separated by commas or blanks.
fn kinds(value: &str) -> Result<Vec<TokenKind>, Refusal> {
    let words = value.split([',', ' ']).filter(|word| !word.is_empty());
    let kind = |word: &str| TokenKind::ALL.into_iter().find(|kind| kind.name() == word);
    let kinds: Option<Vec<_>> = words.map(kind).collect();
    kinds.filter(|kinds| !kinds.is_empty()).ok_or_else(|| {
        let known = TokenKind::ALL.map(TokenKind::name).join(", ");
        invalid("kind", &format!("must be of these: {known}"))
    })
}

/// RFC 7638, or SHA-256 of a certificate (RFC 8705): 43 characters of base64url.
fn thumbprint(value: &str) -> Result<[u8; 32], Refusal> {
    let bytes = base64url::decode(value).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| invalid("key", "must be the SHA-256 thumbprint of a key or certificate in base64url"))
}

fn number(name: &str, value: &str) -> Result<u64, Refusal> {
    let number = value.parse().ok().filter(|number| *number < jeton_model::ids::ID_LIMIT);
    number.ok_or_else(|| invalid(name, "must be a number"))
}

/// The beginning of what a stranger wrote.
fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
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
        let filter = &words.plain;
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
        assert_eq!(FilterWords::of_json(&object, NOW).unwrap().plain.kinds.len(), 2);
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
