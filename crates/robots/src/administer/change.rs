//! Forgetting, releasing and adopting robots, and letting in again those that were barred.

use std::time::Duration;

use crate::Robots;
use crate::documents::removal;
use crate::identity::RobotName;
use crate::refusals::{ROBOT_NOT_BANNED, ROBOT_STILL_BANNED};
use crate::robot::{Ends, Robot};
use jeton_administration::{Caller, readable_reason};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::Reason;
use jeton_model::refusals::{INVALID, NOT_FOUND};

/// The longest time for which a robot can be adopted: a week.
const LONGEST_ADOPTION: Duration = Duration::from_hours(7 * 24);

impl Robots {
    /// Ends all that was issued for a robot and forgets its owner, key, certificate and settings. That its factory certificate was
    /// revoked is not forgotten.
    ///
    /// # Errors
    /// `NOT_FOUND`; those of [`Caller::administers`]; or when the store fails.
    pub async fn forget(&self, caller: &Caller, name: &str) -> Result<(), Refusal> {
        let forgetting = |robot: &mut Robot| {
            robot.device.key_pin = None;
            Ok(robot.disown())
        };
        let settings = removal(self, self.said(name).await?.device.id).await?;
        self.change(caller, (name, false), "forgotten", forgetting).await?;
        self.ledger.applied(settings).await.map(drop)
    }

    /// Lets a robot come with another key: the next one that associates or renews is pinned.
    ///
    /// # Errors
    /// As [`Self::forget`]; [`ROBOT_STILL_BANNED`].
    pub async fn release(&self, caller: &Caller, name: &str) -> Result<(), Refusal> {
        let releasing = |robot: &mut Robot| {
            may_come(robot, "released")?;
            robot.device.key_pin = None;
            Ok(Ends::default())
        };
        self.change(caller, (name, false), "released from its key", releasing).await
    }

    /// For a time, lets whoever has a valid session take over a robot that holds another issuer's JWT, known here or not
    /// (`docs/contracts/vector.md` section 10). `for_time` of zero ends that.
    ///
    /// # Errors
    /// [`INVALID`] for more than a week; `NOT_FOUND` for what is no robot's name; [`ROBOT_STILL_BANNED`]; those of
    /// [`Caller::administers`]; or when the store fails.
    pub async fn adopt(&self, caller: &Caller, name: &str, for_time: Duration) -> Result<(), Refusal> {
        if for_time > LONGEST_ADOPTION {
            return Err(INVALID.with("a robot can be adopted for a week at most"));
        }
        let until = (!for_time.is_zero()).then(|| self.ledger.now() + for_time);
        let opening = |robot: &mut Robot| {
            may_come(robot, "adopted")?;
            robot.state.adoption = until;
            Ok(Ends::default())
        };
        self.change(caller, (name, true), "open to adoption", opening).await
    }

    /// Lets a robot in again whose factory certificate was revoked. What was issued for it before stays ended. `reason`: for the
    /// audit trail, one line.
    ///
    /// # Errors
    /// As [`Self::forget`]; [`ROBOT_NOT_BANNED`]; those of [`readable_reason`].
    pub async fn unban(&self, caller: &Caller, name: &str, reason: &str) -> Result<(), Refusal> {
        let reason = readable_reason(reason)?;
        let admitting = |robot: &mut Robot| {
            if std::mem::replace(&mut robot.device.enabled, true) { Err(ROBOT_NOT_BANNED) } else { Ok(Ends::default()) }
        };
        self.change(caller, (name, false), &format!("let in again: {reason}"), admitting).await
    }

    async fn change(
        &self,
        caller: &Caller,
        (name, may_be_new): (&str, bool),
        note: &str,
        change: impl Fn(&mut Robot) -> Result<Ends, Refusal> + Send + Sync,
    ) -> Result<(), Refusal> {
        let actor = caller.administers()?;
        let mut attempts = Attempts::default();
        loop {
            let done = async {
                let mut robot = match RobotName::said(name) {
                    Some(name) if may_be_new => self.known_or_new(&name).await?,
                    Some(_) => self.said(name).await?,
                    None => return Err(NOT_FOUND.with("robot")),
                };
                let ends = change(&mut robot)?;
                self.write(robot, ends, Ending::new(Reason::Admin, actor.clone()).noting(note), Vec::new()).await
            };
            if let Some(done) = attempts.unless_changed(done.await) {
                return done;
            }
        }
    }
}

/// That a change has an effect: nothing is issued to a robot whose certificate was revoked.
fn may_come(robot: &Robot, done: &'static str) -> Result<(), Refusal> {
    if robot.device.enabled { Ok(()) } else { Err(ROBOT_STILL_BANNED.with(done)) }
}
