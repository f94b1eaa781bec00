//! Robots and their apps, as administrators see them.

use crate::Robots;
use crate::app_token::APP_ID;
use crate::documents::live_apps;
use crate::identity::RobotName;
use crate::robot::Robot;
use jeton_administration::Caller;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::Device;
use jeton_model::refusals::NOT_FOUND;
use jeton_model::store::{Listing, Page};

/// The largest page.
const MOST: u32 = 500;

/// A robot.
#[derive(Clone, Debug)]
pub struct RobotSummary {
    /// The device's number.
    pub id: u64,
    /// Its name, `vic:` and its serial number.
    pub name: String,
    /// The owner's `sub`.
    pub owner: Option<String>,
    /// The name that the owner signs in with.
    pub owner_name: Option<String>,
    /// Whether it gets anything; not after its certificate was revoked.
    pub enabled: bool,
    /// Whether its key is pinned.
    pub key_pinned: bool,
    /// When it was first seen.
    pub created: Timestamp,
    /// When it last renewed its JWT.
    pub last_refresh: Option<Timestamp>,
    /// When its newest JWT expires or expired.
    pub jwt_expires: Option<Timestamp>,
    /// How many apps it lets in.
    pub apps: usize,
    /// Until when it can be adopted.
    pub adoption_until: Option<Timestamp>,
}

/// An app that a robot lets in.
#[derive(Clone, Debug)]
pub struct AppSummary {
    /// The number of its token: whoever ends that shuts the app out.
    pub token: TokenId,
    /// Its device, as it says.
    pub client_name: String,
    /// The app, as it says.
    pub app_id: String,
    /// When it was let in.
    pub issued: Timestamp,
}

impl Robots {
    /// A page of robots, by number.
    ///
    /// # Errors
    /// `AUTHORITY_EXCEEDED` for a caller who is no administrator; or when the store fails.
    pub async fn robots(&self, caller: &Caller, page: Page) -> Result<Listing<RobotSummary>, Refusal> {
        caller.reads()?;
        let page = Page { limit: page.limit.min(MOST), ..page };
        let found = self.ledger.store().devices(self.settings().service, page).await?;
        let mut items = Vec::with_capacity(found.items.len());
        for device in found.items {
            items.push(self.summary(device).await?);
        }
        Ok(Listing { items, total: found.total })
    }

    /// One robot, by its name or its serial number.
    ///
    /// # Errors
    /// As [`Self::robots`]; `NOT_FOUND`.
    pub async fn robot(&self, caller: &Caller, name: &str) -> Result<RobotSummary, Refusal> {
        caller.reads()?;
        let robot = self.said(name).await?;
        self.summary(robot.device).await
    }

    /// The apps that a robot lets in, the oldest first.
    ///
    /// # Errors
    /// As [`Self::robot`].
    pub async fn apps(&self, caller: &Caller, name: &str) -> Result<Vec<AppSummary>, Refusal> {
        caller.reads()?;
        let robot = self.said(name).await?;
        let rows = live_apps(self, &robot.state).await?;
        let shown = rows.iter().map(|row| {
            let details = row.details.as_deref();
            AppSummary {
                token: row.id,
                client_name: details.and_then(|details| details.name.clone()).unwrap_or_default(),
                app_id: details.and_then(|d| d.other.get(APP_ID)?.as_str()).unwrap_or_default().to_owned(),
                issued: row.issued,
            }
        });
        Ok(shown.collect())
    }

    /// The robot that a person names.
    pub(super) async fn said(&self, name: &str) -> Result<Robot, Refusal> {
        let unknown = || NOT_FOUND.with("robot");
        self.known(&RobotName::said(name).ok_or_else(unknown)?).await?.ok_or_else(unknown)
    }

    async fn summary(&self, device: Device) -> Result<RobotSummary, Refusal> {
        let robot = Robot::of(device)?;
        let owner = match robot.device.owner {
            Some(key) => self.ledger.entities().user(key).await?,
            None => None,
        };
        let apps = live_apps(self, &robot.state).await?.len();
        let Robot { device, state, .. } = robot;
        Ok(RobotSummary {
            id: device.id.get(),
            name: device.name,
            owner: owner.as_ref().map(|user| user.sub.clone()),
            owner_name: owner.as_ref().map(|user| user.username.clone()),
            enabled: device.enabled,
            key_pinned: device.key_pin.is_some(),
            created: device.created,
            last_refresh: state.refreshed,
            jwt_expires: state.jwts.newest().map(|jwt| jwt.expires),
            apps,
            adoption_until: state.adoption.filter(|until| self.ledger.now() < *until),
        })
    }
}
