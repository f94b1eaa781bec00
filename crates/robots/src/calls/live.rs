//! Whether a text that a robot or an app shows counts now, counts again later, or never.

use jeton_ledger::ledger::{Inactive, Inspection, Verdict};
use jeton_ledger::refusals::SERVICE_DISABLED;
use jeton_model::Refusal;
use jeton_model::records::{Subject, Token};

use crate::Robots;
use crate::refusals::{ROBOT_OWNER_DISABLED, ROBOT_SUSPENDED};

impl Robots {
    /// The live token with this text; none: it has ended, or there never was one. The store is asked, for what is made with it
    /// outlasts it.
    ///
    /// # Errors
    /// [`ROBOT_SUSPENDED`], [`ROBOT_OWNER_DISABLED`] or [`SERVICE_DISABLED`] where it may count again: a robot must not take that
    /// for final. When the store fails.
    pub(crate) async fn live(&self, text: &str) -> Result<Option<Inspection>, Refusal> {
        let verdict = match self.ledger.inspect(self.settings().service, text).await? {
            Verdict::Active(live) => self.ledger.afresh(live).await?,
            inactive @ Verdict::Inactive(..) => inactive,
        };
        match verdict {
            Verdict::Active(live) => Ok(Some(live)),
            Verdict::Inactive(Inactive::Suspended, _) => Err(ROBOT_SUSPENDED),
            Verdict::Inactive(Inactive::ServiceDisabled, _) => Err(SERVICE_DISABLED),
            Verdict::Inactive(Inactive::UserGone, Some(token)) if self.waits_for_its_user(&token).await? => {
                Err(ROBOT_OWNER_DISABLED)
            }
            Verdict::Inactive(..) => Ok(None),
        }
    }

    /// Whether a token would count if its person's account were enabled.
    async fn waits_for_its_user(&self, token: &Token) -> Result<bool, Refusal> {
        let Some(Subject::User(key)) = token.subject else { return Ok(false) };
        let user = self.ledger.store().user(key).await?;
        Ok(user.is_some_and(|user| !user.enabled && user.counts_from(token.kind) <= token.issued))
    }
}
