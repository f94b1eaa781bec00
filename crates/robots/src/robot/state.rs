//! What a robot's record holds beside its certificate and its owner.

use serde::{Deserialize, Serialize};

use super::KnownJwts;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{GrantId, TokenId};
use jeton_model::records::Device;
use jeton_model::store::StoreError;

/// The member of [`Device::other`]. A stored name: it never changes.
const MEMBER: &str = "association";

/// The state of a robot. All of it changes with its record, in one commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RobotState {
    /// The family of the robot's JWTs and its apps' tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<GrantId>,
    /// Its last JWTs.
    pub(crate) jwts: KnownJwts,
    /// The tokens of its apps, the oldest first; some may have ended since.
    pub(crate) apps: Vec<TokenId>,
    /// How many app tokens there ever were: the version of their document counts from it.
    pub(crate) apps_ever: u64,
    /// Until when an administrator lets the next valid session take it over although it holds another issuer's JWT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) adoption: Option<Timestamp>,
    /// When its JWT was last renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refreshed: Option<Timestamp>,
}

impl RobotState {
    /// The state in a record; that of a new robot when there is none.
    ///
    /// # Errors
    /// When it cannot be read: it is not replaced by a default, or a robot would be lost.
    pub(crate) fn of(device: &Device) -> Result<Self, Refusal> {
        let Some(member) = device.other.get(MEMBER) else { return Ok(Self::default()) };
        Self::deserialize(member).map_err(|_| StoreError::Corrupt { what: "device" }.into())
    }

    /// Puts it into a record.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(crate) fn keep_in(&self, device: &mut Device) -> Result<(), Refusal> {
        device.other.insert(MEMBER.to_owned(), serde_json::to_value(self)?);
        Ok(())
    }

    /// Records that the robot used a JWT. Returns whether that is new. A robot that uses one of ours is adopted.
    pub(crate) fn note_use(&mut self, at: usize) -> bool {
        if self.jwts.get(at).is_some_and(|jwt| jwt.token.is_some()) {
            self.adoption = None;
        }
        self.jwts.mark_used(at)
    }

    /// Whether a valid session may take the robot over now.
    pub(crate) fn is_adoptable(&self, now: Timestamp) -> bool {
        self.adoption.is_some_and(|until| now < until)
    }
}
