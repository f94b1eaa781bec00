//! `DisassociatePrimaryUser`: the robot has no owner any more.

use super::associate_secondary::hash;
use crate::identity::RobotName;
use crate::refusals::{ROBOT_JWT, ROBOT_JWT_FOREIGN, ROBOT_JWT_MISSING};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason, TokenKind};

impl Robots {
    /// Ends all that was issued for the robot of a JWT, and forgets its owner. A robot does this for itself; support does it for
    /// any.
    ///
    /// # Errors
    /// Those of app key, certificate and JWT; or when the store fails.
    pub async fn disassociate_primary(&self, presented: &Presented<'_>) -> Result<(), Refusal> {
        let scopes = self.app(presented, &[AppScope::User, AppScope::Support, AppScope::Admin])?;
        let jwt = presented.jwt.filter(|text| !text.is_empty()).ok_or(ROBOT_JWT_MISSING)?;
        let proof = if scopes.any_of(&[AppScope::Support, AppScope::Admin]) {
            Self::shows_certificate(presented)?;
            None
        } else {
            Some(self.proof(presented)?)
        };
        let live = self.live(jwt).await?.ok_or(ROBOT_JWT)?;
        let device = match live.token.device {
            Some(id) if live.token.kind == TokenKind::Robot => self.ledger.store().device(id).await?,
            _ => None,
        };
        let name = device.and_then(|device| RobotName::parse(&device.name)).ok_or(ROBOT_JWT)?;
        if proof.as_ref().is_some_and(|proof| proof.name != name) {
            return Err(ROBOT_JWT_FOREIGN);
        }
        let mut attempts = Attempts::default();
        loop {
            let done = async {
                let mut robot = self.known(&name).await?.ok_or(ROBOT_JWT)?;
                if let Some(proof) = &proof {
                    proof.check(&robot.device)?;
                }
                let (Some(_), Some(owner)) = (robot.state.jwts.open(&hash(jwt)), robot.device.owner) else {
                    return Err(ROBOT_JWT);
                };
                let ends = robot.disown();
                let ending = Ending::new(Reason::User, Actor::User(owner)).noting("disassociated from its owner");
                self.write(robot, ends, ending, Vec::new()).await
            };
            if let Some(done) = attempts.unless_changed(done.await) {
                return done;
            }
        }
    }
}
