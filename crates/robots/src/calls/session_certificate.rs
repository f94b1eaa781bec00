//! The certificate with which a robot serves its apps, for everybody (`docs/contracts/vector.md` section 8).

use jeton_model::Refusal;

use crate::Robots;
use crate::identity::RobotName;

impl Robots {
    /// The bytes that a robot sent at its last association, whatever they are. `esn`: its serial number, in upper or lower case.
    /// `None`: no such robot, or it sent none.
    ///
    /// # Errors
    /// When the store fails, or the robot's record cannot be read.
    pub async fn session_certificate(&self, esn: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(name) = RobotName::said(esn) else { return Ok(None) };
        Ok(self.known(&name).await?.and_then(|robot| robot.device.session_certificate))
    }
}
