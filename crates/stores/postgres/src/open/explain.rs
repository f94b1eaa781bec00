//! What a failure of the database means while the store opens.

use tokio_postgres::error::SqlState;

use super::{Database, OpenError};
use crate::fault::Fault;

impl OpenError {
    /// What a failure while connecting means.
    pub(crate) fn from_connect(fault: Fault, place: &Database) -> Self {
        match fault {
            Fault::Unreachable { place, source } => Self::Unreachable { place, why: source.to_string() },
            Fault::Silent(limit) => {
                Self::Unreachable { place: place.name(), why: format!("no answer within {:.1} s", limit.as_secs_f32()) }
            }
            Fault::Tls { .. } => Self::Tls(fault.to_string()),
            Fault::WrongRole { .. } => Self::WrongRole(fault.to_string()),
            Fault::Driver(_) => Self::from_driver(fault, place),
        }
    }

    fn from_driver(fault: Fault, place: &Database) -> Self {
        let Some(code) = fault.code() else {
            // The driver's own errors have neither code nor cause that could be read: only their message.
            let words = fault.to_string();
            return if words.contains("password missing") || words.contains("authentication error") {
                Self::Refused { place: place.name(), user: place.user(), why: words }
            } else {
                Self::Failed(Box::new(fault))
            };
        };
        if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(code) {
            Self::Refused { place: place.name(), user: place.user(), why: fault.to_string() }
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            Self::NoDatabase { place: place.name(), database: place.database() }
        } else {
            Self::from_statement(fault, place)
        }
    }

    /// What a failure of a statement means while the store opens.
    pub(crate) fn from_statement(fault: Fault, place: &Database) -> Self {
        if fault.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            return Self::Forbidden { user: place.user(), database: place.database() };
        }
        Self::Failed(Box::new(fault))
    }
}
