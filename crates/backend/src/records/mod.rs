//! Records of tokens, as authorization servers manage them (`docs/contracts/authlete.md` section 3).
//!
//! A record is one access token with the authorization it belongs to and, at most, one live refresh token. Its number is that of
//! the authorization, or of the token when it has none, so it survives refreshes and new texts.

mod batch;
mod batch_notice;
mod create;
mod end;
mod external_attachment;
mod find;
mod list;
mod named;
mod refresh;
mod scope;
mod subject;
mod update;

use std::sync::Arc;

use jeton_jose::base64url;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, Grant, Property, Subject, Token, User};
use serde_json::{Map, Value};

pub(crate) use batch::TOKEN_BATCH;
pub use batch::{BatchFailure, BatchForm, BatchStatus, CreatedBatch, MOST_OF_BATCH};
pub(crate) use batch_notice::{BATCH_NOTICE_TRY, Resting};
pub use create::{CreateRecord, CreatedRecord, check_properties};
pub use end::EndRecords;
pub use list::{ListRecords, RecordPage};
pub use named::Named;
pub use update::{UpdateRecord, UpdatedRecord};

/// The `grant_type` of tokens that belong to no authorization.
const OF_ITSELF: &str = "client_credentials";

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// The access token; the refresh token where no access token is left.
    pub token: Arc<Token>,
    /// Its authorization.
    pub grant: Option<Arc<Grant>>,
    /// The live refresh token of the authorization.
    pub refresh: Option<Arc<Token>>,
    /// Its client.
    pub client: Option<Arc<Client>>,
    /// Its subject, where that is a user of this ledger.
    pub user: Option<Arc<User>>,
}

impl Record {
    /// Its number: `tokenId`.
    #[must_use]
    pub fn id(&self) -> String {
        self.token.grant.map_or_else(|| self.token.id.to_string(), |grant| grant.to_string())
    }

    /// The `grant_type` that created it, which survives refreshes.
    #[must_use]
    pub fn grant_type(&self) -> &str {
        self.grant.as_ref().map_or(OF_ITSELF, |grant| &grant.grant_type)
    }

    /// Its subject.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match (&self.user, &self.token.subject) {
            (Some(user), _) => Some(&user.sub),
            (None, Some(Subject::External(name))) => Some(name),
            (None, _) => None,
        }
    }

    /// The session of its subject at the authorization server.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.grant.as_ref()?.details.as_ref()?.vouched.as_ref()?.session.as_deref()
    }

    /// What features keep with it: with its authorization, or with a token that belongs to none.
    pub(crate) fn kept(&self) -> Option<&Map<String, Value>> {
        match &self.grant {
            Some(grant) => grant.details.as_deref().map(|details| &details.other),
            None => self.token.details.as_deref().map(|details| &details.other),
        }
    }

    /// When it was created; survives refreshes.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.grant.as_ref().map_or(self.token.issued, |grant| grant.created)
    }

    /// When it was refreshed last; none: never.
    #[must_use]
    pub fn refreshed(&self) -> Option<Timestamp> {
        let made_from = self.token.parent.filter(|_| self.grant.is_some());
        made_from.map(|_| self.token.issued).filter(|at| *at > self.created())
    }

    /// Its properties: those of the token, and those of its authorization that the token does not have.
    pub fn properties(&self) -> impl Iterator<Item = &Property> {
        let own = self.token.details.as_ref().map(|details| details.properties.as_slice()).unwrap_or_default();
        let of_grant = self.grant.as_ref().and_then(|grant| grant.details.as_ref());
        let of_grant = of_grant.map(|details| details.properties.as_slice()).unwrap_or_default();
        own.iter().chain(of_grant.iter().filter(|each| own.iter().all(|known| known.key != each.key)))
    }

    /// The hash that names the access token: the unpadded base64url of the SHA-256 of its text.
    #[must_use]
    pub fn hash(&self) -> String {
        base64url::encode(self.token.verifier.0)
    }

    /// The hash that names the refresh token.
    #[must_use]
    pub fn refresh_hash(&self) -> Option<String> {
        self.refresh.as_ref().map(|token| base64url::encode(token.verifier.0))
    }
}
