//! Who reads documents: a robot, by its app key and its JWT alone. Its client for documents shows no certificate.

use std::sync::Arc;

use jeton_jose::digest::sha256;

use crate::refusals::{ROBOT_BANNED, ROBOT_JWT, ROBOT_JWT_FOREIGN};
use crate::robot::{Ends, Robot, RobotState};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::ids::DeviceId;
use jeton_model::records::{Actor, Reason, TokenKind, User};

/// A robot that reads.
pub(super) struct Reader {
    pub(super) device: DeviceId,
    pub(super) user: Arc<User>,
    pub(super) state: RobotState,
}

impl Robots {
    /// The robot of a JWT, if it is the one of these documents. That it uses its JWT is recorded.
    ///
    /// # Errors
    /// Those of the app key; [`ROBOT_JWT`], [`ROBOT_JWT_FOREIGN`], [`ROBOT_BANNED`]; those of [`Self::live`], after which the robot
    /// reads again; or when the store fails.
    pub(super) async fn reader(
        &self,
        presented: &Presented<'_>,
        (user_id, thing): (&str, &str),
    ) -> Result<Reader, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let jwt = presented.jwt.filter(|text| !text.is_empty()).ok_or(ROBOT_JWT)?;
        let live = self.live(jwt).await?.ok_or(ROBOT_JWT)?;
        let (TokenKind::Robot, Some(device), Some(user)) = (live.token.kind, live.token.device, live.user) else {
            return Err(ROBOT_JWT);
        };
        if !(user_id.is_empty() || user_id == user.sub) {
            return Err(ROBOT_JWT_FOREIGN);
        }
        let mut attempts = Attempts::default();
        loop {
            let read = self.read_once(device, jwt, thing).await;
            if let Some(read) = attempts.unless_changed(read) {
                return Ok(Reader { device, user, state: read? });
            }
        }
    }

    async fn read_once(&self, device: DeviceId, jwt: &str, thing: &str) -> Result<RobotState, Refusal> {
        let device = self.ledger.store().device(device).await?.ok_or(ROBOT_JWT)?;
        if !device.enabled {
            return Err(ROBOT_BANNED);
        }
        if !(thing.is_empty() || thing == device.name) {
            return Err(ROBOT_JWT_FOREIGN);
        }
        let mut robot = Robot::of(device)?;
        let at = robot.state.jwts.open(&sha256(jwt.as_bytes())).ok_or(ROBOT_JWT)?;
        if robot.state.note_use(at) {
            let state = robot.state.clone();
            self.write(robot, Ends::default(), Ending::new(Reason::Superseded, Actor::System), Vec::new()).await?;
            return Ok(state);
        }
        Ok(robot.state)
    }
}
