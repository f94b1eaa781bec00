//! A request for a token, and the check of its fields.

use std::ops::RangeInclusive;

use jeton_jose::Secret;

use super::TokenApi;
use super::field_faults::{Fault, Faults};
use super::folded::folded;
use jeton_model::clock::Timestamp;

/// The fields of a request for a token (`docs/contracts/prodmanager.md` section 2.1). `None` and [`Given::Absent`]: not sent.
#[derive(Debug, Default)]
pub struct CreateRequest {
    /// The application secret.
    pub secret: Option<Secret>,
    /// The name.
    pub name: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The start.
    pub not_before: Given,
    /// The expiry.
    pub expires: Given,
    /// Its permissions, in order.
    pub permissions: Vec<String>,
}

/// A time that may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Not sent.
    #[default]
    Absent,
    /// Sent, but not a time.
    Unreadable,
    /// This time.
    At(Timestamp),
}

/// How many unknown permissions a fault names at most.
const NAMED: usize = 32;

/// A request without faults; its secret is not checked yet.
pub(super) struct Validated {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) not_before: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    pub(super) permissions: Vec<String>,
}

impl CreateRequest {
    /// Checks all fields; the secret must be present, but is not compared yet.
    pub(super) fn validated(self, token_api: &TokenApi) -> Result<Validated, Faults> {
        let mut faults = Faults::default();
        if self.secret.is_none_or(|secret| secret.expose().trim().is_empty()) {
            faults.0.insert("secret", Fault::Required);
        }
        let name = taken(&mut faults, "name", text(self.name, &token_api.name_length));
        let description = taken(&mut faults, "description", text(self.description, &token_api.description_length));
        let not_before = taken(&mut faults, "not_before_date", moment(self.not_before));
        let expires = taken(&mut faults, "expiration_date", moment(self.expires));
        let mut unknown = Vec::new();
        for name in self.permissions.iter().filter(|name| !token_api.permissions.contains(name)) {
            if unknown.len() < NAMED && !unknown.contains(name) {
                unknown.push(name.clone());
            }
        }
        if !unknown.is_empty() {
            faults.0.insert("permission", Fault::Choices(unknown));
        }
        match (name, description, not_before, expires) {
            (Some(name), Some(description), Some(not_before), Some(expires)) if faults.0.is_empty() => {
                Ok(Validated { name, description, not_before, expires, permissions: self.permissions })
            }
            _ => Err(faults),
        }
    }
}

/// The value that was read from a field; a fault is added to `faults`.
fn taken<T>(faults: &mut Faults, field: &'static str, read: Result<T, Fault>) -> Option<T> {
    read.map_err(|fault| faults.0.insert(field, fault)).ok()
}

/// Characters are counted as sent; spaces at the ends of lines are then removed.
fn text(given: Option<String>, length: &RangeInclusive<usize>) -> Result<String, Fault> {
    let given = given.unwrap_or_default();
    let kept = folded(&given);
    if kept.trim().is_empty() {
        return Err(Fault::Required);
    }
    if length.contains(&given.chars().count()) { Ok(kept) } else { Err(Fault::Length(length.clone())) }
}

fn moment(given: Given) -> Result<Option<Timestamp>, Fault> {
    match given {
        Given::Absent => Ok(None),
        Given::Unreadable => Err(Fault::Required),
        Given::At(at) => Ok(Some(at)),
    }
}
