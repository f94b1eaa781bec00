//! Descriptions of groups; their members are in the users' records.

use serde_json::json;

use crate::{Administration, Caller};
use jeton_model::capability::is_group;
use jeton_model::ids::ServiceId;
use jeton_model::readable::is_readable;
use jeton_model::records::DocumentKind;
use jeton_model::refusal::{Refusal, invalid};

/// How many labels a group may have.
const MOST_LABELS: usize = 64;

impl Administration {
    /// Sets the labels of a group, replacing all earlier ones. The only one with a meaning is
    /// [`OPTIONAL_GROUP`](jeton_ledger::catalog::OPTIONAL_GROUP).
    ///
    /// # Errors
    /// `INVALID` when the path is not that of a group (`/atlas/production`), there are more than 64 labels, or one is longer than
    /// 255 bytes.
    pub async fn put_group(
        &self,
        caller: &Caller,
        service: ServiceId,
        path: &str,
        labels: &[String],
    ) -> Result<(), Refusal> {
        check_group(path, labels)?;
        let body = json!({ "labels": labels });
        let known = self.ledger.store().document(service, DocumentKind::Group, "", path).await?;
        if known.is_some_and(|document| document.body == body) {
            return Ok(());
        }
        self.put_described(caller, service, DocumentKind::Group, path, body).await
    }
}

/// Whether a group can have this path and these labels.
///
/// # Errors
/// `INVALID` that names the member.
fn check_group(path: &str, labels: &[String]) -> Result<(), Refusal> {
    if path.len() > 255 || !is_group(path) {
        return Err(invalid("path", "must be a / and a name of letters, digits, _ . and -, once or more"));
    }
    let is_label = |label: &String| !label.is_empty() && label.len() <= 255 && is_readable(label);
    if labels.len() > MOST_LABELS || !labels.iter().all(is_label) {
        return Err(invalid("labels", "must be at most 64, each of 1 to 255 bytes that people can read"));
    }
    Ok(())
}
