//! `AssociateSecondaryClient`: one more app of the owner. It is also how a robot with another issuer's JWT is adopted.

use std::sync::Arc;

use jeton_jose::digest::sha256;

use super::ClientName;
use super::association::Standing;
use super::session::AccountSession;
use crate::identity::Proof;
use crate::minted::{Kin, Wanted};
use crate::refusals::{
    ROBOT_JWT, ROBOT_JWT_FOREIGN, ROBOT_JWT_MISSING, ROBOT_OWNER_DISABLED, ROBOT_OWNER_MISMATCH, ROBOT_SECOND_SESSION,
};
use crate::robot::{Ends, KnownJwts, Robot};
use crate::settings::AppScope;
use crate::{Bundle, Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Grant, Reason};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct SecondaryClient {
    /// The account session of the app's person.
    pub user_session: String,
    /// The app.
    pub client: ClientName,
}

/// What a JWT that a robot shows is to its record.
enum Held {
    /// It may be used. `family`: what new tokens descend from; none: its owner's password has changed. `renews`: it is one of ours
    /// that the robot can renew.
    Usable { at: usize, family: Option<Arc<Grant>>, renews: bool },
    /// It may not.
    Refused(Refusal),
}

impl Held {
    /// Whether the robot can go on only by an adoption. A suspension is not passed by it, nor another robot's JWT taken.
    fn needs_adoption(&self) -> bool {
        match self {
            Self::Usable { renews, .. } => !renews,
            Self::Refused(refusal) => refusal.is_one_of(&[ROBOT_JWT, ROBOT_OWNER_DISABLED]),
        }
    }
}

impl Robots {
    /// Issues a token for one more app of the robot's owner. An expired JWT is enough where certificate and session agree: robots
    /// do not renew it before, and their clocks are slow.
    ///
    /// # Errors
    /// Those of app key, certificate and JWT; [`ROBOT_SECOND_SESSION`], [`ROBOT_OWNER_MISMATCH`]; `REQUEST_PACE` and `ROBOT_TOO_MANY`
    /// for the account; or when the store fails.
    pub async fn associate_secondary(
        &self,
        presented: &Presented<'_>,
        asked: SecondaryClient,
    ) -> Result<Bundle, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let proof = self.proof(presented)?;
        let jwt = presented.jwt.filter(|text| !text.is_empty()).ok_or(ROBOT_JWT_MISSING)?;
        let session = self.session(&asked.user_session).await?;
        if let Some(session) = &session {
            self.associates(session, presented.address)?;
        }
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
        let Some(mut robot) = self.known(&proof.name).await? else { return Err(self.unknown_jwt(jwt, None).await?) };
        proof.check(&robot.device)?;
        let held = self.held(&robot, jwt).await?;
        if robot.state.is_adoptable(self.ledger.now()) && held.needs_adoption() {
            let session = session.ok_or(ROBOT_SECOND_SESSION)?;
            return self.adopt_once(proof, robot, (jwt, session), client).await;
        }
        let (at, family) = match held {
            Held::Usable { at, family, .. } => (at, family),
            Held::Refused(refusal) => return Err(refusal),
        };
        // Without one: the old password's time is over, and here is a session of the new one's.
        let ends = if family.is_some() { Ends::default() } else { Ends::family(robot.state.family.take()) };
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

    /// What a JWT that a robot shows is to its record.
    async fn held(&self, robot: &Robot, jwt: &str) -> Result<Held, Refusal> {
        let hash = hash(jwt);
        let Some(at) = robot.state.jwts.open(&hash) else {
            let is_known = robot.state.jwts.knows(&hash);
            return Ok(Held::Refused(if is_known { ROBOT_JWT } else { self.unknown_jwt(jwt, Some(robot)).await? }));
        };
        let Some(known) = robot.state.jwts.get(at) else { return Ok(Held::Refused(ROBOT_JWT)) };
        // A final refusal comes before a temporary one.
        let family = match self.standing(robot).await? {
            Standing::Ended => return Ok(Held::Refused(ROBOT_JWT)),
            Standing::Stands(_, family) => Ok(Some(family)),
            Standing::Outdated => Ok(None),
            Standing::Paused(refusal) => Err(refusal),
        };
        if let Some(refusal) = self.withdrawn(robot, known).await? {
            return Ok(Held::Refused(refusal));
        }
        let family = match family {
            Ok(family) => family,
            Err(refusal) => return Ok(Held::Refused(refusal)),
        };
        let renews = family.is_some() && known.token.is_some() && known.renews(self.ledger.now());
        Ok(Held::Usable { at, family, renews })
    }

    /// The robot gets this owner, and the app a token. The record keeps the JWT that the robot shows, whatever it is: elsewhere it
    /// is refused, so the robot renews it, and gets one of ours. For that it has a year, however soon the adoption ends.
    async fn adopt_once(
        &self,
        proof: &Proof,
        mut robot: Robot,
        (jwt, session): (&str, &AccountSession),
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
        robot.state.jwts.add_adopted(hash(jwt), self.ledger.now());
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
