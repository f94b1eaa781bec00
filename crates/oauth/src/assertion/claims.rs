//! The claims of a stranger's JWT (RFC 7519 section 4.1), each read as the one type it may have.

use serde_json::{Map, Value};

use jeton_model::clock::Timestamp;

/// A claim has another type than it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the claim {0} is malformed")]
pub struct Malformed(pub &'static str);

/// A claims set. `Ok(None)`: the claim is absent.
#[derive(Clone, Debug, Default)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Takes a JSON object.
    #[must_use]
    pub fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// `iss`.
    ///
    /// # Errors
    /// [`Malformed`] when it is no string.
    pub fn iss(&self) -> Result<Option<&str>, Malformed> {
        self.text("iss")
    }

    /// `sub`.
    ///
    /// # Errors
    /// [`Malformed`] when it is no string.
    pub fn sub(&self) -> Result<Option<&str>, Malformed> {
        self.text("sub")
    }

    /// `jti`.
    ///
    /// # Errors
    /// [`Malformed`] when it is no string.
    pub fn jti(&self) -> Result<Option<&str>, Malformed> {
        self.text("jti")
    }

    /// `aud` as a list: a string is a list of one. Empty when it is absent.
    ///
    /// # Errors
    /// [`Malformed`] when it is neither a string nor an array of strings.
    pub fn aud(&self) -> Result<Vec<&str>, Malformed> {
        match self.0.get("aud") {
            None => Ok(Vec::new()),
            Some(Value::String(one)) => Ok(vec![one]),
            Some(Value::Array(several)) => several.iter().map(|one| one.as_str().ok_or(Malformed("aud"))).collect(),
            Some(_) => Err(Malformed("aud")),
        }
    }

    /// `exp`.
    ///
    /// # Errors
    /// [`Malformed`] when it is no number that can be a moment.
    pub fn exp(&self) -> Result<Option<Timestamp>, Malformed> {
        self.moment("exp")
    }

    /// `nbf`.
    ///
    /// # Errors
    /// [`Malformed`] when it is no number that can be a moment.
    pub fn nbf(&self) -> Result<Option<Timestamp>, Malformed> {
        self.moment("nbf")
    }

    /// `iat`.
    ///
    /// # Errors
    /// [`Malformed`] when it is no number that can be a moment.
    pub fn iat(&self) -> Result<Option<Timestamp>, Malformed> {
        self.moment("iat")
    }

    /// Any claim as it stands.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All claims as they stand.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim that is a string if it is there.
    ///
    /// # Errors
    /// [`Malformed`] when it is anything else.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, Malformed> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Malformed(name)),
        }
    }

    /// A claim that is a `NumericDate` if it is there: seconds, with or without a fraction.
    ///
    /// # Errors
    /// [`Malformed`] when it is no number, negative, or beyond the year 10000.
    pub fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, Malformed> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|s| (0.0..=LAST).contains(s)).ok_or(Malformed(name))?;
        // Below 2^53 milliseconds: nothing is lost but what is finer than a millisecond.
        Ok(Some(Timestamp::from_millis((seconds * 1000.0).floor() as i64)))
    }
}

/// The end of the year 9999.
const LAST: f64 = 253_402_300_799.0;
