//! Faults in the fields of a request for a token (`docs/contracts/prodmanager.md` section 2.1).

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use super::refusals::API_TOKEN_FIELDS;
use jeton_model::Refusal;

/// All faults of a request, by field name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Faults(pub(super) BTreeMap<&'static str, Fault>);

impl Faults {
    /// [`API_TOKEN_FIELDS`], with the texts of the faults as members.
    pub(super) fn refusal(self) -> Refusal {
        self.0.into_iter().fold(API_TOKEN_FIELDS, |refusal, (field, fault)| refusal.and(field, fault.to_string()))
    }
}

/// A fault of a field. Its `Display` is the contract's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Absent, empty or unreadable.
    Required,
    /// Too few or too many characters.
    Length(RangeInclusive<usize>),
    /// These are none of the permissions: each once, at least one.
    Choices(Vec<String>),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("This field is required."),
            Self::Length(range) => {
                write!(f, "Field must be between {} and {} characters long.", range.start(), range.end())
            }
            Self::Choices(values) => {
                let several = values.len() > 1;
                write!(f, "'{}' ", values.join("', '"))?;
                f.write_str(if several { "are not valid choices" } else { "is not a valid choice" })?;
                f.write_str(" for this field.")
            }
        }
    }
}
