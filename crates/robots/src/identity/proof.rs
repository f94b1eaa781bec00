//! What a connection proved about the robot at its other end.

use super::certificate::Certificate;
use super::name::RobotName;
use crate::refusals::{ROBOT_BANNED, ROBOT_CERTIFICATE, ROBOT_KEY_CHANGED};
use crate::{Presented, Robots};
use jeton_model::Refusal;
use jeton_model::records::Device;

/// A robot that holds the key of a certificate with its name.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    /// Its name.
    pub(crate) name: RobotName,
    /// SHA-256 of its key.
    pin: [u8; 32],
    /// Whether a configured authority signed the certificate. Otherwise the name is what the robot says, and only the pinned key
    /// proves that it is the same one as before.
    is_certified: bool,
}

impl Robots {
    /// The robot at the other end.
    ///
    /// # Errors
    /// [`ROBOT_CERTIFICATE`].
    pub(crate) fn proof(&self, presented: &Presented<'_>) -> Result<Proof, Refusal> {
        let refused = |why| ROBOT_CERTIFICATE.with(why);
        let der = presented.certificate.ok_or_else(|| refused("is missing"))?;
        let certificate = Certificate::read(der).ok_or_else(|| refused("cannot be read"))?;
        let name = certificate.common_name().and_then(RobotName::parse).ok_or_else(|| refused("names no robot"))?;
        if certificate.names_another_maker() {
            return Err(refused("names an organization that makes no robots"));
        }
        if certificate.has_ended(self.ledger.now()) {
            return Err(refused("has expired"));
        }
        let settings = self.settings();
        if settings.authorities.as_ref().is_some_and(|authorities| !authorities.have_signed(&certificate)) {
            return Err(refused("is not signed by a configured authority"));
        }
        Ok(Proof { name, pin: certificate.key_pin(), is_certified: settings.authorities.is_some() })
    }

    /// That the caller showed a certificate at all: calls of tools need one, whoever signed it.
    ///
    /// # Errors
    /// [`ROBOT_CERTIFICATE`].
    pub(crate) fn shows_certificate(presented: &Presented<'_>) -> Result<(), Refusal> {
        let read = presented.certificate.and_then(Certificate::read);
        read.map(drop).ok_or_else(|| ROBOT_CERTIFICATE.with("is missing"))
    }
}

impl Proof {
    /// Whether the robot is the one of this record.
    ///
    /// # Errors
    /// [`ROBOT_BANNED`]; [`ROBOT_KEY_CHANGED`] when another key was pinned.
    pub(crate) fn check(&self, device: &Device) -> Result<(), Refusal> {
        if !device.enabled {
            return Err(ROBOT_BANNED);
        }
        match device.key_pin {
            Some(pinned) if !self.is_certified && pinned != self.pin => {
                tracing::warn!(robot = %self.name, "a robot came with another key than before; an administrator can release it");
                Err(ROBOT_KEY_CHANGED)
            }
            _ => Ok(()),
        }
    }

    /// Pins the key.
    pub(crate) fn pin(&self, device: &mut Device) {
        device.key_pin = Some(self.pin);
    }
}
