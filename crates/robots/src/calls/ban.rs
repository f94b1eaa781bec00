//! `RevokeFactoryCertificate`: a robot gets nothing any more.

use crate::identity::RobotName;
use crate::refusals::{ROBOT_CERTIFICATE_ID, ROBOT_SESSION};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason};

impl Robots {
    /// Bars the certificate with this common name, known or not, and ends all that was issued for its robot.
    ///
    /// # Errors
    /// Those of app key, certificate and session; [`ROBOT_CERTIFICATE_ID`]; or when the store fails.
    pub async fn revoke_factory_certificate(
        &self,
        presented: &Presented<'_>,
        certificate_id: &str,
    ) -> Result<(), Refusal> {
        self.tool(presented, AppScope::Admin).await?;
        let name = RobotName::parse(certificate_id).ok_or(ROBOT_CERTIFICATE_ID)?;
        let mut attempts = Attempts::default();
        loop {
            let done = async {
                let mut robot = self.known_or_new(&name).await?;
                let ends = robot.disown();
                robot.device.enabled = false;
                let actor = Actor::Admin("an app key with the scope admin".into());
                let ending = Ending::new(Reason::Admin, actor).noting("certificate revoked");
                self.write(robot, ends, ending, Vec::new()).await
            };
            if let Some(done) = attempts.unless_changed(done.await) {
                return done;
            }
        }
    }

    /// That a call comes from a tool that may make it: it has an app key and a certificate, and a session only if it sends one.
    ///
    /// # Errors
    /// Those of app key, certificate and session.
    pub(super) async fn tool(&self, presented: &Presented<'_>, scope: AppScope) -> Result<(), Refusal> {
        let wanted = if scope == AppScope::Service { [AppScope::Service, AppScope::Admin] } else { [scope; 2] };
        self.app(presented, &wanted)?;
        Self::shows_certificate(presented)?;
        match presented.session {
            Some(text) if self.session(text).await?.is_none() => Err(ROBOT_SESSION),
            _ => Ok(()),
        }
    }
}
