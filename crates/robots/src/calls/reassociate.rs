//! `ReassociatePrimaryUser`: another JWT for the same owner. Robots call it when theirs cannot be read, and throw the new one away.

use std::sync::Arc;

use super::ClientName;
use super::association::Standing;
use super::session::AccountSession;
use crate::identity::Proof;
use crate::minted::{Kin, Wanted};
use crate::refusals::{ROBOT_OWNER_MISMATCH, ROBOT_SESSION};
use crate::robot::Ends;
use crate::settings::AppScope;
use crate::{Bundle, Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason, Subject};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Reassociation {
    /// The app that is set up.
    pub client: ClientName,
    /// Whether to issue no client token.
    pub skip_client_token: bool,
    /// The wanted lifetime of the JWT; 0: the default.
    pub expiration_minutes: u32,
}

impl Robots {
    /// Issues another JWT to the owner's robot, and ends those before. The robot can still renew the one that it holds: it stores
    /// no other. A robot without an owner gets the session's person as its owner.
    ///
    /// # Errors
    /// Those of app key, certificate and session; [`ROBOT_OWNER_MISMATCH`]; `REQUEST_PACE` and `ROBOT_TOO_MANY` for the account; or
    /// when the store fails.
    pub async fn reassociate_primary(
        &self,
        presented: &Presented<'_>,
        asked: Reassociation,
    ) -> Result<Bundle, Refusal> {
        self.app(presented, &[AppScope::User])?;
        let proof = self.proof(presented)?;
        let session = self.session(presented.session.unwrap_or_default()).await?.ok_or(ROBOT_SESSION)?;
        // A JWT is not needed, and may be in any state; but one of another person's is a mistake.
        if let Some(text) = presented.jwt.filter(|text| !text.is_empty())
            && let Some(row) = self.ledger.find(self.settings().service, text).await?
            && row.subject != Some(Subject::User(session.user.key))
        {
            return Err(ROBOT_OWNER_MISMATCH);
        }
        self.associates(&session, presented.address)?;
        let mut attempts = Attempts::default();
        loop {
            let done = self.reassociate_once(&proof, &session, &asked).await;
            if let Some(done) = attempts.unless_changed(done) {
                return done;
            }
        }
    }

    async fn reassociate_once(
        &self,
        proof: &Proof,
        session: &AccountSession,
        asked: &Reassociation,
    ) -> Result<Bundle, Refusal> {
        let mut robot = self.known_or_new(&proof.name).await?;
        proof.check(&robot.device)?;
        let owner = Arc::clone(&session.user);
        let mut gone = Ends::default();
        if let Some(other) = robot.device.owner.filter(|known| *known != owner.key) {
            if self.ledger.store().user(other).await?.is_some() {
                return Err(ROBOT_OWNER_MISMATCH);
            }
            // The owner's account was deleted: the robot has none.
            gone = robot.disown();
        }
        let family = match self.standing(&robot).await? {
            Standing::Stands(_, family) => Some(family),
            Standing::Outdated | Standing::Ended => None,
            Standing::Paused(refusal) => return Err(refusal),
        };
        let mut ends = match &family {
            Some(_) => Ends::tokens(robot.state.jwts.tokens()),
            None => Ends::family(robot.state.family.take()),
        };
        ends.families.append(&mut gone.families);
        proof.pin(&mut robot.device);
        let wanted = Wanted {
            jwt: Some(self.settings().jwt_lifetime_of(asked.expiration_minutes)),
            spare: true,
            client: (!asked.skip_client_token).then_some(&asked.client),
        };
        let ending = Ending::new(Reason::Superseded, Actor::User(owner.key)).noting("associated with its owner again");
        self.mint(robot, Kin { owner, family }, wanted, (ends, ending)).await
    }
}
