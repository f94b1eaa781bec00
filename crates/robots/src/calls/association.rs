//! Whether the association of a robot with its owner stands.

use std::sync::Arc;
use std::time::Duration;

use crate::Robots;
use crate::refusals::{ROBOT_JWT, ROBOT_OWNER_DISABLED, ROBOT_SUSPENDED};
use crate::robot::{KnownJwt, Robot};
use jeton_model::Refusal;
use jeton_model::records::{
    Grant, GrantState, Reason, Subject, Token, TokenFormat, TokenKind, TokenState, User, Verifier,
};
use jeton_model::scope::Scope;

/// What is known of an association.
pub(super) enum Standing {
    /// It stands.
    Stands(Arc<User>, Arc<Grant>),
    /// Its owner signed out everywhere, or changed the password, after it was made: with a new session they may go on.
    Outdated,
    /// It does not count for now, for this reason: what is refused meanwhile must not be final for the robot.
    Paused(Refusal),
    /// It was ended, or there was none, or its owner is gone.
    Ended,
}

impl Robots {
    /// Whether a robot's association stands.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn standing(&self, robot: &Robot) -> Result<Standing, Refusal> {
        let (Some(owner), Some(family)) = (robot.device.owner, robot.state.family) else { return Ok(Standing::Ended) };
        // The store is asked: a robot comes rarely, and what ended it may have been another node.
        let family = self.ledger.store().grant(family).await?;
        let user = self.ledger.store().user(owner).await?;
        let (Some(user), Some(family)) = (user, family) else { return Ok(Standing::Ended) };
        if family.subject != Some(Subject::User(owner)) {
            return Ok(Standing::Ended);
        }
        let reset = user.counts_from(TokenKind::Robot);
        // A new password ends what was issued up to the moment before `reset`; what somebody had ended earlier stays ended.
        let moment = reset - Duration::from_millis(1);
        let ended_earlier = matches!(family.state, GrantState::Revoked { at, .. } if at < moment);
        let is_outdated = reset > family.created;
        let is_over = if is_outdated { ended_earlier } else { !family.is_alive(self.ledger.now()) };
        if is_over {
            return Ok(Standing::Ended);
        }
        if !user.enabled {
            return Ok(Standing::Paused(ROBOT_OWNER_DISABLED));
        }
        Ok(if is_outdated { Standing::Outdated } else { Standing::Stands(Arc::new(user), Arc::new(family)) })
    }

    /// Why a JWT of a robot may not be used by itself: its row was revoked, except by its own renewal, which is final; or a
    /// suspension covers it, which is not.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn withdrawn(&self, robot: &Robot, jwt: &KnownJwt) -> Result<Option<Refusal>, Refusal> {
        let Some(id) = jwt.token else { return Ok(None) };
        let row = self.ledger.store().token(id).await?;
        let is_revoked = |state| matches!(state, TokenState::Revoked { why, .. } if why != Reason::Superseded);
        if row.as_ref().is_some_and(|row| is_revoked(row.state)) {
            return Ok(Some(ROBOT_JWT));
        }
        // The row may be gone; a suspension names what the record still knows.
        let as_it_was = Token {
            id,
            service: robot.device.service,
            kind: TokenKind::Robot,
            format: TokenFormat::Jwt,
            client: None,
            subject: robot.device.owner.map(Subject::User),
            device: Some(robot.device.id),
            grant: robot.state.family,
            parent: None,
            verifier: Verifier(jwt.hash),
            scope: Scope::empty(),
            audience: "".into(),
            issued: jwt.issued,
            not_before: None,
            expires: Some(jwt.expires),
            state: TokenState::Active,
            binding: None,
            details: None,
        };
        Ok(self.ledger.is_suspended(&as_it_was).await?.then_some(ROBOT_SUSPENDED))
    }
}
