//! Documents: data that people write and decisions read, which is not a credential.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{DocumentId, ServiceId};

/// A policy, a resource or a consent of a service, stored as JSON under a kind, an owner and a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Primary key.
    pub id: DocumentId,
    /// The service it belongs to.
    pub service: ServiceId,
    /// What it is.
    pub kind: DocumentKind,
    /// Whose it is (a user's or client's number as text; empty for the service's own).
    pub owner: String,
    /// Its name among those of the same kind and owner.
    pub name: String,
    /// When it last changed.
    pub updated: Timestamp,
    /// The content.
    pub body: serde_json::Value,
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum DocumentKind {
    /// What a person allowed a client: owner = user, name = client, body = `{"scope": …}`.
    Consent = 1,
    /// A scope's description, attributes and claims.
    Scope = 2,
    /// INDIGO IAM scope policy.
    ScopePolicy = 3,
    /// INDIGO IAM token exchange policy.
    ExchangePolicy = 4,
    /// UMA resource description.
    Resource = 5,
    /// UMA policy.
    ResourcePolicy = 6,
    /// A claim in addition to the standard ones.
    Claim = 7,
    /// A client of open registration: owner = the address that made it, name = client, body = `{"expires": milliseconds}`.
    AnonymousClient = 8,
    /// A client that took part in a browser session: owner = session, name = client and `sid`.
    SessionClient = 20,
    /// A notice to a client about an ended session: owner = client, name = `jti`.
    LogoutNotice = 21,
    /// What a client asked of a UMA resource's owner, and the answer: owner = the owner.
    PermissionRequest = 9,
    /// Another issuer whose assertions are accepted: name = its `iss`.
    TrustedIssuer = 30,
    /// Tokens that are suspended by a filter and wait to be revoked.
    Suspension = 31,
    /// An exchanged family that ends when the token it was made from is revoked, for as long as that may happen: name = both.
    SubjectWatch = 33,
    /// A group of people with its labels (`docs/contracts/indigo-iam.md` section 8.1): name = its path.
    Group = 32,
    /// A setting of a device: owner = device, name = user and the setting's name.
    DeviceSetting = 35,
    /// A notice that a batch of tokens has ended (`docs/contracts/authlete.md` section 2.8): name = the batch.
    BatchNotice = 36,
    /// Another name of a client (`docs/contracts/authlete.md` section 4.3): name = the alias, body = `{"client": number}`.
    ClientAlias = 34,
}

impl DocumentKind {
    /// The number in a database.
    #[must_use]
    pub const fn sql(self) -> i16 {
        self as i16
    }
}
