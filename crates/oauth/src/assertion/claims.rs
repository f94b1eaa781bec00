//! The claims of a JWT from another party (RFC 7519 section 4.1), each read with the only type it may have.

use serde_json::{Map, Value};

use jeton_model::clock::Timestamp;

/// A claim has the wrong type.
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
    /// [`Malformed`] when it is not a string.
    pub fn iss(&self) -> Result<Option<&str>, Malformed> {
        self.text("iss")
    }

    /// `sub`.
    ///
    /// # Errors
    /// [`Malformed`] when it is not a string.
    pub fn sub(&self) -> Result<Option<&str>, Malformed> {
        self.text("sub")
    }

    /// `jti`.
    ///
    /// # Errors
    /// [`Malformed`] when it is not a string.
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
    /// [`Malformed`] when it is not a number that can be a point in time.
    pub fn exp(&self) -> Result<Option<Timestamp>, Malformed> {
        self.moment("exp")
    }

    /// `nbf`.
    ///
    /// # Errors
    /// [`Malformed`] when it is not a number that can be a point in time.
    pub fn nbf(&self) -> Result<Option<Timestamp>, Malformed> {
        self.moment("nbf")
    }

    /// `iat`.
    ///
    /// # Errors
    /// [`Malformed`] when it is not a number that can be a point in time.
    pub fn iat(&self) -> Result<Option<Timestamp>, Malformed> {
        self.moment("iat")
    }

    /// Any claim, unchanged.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All claims, unchanged.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim that must be a string if present.
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

    /// A claim that must be a `NumericDate` if present: seconds, with or without a fraction.
    ///
    /// # Errors
    /// [`Malformed`] when it is not a number, negative, or beyond the year 9999.
    pub fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, Malformed> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|s| (0.0..=LAST).contains(s)).ok_or(Malformed(name))?;
        // Below 2^53 milliseconds: only fractions of a millisecond are lost.
        Ok(Some(Timestamp::from_millis((seconds * 1000.0).floor() as i64)))
    }
}

/// The end of the year 9999.
const LAST: f64 = 253_402_300_799.0;
