//! The query of a call. A `+` is a space here; in a path it is a plus.

use jeton_core::refusal::Refusal;
use jeton_core::refusals::PARAMETER_INVALID;

/// The parameters of a query. The first of repeated ones counts.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string.
    ///
    /// # Errors
    /// `REQUEST_TOO_LARGE`.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let params = jeton_wire::query(text)?;
        Ok(Self(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }

    /// All parameters.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter; none when it is absent or empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`PARAMETER_INVALID`].
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| PARAMETER_INVALID.with(name.to_owned()))
    }

    /// A yes or no; one SDK writes `True` and `False`.
    ///
    /// # Errors
    /// [`PARAMETER_INVALID`].
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.text(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(PARAMETER_INVALID.with(name.to_owned())),
        }
    }
}
