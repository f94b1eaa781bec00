//! Minting for a robot: its tokens and its record, in one commit.

use std::sync::Arc;
use std::time::Duration;

use super::RobotJwt;
use crate::app_token::{ClientName, client_token};
use crate::presented::Bundle;
use crate::robot::{Ends, KnownJwt, Robot, RobotState};
use crate::{Robots, documents};
use jeton_ledger::ledger::{Ending, Exchanged, Family, LONGEST_LIFETIME, MintPrecondition, NewGrant, Plan};
use jeton_ledger::refusals::GRANT_ENDED;
use jeton_model::Refusal;
use jeton_model::records::{Device, Grant, Token, TokenKind, User};
use jeton_model::refusals::RECORD_CHANGED;
use jeton_model::scope::Scope;
use jeton_model::store::Lost;

/// The `grant_type` of the family of a robot and its owner. A stored name: it never changes.
const ASSOCIATION: &str = "vector:association";

/// Who owns the robot, and what their tokens descend from.
pub(crate) struct Kin {
    pub(crate) owner: Arc<User>,
    /// None: a new family.
    pub(crate) family: Option<Arc<Grant>>,
}

/// What to mint.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    /// A JWT of this lifetime.
    pub(crate) jwt: Option<Duration>,
    /// Whether robots throw this JWT away.
    pub(crate) spare: bool,
    /// A token for this app.
    pub(crate) client: Option<&'a ClientName>,
}

impl Robots {
    /// Mints tokens and writes the robot's record, which then names them.
    ///
    /// # Errors
    /// [`ROBOT_TOO_MANY`](crate::refusals::ROBOT_TOO_MANY) for one robot more than the owner may have; [`RECORD_CHANGED`] when another
    /// call was faster; [`GRANT_ENDED`] when the owner or the family ended meanwhile; or when the
    /// store fails.
    pub(crate) async fn mint(
        &self,
        mut robot: Robot,
        kin: Kin,
        wanted: Wanted<'_>,
        (mut ends, ending): (Ends, Ending),
    ) -> Result<Bundle, Refusal> {
        let service = self.service()?;
        let owner = kin.owner.key;
        let is_new = robot.owner_before() != Some(owner);
        if is_new {
            self.may_own_more(owner).await?;
        }
        let mut tokens = Vec::with_capacity(2);
        if let Some(lifetime) = wanted.jwt {
            self.ensure_key().await?;
            tokens.push(RobotJwt::plan(&robot.device, lifetime));
        }
        if let Some(client) = wanted.client {
            let token = client_token(client, self.ledger.entropy())?;
            documents::make_room(self, &mut robot, &token, &mut ends).await?;
            tokens.push(token);
        }
        robot.device.owner = Some(owner);
        let device = robot.device.id;
        let change = Box::new(robot.changed(ends, ending)?);
        let spare = wanted.spare;
        let with = Box::new(move |device: &mut Device, rows: &[Arc<Token>]| name_tokens(device, rows, spare));
        let family = match kin.family {
            Some(family) => Family::Existing(family),
            None => Family::New(Box::new(NewGrant {
                // A year after the last JWT, at least; JWTs themselves live for hours.
                lifetime: Some(LONGEST_LIFETIME),
                ..NewGrant::new(ASSOCIATION, Scope::empty(), "".into())
            })),
        };
        let plan = Plan {
            device: Some(device),
            family,
            tokens,
            precondition: Some(MintPrecondition::Device { change, with }),
            ..Plan::new(service, None).of_user(kin.owner)
        };
        match self.ledger.exchange(plan).await? {
            Exchanged::Done(issued) => {
                if is_new {
                    self.account_limits.one_more(owner);
                }
                let text = |kind| issued.first(kind).map(|token| token.text.clone());
                let (token, client_token) = (text(TokenKind::Robot), text(TokenKind::RobotClient));
                Ok(Bundle { token, client_token, sts: None })
            }
            Exchanged::Lost(Lost::Changed | Lost::Exists) => Err(RECORD_CHANGED),
            Exchanged::Lost(_) => Err(GRANT_ENDED),
        }
    }
}

/// Puts new tokens into the robot's record.
fn name_tokens(device: &mut Device, rows: &[Arc<Token>], spare: bool) -> Result<(), Refusal> {
    let mut state = RobotState::of(device)?;
    for row in rows {
        state.family = row.grant;
        match row.kind {
            TokenKind::Robot => state.jwts.add(KnownJwt {
                hash: row.verifier.0,
                token: Some(row.id),
                issued: row.issued,
                expires: row.expires.unwrap_or(row.issued),
                used: false,
                spare,
            }),
            _ => {
                state.apps.push(row.id);
                state.apps_ever += 1;
            }
        }
    }
    state.keep_in(device)
}
