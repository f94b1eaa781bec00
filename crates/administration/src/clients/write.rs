//! Clients by document: what the administrators' APIs do to create and to replace one. A secret is made where the client
//! needs one and has none.

use std::sync::Arc;

use jeton_jose::Secret;
use serde_json::{Map, Value};

use super::{NewClient, client_document, read_client, replace_members};
use crate::{Administration, Caller};
use jeton_ledger::ledger::Attempts;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::Client;
use jeton_model::refusal::invalid;

/// A client that was written.
pub struct WrittenClient {
    /// The record.
    pub client: Arc<Client>,
    /// The secret that was made for it; nobody can read it again.
    pub made: Option<Secret>,
}

impl WrittenClient {
    /// Its document, with the secret that was made.
    #[must_use]
    pub fn document(&self) -> Map<String, Value> {
        let mut document = client_document(&self.client);
        if let Some(secret) = &self.made {
            document.insert("client_secret".to_owned(), secret.expose().into());
        }
        document
    }
}

/// Creates a client.
///
/// # Errors
/// `INVALID` that names a member, `CONFLICT` when its `client_id` is taken, `AUTHORITY_EXCEEDED` when it has more rights than
/// the caller.
pub async fn create_client(
    administration: &Administration,
    caller: &Caller,
    service: ServiceId,
    document: Map<String, Value>,
) -> Result<WrittenClient, Refusal> {
    let (new, made) =
        with_secret(administration, read_client(service, document, &administration.capabilities)?, None).await?;
    Ok(WrittenClient { client: administration.put_client(caller, new, false).await?, made })
}

/// Replaces a client; without `client_secret` it keeps its secret, and without `enabled` it stays enabled or disabled.
///
/// # Errors
/// `INVALID` that names a member, `NOT_FOUND`, `AUTHORITY_EXCEEDED` when the client has more rights than the caller, before
/// or after.
pub async fn replace_client(
    administration: &Administration,
    caller: &Caller,
    service: ServiceId,
    client_id: &str,
    document: Map<String, Value>,
) -> Result<WrittenClient, Refusal> {
    let mut attempts = Attempts::default();
    loop {
        let known = administration.show_client(service, client_id).await?;
        if document.get("client_id").is_some_and(|named| *named != client_id) {
            return Err(invalid("client_id", "is not the client of this path; a client keeps its name"));
        }
        let enabled = document.get("enabled").is_some_and(|value| !value.is_null());
        let decides = |name: &str| name != "enabled" || enabled;
        let new = replace_members(
            known.clone(),
            document.clone(),
            |property| decides(property.name),
            &administration.capabilities,
        )?;
        let (mut new, made) = with_secret(administration, new, Some(&known)).await?;
        new.client.administered = known.self_registered;
        if let Some(done) = attempts.unless_changed(administration.put_client_over(caller, Some(known), new).await) {
            return done.map(|client| WrittenClient { client, made });
        }
    }
}

/// Makes a secret for a client that authenticates with one and has none.
async fn with_secret(
    administration: &Administration,
    mut new: NewClient,
    known: Option<&Client>,
) -> Result<(NewClient, Option<Secret>), Refusal> {
    if new.secret.is_some() || known.is_some_and(|old| old.secret.is_some()) {
        return Ok((new, None));
    }
    new.secret = administration.secret_for(&new.client).await?;
    let made = new.secret.clone();
    Ok((new, made))
}
