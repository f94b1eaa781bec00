//! Refusals: why a request is not granted.
//!
//! A refusal is declared once, in the module `refusals` of the feature that gives it, with [`refusals!`](crate::refusals!):
//! its id, its class, the text for the caller, the advice that `jeton explain` shows. The declaration is a constant that can be
//! returned as it is; what a single case adds (a name in the text, how long to wait, the cause) is added by `with`, `wait`,
//! `because` and the like.
//!
//! ```
//! use jeton_model::refusal::{Class, Refusal};
//!
//! jeton_model::refusals! {
//!     /// The stamp was used before.
//!     STAMP_USED {
//!         id: "stamp_used", class: Gone,
//!         text: "the stamp {number} has been used before",
//!         advice: "Take a new stamp.",
//!     }
//! }
//!
//! let refusal: Refusal = STAMP_USED.with("seven");
//! assert!(refusal.is(&STAMP_USED));
//! assert_eq!(refusal.class(), Class::Gone);
//! assert_eq!(refusal.message(), "the stamp seven has been used before");
//! ```
//!
//! A face maps the class to its own form, and a few kinds by exception.

mod declare;
mod errors;
pub mod general;
mod kind;
mod values;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use jeton_jose::Secret;
use serde_json::Value;

pub use kind::{Class, Kind};
use values::Values;

/// Why a request was refused: what kind of refusal it is, and the values of this case. Two words long, so that a `Result` with
/// it stays small; memory is taken only where there are values.
pub struct Refusal {
    kind: &'static Kind,
    values: Option<Box<Values>>,
}

const _: () = assert!(size_of::<Refusal>() <= 16, "a refusal is moved through every call");

impl Refusal {
    /// A refusal of this kind without values. [`refusals!`](crate::refusals!) makes one of each kind.
    #[must_use]
    pub const fn of(kind: &'static Kind) -> Self {
        Self { kind, values: None }
    }

    /// Puts a word into the next `{…}` of the text.
    #[must_use]
    pub fn with(mut self, word: impl Into<Cow<'static, str>>) -> Self {
        self.values().add_word(word.into());
        self
    }

    /// After how many seconds the same request may be answered: `Retry-After`.
    #[must_use]
    pub fn wait(mut self, seconds: u64) -> Self {
        self.values().wait = Some(seconds);
        self
    }

    /// The cause: for the log and the operator, never for the caller.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.values().source = Some(source.into());
        self
    }

    /// Adds a further member to the answer, under this name.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values().members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a secret that the answer contains, such as a new permission ticket.
    #[must_use]
    pub fn handing_out(mut self, secret: Option<Secret>) -> Self {
        self.values().secret = secret;
        self
    }

    /// The same values as a refusal of another kind.
    #[must_use]
    pub fn renamed(self, as_this: Self) -> Self {
        Self { kind: as_this.kind, ..self }
    }

    /// Whether it is of the kind that was declared as `this`.
    #[must_use]
    pub fn is(&self, this: &Self) -> bool {
        std::ptr::eq(self.kind, this.kind)
    }

    /// Whether it is of one of these kinds.
    #[must_use]
    pub fn is_one_of(&self, these: &[Self]) -> bool {
        these.iter().any(|this| self.is(this))
    }

    /// What it has in common with all of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Its class, which says how a face answers.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.kind.class
    }

    /// Its stable id.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.kind.id
    }

    /// The text for the caller: printable ASCII without `"` and `\` where the wire format demands that (RFC 6749 section
    /// 5.2), except for words that come from the request: the face escapes those.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.kind.text_with(self.words())
    }

    /// The first word of the text, such as the name of a parameter or a scope; empty when there is none.
    #[must_use]
    pub fn word(&self) -> &str {
        self.words()[0]
    }

    /// The words of the text in their order; empty where there are none.
    #[must_use]
    pub fn words(&self) -> [&str; 2] {
        self.values.as_ref().map_or(["", ""], |values| values.words())
    }

    /// The further member of the answer with this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All further members of the answer, ordered by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().flat_map(|values| &values.members).map(|(name, value)| (name.as_str(), value))
    }

    /// The secret that the answer contains.
    #[must_use]
    pub fn secret(&self) -> Option<&Secret> {
        self.values.as_ref()?.secret.as_ref()
    }

    /// Whether the server, not the caller, is at fault.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self.class(), Class::Fault | Class::Unavailable)
    }

    /// Whether the same request may be answered a little later: every face answers 503 with `Retry-After`.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.class() == Class::Unavailable
    }

    /// The seconds of `Retry-After`, where waiting helps and the face has no number of its own.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        let known = self.values.as_ref().and_then(|values| values.wait);
        known.or_else(|| self.is_unavailable().then_some(1))
    }

    /// The cause of a fault, or for how long a caller was slowed down. For the operator, never in an answer.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        let values = self.values.as_ref()?;
        if let Some(source) = &values.source {
            return Some(source.to_string());
        }
        let slowed = values.wait.filter(|_| self.class() == Class::Throttled);
        slowed.map(|seconds| format!("slowed down for {seconds} s"))
    }

    fn values(&mut self) -> &mut Values {
        self.values.get_or_insert_default()
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.values {
            None => f.write_str(self.id()),
            Some(values) => f.debug_tuple(self.id()).field(values).finish(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.values.as_ref()?.source.as_deref()?;
        Some(source)
    }
}

/// A member's value is wrong; `why` continues the sentence.
#[must_use]
pub fn invalid(name: &str, why: &str) -> Refusal {
    general::INVALID.with(format!("`{name}`: {why}"))
}

#[cfg(test)]
mod tests;
