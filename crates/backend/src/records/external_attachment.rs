//! Whether the access token of a record is one for external attachments (OpenID Connect for Identity Assurance 1.0): a mark of the
//! authorization server, which introspection shows to whoever serves the attachments.

use serde_json::{Map, Value};

use super::Record;

const MARK: &str = "for_external_attachment";

/// Marks the details of a record.
pub(super) fn mark(details: &mut Map<String, Value>) {
    details.insert(MARK.to_owned(), true.into());
}

impl Record {
    /// Whether its access token is for external attachments.
    #[must_use]
    pub fn is_for_external_attachment(&self) -> bool {
        self.kept().is_some_and(|kept| kept.get(MARK) == Some(&Value::Bool(true)))
    }
}
