//! Subjects: a text that the authorization server chose, or a user of this ledger.

use std::sync::Arc;

use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Subject, User};

use crate::Backend;
use crate::refusals::{SUBJECT_NOT_ASCII, SUBJECT_TOO_LONG};

/// The longest subject, in characters.
const LONGEST: usize = 100;

impl Backend {
    /// The subject of a text: the user of the service who has it as `sub`, or nobody that this ledger knows.
    ///
    /// # Errors
    /// [`SUBJECT_TOO_LONG`], [`SUBJECT_NOT_ASCII`].
    pub async fn subject(&self, service: ServiceId, text: &str) -> Result<(Subject, Option<Arc<User>>), Refusal> {
        if text.chars().count() > LONGEST {
            return Err(SUBJECT_TOO_LONG);
        }
        if !text.is_ascii() || text.contains(|c: char| c.is_ascii_control()) {
            return Err(SUBJECT_NOT_ASCII);
        }
        Ok(match self.ledger.entities().user_by_sub(service, text).await? {
            Some(user) => (Subject::User(user.key), Some(user)),
            None => (Subject::External(text.into()), None),
        })
    }

    /// All subjects that a text may name in what was stored: the user of the service who has it as `sub`, and, since tokens keep the
    /// subject that they were made with, the one that was no user then.
    ///
    /// # Errors
    /// [`SUBJECT_TOO_LONG`], [`SUBJECT_NOT_ASCII`].
    pub(crate) async fn subjects(&self, service: ServiceId, text: &str) -> Result<Vec<Subject>, Refusal> {
        let (subject, user) = self.subject(service, text).await?;
        let before = user.map(|_| Subject::External(text.into()));
        Ok([subject].into_iter().chain(before).collect())
    }
}
