//! `RefreshToken`: a robot renews its JWT, up to a year after it expired.

use std::time::Duration;

use jeton_jose::Secret;
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason, TokenState};

use super::associate_secondary::hash;
use super::association::Standing;
use crate::identity::Proof;
use crate::minted::{Kin, Wanted};
use crate::refusals::{ROBOT_JWT, ROBOT_JWT_MISSING};
use crate::robot::{Ends, KnownJwt, Robot};
use crate::settings::AppScope;
use crate::{Bundle, Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending, LONGEST_LIFETIME};

/// A robot renews a JWT when less than this is left of it.
const RENEWED_BEFORE: Duration = Duration::from_hours(3);
/// How much of its longest life a family has spent before it is extended.
const EXTENDED_BEFORE: Duration = Duration::from_hours(30 * 24);

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refresh {
    /// Whether to renew the JWT.
    pub jwt: bool,
    /// Whether to issue AWS credentials.
    pub sts: bool,
    /// The wanted lifetime of the JWT; 0: the default.
    pub expiration_minutes: u32,
}

impl Robots {
    /// Renews a robot's JWT; the answer always has one. A JWT that was renewed a moment ago is answered with its successor again,
    /// until that was used: the first answer may have been lost. Without `jwt` the presented one is returned.
    ///
    /// # Errors
    /// Those of app key and certificate; [`ROBOT_JWT_MISSING`]; `ROBOT_JWT` and `ROBOT_JWT_FOREIGN`, which are final for the robot;
    /// `ROBOT_SUSPENDED` and `ROBOT_OWNER_DISABLED`, which are not; `ROBOT_STS_OFF` and `ROBOT_STS_UNAVAILABLE` where AWS
    /// credentials are asked for; or when the store fails.
    pub async fn refresh(&self, presented: &Presented<'_>, asked: Refresh) -> Result<Bundle, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let proof = self.proof(presented)?;
        let jwt = presented.jwt.filter(|text| !text.is_empty()).ok_or(ROBOT_JWT_MISSING)?;
        let mut attempts = Attempts::default();
        loop {
            let done = self.refresh_once(&proof, jwt, asked).await;
            if let Some(done) = attempts.unless_changed(done) {
                return done;
            }
        }
    }

    async fn refresh_once(&self, proof: &Proof, jwt: &str, asked: Refresh) -> Result<Bundle, Refusal> {
        let Some(mut robot) = self.known(&proof.name).await? else { return Err(self.unknown_jwt(jwt, None).await?) };
        proof.check(&robot.device)?;
        let now = self.ledger.now();
        let at = match robot.state.jwts.open(&hash(jwt)) {
            Some(at) => at,
            None if robot.state.jwts.knows(&hash(jwt)) => return Err(ROBOT_JWT),
            None => self.adopted(&mut robot, jwt).await?,
        };
        let Some(known) = robot.state.jwts.get(at).cloned() else { return Err(ROBOT_JWT) };
        if !known.renews(now) {
            return Err(ROBOT_JWT);
        }
        let standing = match self.standing(&robot).await? {
            // With a session the robot goes on: another call succeeds, and then it tries this one again.
            Standing::Outdated | Standing::Ended => return Err(ROBOT_JWT),
            Standing::Stands(owner, family) => Ok((owner, family)),
            Standing::Paused(refusal) => Err(refusal),
        };
        // A final refusal comes before a temporary one.
        if let Some(refusal) = self.withdrawn(&robot, &known).await? {
            return Err(refusal);
        }
        let (owner, family) = standing?;
        // First: a robot ends its process on an answer without them, and one that is refused keeps its JWT.
        let sts = match asked.sts {
            true => Some(self.upload_credentials(&owner.sub).await?),
            false => None,
        };
        let kept = match asked.jwt || known.token.is_none() {
            true => self.successor(&robot, at).await?,
            false => Some(Secret::new(jwt)),
        };
        if let Some(token) = kept {
            if robot.device.key_pin.is_none() {
                proof.pin(&mut robot.device);
                self.write(robot, Ends::default(), Ending::new(Reason::Superseded, Actor::System), Vec::new()).await?;
            }
            return Ok(Bundle { token: Some(token), sts, ..Bundle::default() });
        }
        robot.state.note_use(at);
        robot.state.refreshed = Some(now);
        proof.pin(&mut robot.device);
        let is_old = family.expires.is_some_and(|end| end < now + LONGEST_LIFETIME - EXTENDED_BEFORE);
        let extends = is_old.then(|| (family.id, now + LONGEST_LIFETIME));
        let ends = Ends { extends, ..Ends::tokens(robot.state.jwts.tokens()) };
        let wanted =
            Wanted { jwt: Some(self.settings().jwt_lifetime_of(asked.expiration_minutes)), ..Wanted::default() };
        let ending = Ending::new(Reason::Superseded, Actor::User(owner.key));
        let bundle = self.mint(robot, Kin { owner, family: Some(family) }, wanted, (ends, ending)).await?;
        Ok(Bundle { sts, ..bundle })
    }

    /// The text that an earlier call answered to the same JWT, if it is worth keeping: valid, and not to be renewed at once.
    async fn successor(&self, robot: &Robot, at: usize) -> Result<Option<Secret>, Refusal> {
        let enough = |jwt: &&KnownJwt| jwt.expires > self.ledger.now() + RENEWED_BEFORE;
        let Some(jwt) = robot.state.jwts.successor(at).filter(enough) else { return Ok(None) };
        let Some(id) = jwt.token else { return Ok(None) };
        let row = self.ledger.store().token(id).await?.filter(|row| row.state == TokenState::Active);
        if let Some(refusal) = self.withdrawn(robot, jwt).await? {
            return Err(refusal);
        }
        Ok(row.and_then(|row| self.ledger.secrets().opened_value(&row)))
    }

    /// Where another issuer's JWT is in the robot's record, while a session may take the robot over and one has. It is renewed as
    /// ours are: again, until the answer was used. The JWT that came with that session is in the record already.
    async fn adopted(&self, robot: &mut Robot, jwt: &str) -> Result<usize, Refusal> {
        let now = self.ledger.now();
        let is_ours = self.ledger.find(robot.device.service, jwt).await?.is_some();
        if is_ours || !robot.state.is_adoptable(now) || robot.device.owner.is_none() {
            return Err(self.unknown_jwt(jwt, Some(robot)).await?);
        }
        robot.state.jwts.add_adopted(hash(jwt), now);
        robot.state.jwts.open(&hash(jwt)).ok_or(ROBOT_JWT)
    }
}
