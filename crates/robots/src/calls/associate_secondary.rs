//! `AssociateSecondaryClient`: one more app of the owner. It is also how a robot with another issuer's JWT is adopted.

use std::sync::Arc;

use jeton_jose::digest::sha256;

use super::ClientName;
use super::association::Standing;
use super::session::AccountSession;
use crate::identity::Proof;
use crate::minted::{Kin, Wanted};
use crate::refusals::{ROBOT_JWT, ROBOT_JWT_FOREIGN, ROBOT_JWT_MISSING, ROBOT_OWNER_MISMATCH, ROBOT_SECOND_SESSION};
use crate::robot::{Ends, KnownJwts, Robot};
use crate::settings::AppScope;
use crate::{Bundle, Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct SecondaryClient {
    /// The account session of the app's person.
    pub user_session: String,
    /// The app.
    pub client: ClientName,
}

impl Robots {
    /// Issues a token for one more app of the robot's owner. An expired JWT is enough where certificate and session agree: robots
    /// do not renew it before, and their clocks are slow.
    ///
    /// # Errors
    /// Those of app key, certificate and JWT; [`ROBOT_SECOND_SESSION`], [`ROBOT_OWNER_MISMATCH`]; or when the store fails.
    pub async fn associate_secondary(
        &self,
        presented: &Presented<'_>,
        asked: SecondaryClient,
    ) -> Result<Bundle, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let proof = self.proof(presented)?;
        let jwt = presented.jwt.filter(|text| !text.is_empty()).ok_or(ROBOT_JWT_MISSING)?;
        let session = self.session(&asked.user_session).await?;
        let mut attempts = Attempts::default();
        loop {
            let done = self.add_app_once(&proof, jwt, session.as_ref(), &asked.client).await;
            if let Some(done) = attempts.unless_changed(done) {
                return done;
            }
        }
    }

    async fn add_app_once(
        &self,
        proof: &Proof,
        jwt: &str,
        session: Option<&AccountSession>,
        client: &ClientName,
    ) -> Result<Bundle, Refusal> {
        let known = self.known(&proof.name).await?;
        if let Some(robot) = &known {
            proof.check(&robot.device)?;
        }
        let is_expected =
            |robot: &Robot| robot.state.is_adoptable(self.ledger.now()) || robot.state.jwts.knows(&hash(jwt));
        let mut robot = match known {
            Some(robot) if is_expected(&robot) => robot,
            other => return Err(self.unknown_jwt(jwt, other.as_ref()).await?),
        };
        let open = robot.state.jwts.open(&hash(jwt));
        let Some(at) = open else {
            if !robot.state.is_adoptable(self.ledger.now()) {
                return Err(ROBOT_JWT);
            }
            let session = session.ok_or(ROBOT_SECOND_SESSION)?;
            return self.adopt_once(proof, robot, session, client).await;
        };
        if let Some(jwt) = robot.state.jwts.get(at)
            && self.is_withdrawn(&robot, jwt).await?
        {
            return Err(ROBOT_JWT);
        }
        let (family, ends) = match self.standing(&robot).await? {
            Standing::Stands(_, family) => (Some(family), Ends::default()),
            // The old password's time is over, and here is a session of the new one's.
            Standing::Outdated => (None, Ends::family(robot.state.family.take())),
            Standing::Ended => return Err(ROBOT_JWT),
        };
        let session = session.ok_or(ROBOT_SECOND_SESSION)?;
        if robot.device.owner != Some(session.user.key) {
            return Err(ROBOT_OWNER_MISMATCH);
        }
        robot.state.note_use(at);
        proof.pin(&mut robot.device);
        let owner = Arc::clone(&session.user);
        let ending = Ending::new(Reason::Superseded, Actor::User(owner.key));
        let wanted = Wanted { client: Some(client), ..Wanted::default() };
        self.mint(robot, Kin { owner, family }, wanted, (ends, ending)).await
    }

    /// The robot gets this owner, and the app a token. The robot's JWT is another issuer's: when it is refused elsewhere, the
    /// robot renews it, and gets one of ours.
    async fn adopt_once(
        &self,
        proof: &Proof,
        mut robot: Robot,
        session: &AccountSession,
        client: &ClientName,
    ) -> Result<Bundle, Refusal> {
        let owner = Arc::clone(&session.user);
        let (family, ends) = match self.standing(&robot).await? {
            Standing::Stands(user, family) if user.key == owner.key => {
                let ends = Ends::tokens(robot.state.jwts.tokens());
                robot.state.jwts = KnownJwts::default();
                (Some(family), ends)
            }
            _ => {
                let adoption = robot.state.adoption;
                let ends = robot.disown();
                robot.state.adoption = adoption;
                (None, ends)
            }
        };
        proof.pin(&mut robot.device);
        let ending = Ending::new(Reason::Superseded, Actor::User(owner.key)).noting("adopted by this owner");
        let wanted = Wanted { client: Some(client), ..Wanted::default() };
        self.mint(robot, Kin { owner, family }, wanted, (ends, ending)).await
    }

    /// Why a JWT that this robot's record does not know is refused.
    pub(super) async fn unknown_jwt(&self, jwt: &str, robot: Option<&Robot>) -> Result<Refusal, Refusal> {
        let row = self.ledger.find(self.settings().service, jwt).await?;
        let device = row.and_then(|row| row.device);
        let is_foreign = device.is_some() && device != robot.map(|robot| robot.device.id);
        Ok(if is_foreign { ROBOT_JWT_FOREIGN } else { ROBOT_JWT })
    }
}

/// By what a robot's record knows a JWT.
pub(super) fn hash(jwt: &str) -> [u8; 32] {
    sha256(jwt.as_bytes())
}
