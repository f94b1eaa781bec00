//! A robot as the ledger knows it: its device's record, with what this feature keeps in it.

mod jwts;
mod state;

pub(crate) use jwts::{KnownJwt, KnownJwts};
pub(crate) use state::RobotState;

use jeton_ledger::ledger::{DeviceChange, Ending};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DeviceId, GrantId, TokenId, UserKey};
use jeton_model::records::Device;
use jeton_model::refusals::RECORD_CHANGED;
use jeton_model::store::Write;

use crate::Robots;
use crate::identity::RobotName;

/// A robot, and the record as it was read.
pub(crate) struct Robot {
    /// None: the robot is new.
    read: Option<Device>,
    pub(crate) device: Device,
    pub(crate) state: RobotState,
}

/// What ends with a change of a robot.
#[derive(Default)]
pub(crate) struct Ends {
    pub(crate) families: Vec<GrantId>,
    pub(crate) tokens: Vec<TokenId>,
    /// The family that lives longer than it was to.
    pub(crate) extends: Option<(GrantId, Timestamp)>,
}

impl Ends {
    /// These single tokens.
    pub(crate) fn tokens(tokens: impl IntoIterator<Item = TokenId>) -> Self {
        Self { tokens: tokens.into_iter().collect(), ..Self::default() }
    }

    /// This family.
    pub(crate) fn family(family: Option<GrantId>) -> Self {
        Self { families: family.into_iter().collect(), ..Self::default() }
    }
}

impl Robots {
    /// The robot of this name, if it is known.
    ///
    /// # Errors
    /// When the store fails, or its record cannot be read.
    pub(crate) async fn known(&self, name: &RobotName) -> Result<Option<Robot>, Refusal> {
        let service = self.settings().service;
        self.ledger.store().device_by_name(service, name.as_str()).await?.map(Robot::of).transpose()
    }

    /// The robot of this name, or a new one.
    ///
    /// # Errors
    /// As [`Self::known`].
    pub(crate) async fn known_or_new(&self, name: &RobotName) -> Result<Robot, Refusal> {
        if let Some(robot) = self.known(name).await? {
            return Ok(robot);
        }
        let device = Device {
            id: DeviceId::new(self.ledger.new_number().await?),
            service: self.settings().service,
            name: name.as_str().to_owned(),
            owner: None,
            key_pin: None,
            session_certificate: None,
            enabled: true,
            created: self.ledger.now(),
            other: serde_json::Map::new(),
        };
        Ok(Robot { read: None, device, state: RobotState::default() })
    }

    /// Writes a changed robot, with what ends with it.
    ///
    /// # Errors
    /// [`RECORD_CHANGED`] when another call was faster; or when the store fails.
    pub(crate) async fn write(
        &self,
        robot: Robot,
        ends: Ends,
        ending: Ending,
        more: Vec<Write>,
    ) -> Result<(), Refusal> {
        let change = robot.changed(ends, ending)?;
        if self.ledger.change_device(change, more).await? { Ok(()) } else { Err(RECORD_CHANGED) }
    }
}

impl Robot {
    /// The robot of a record.
    pub(crate) fn of(device: Device) -> Result<Self, Refusal> {
        Ok(Self { state: RobotState::of(&device)?, read: Some(device.clone()), device })
    }

    /// Who owned it when it was read.
    pub(crate) fn owner_before(&self) -> Option<UserKey> {
        self.read.as_ref().and_then(|device| device.owner)
    }

    /// The change that writes it.
    ///
    /// # Errors
    /// When the state cannot be written as JSON.
    pub(crate) fn changed(self, ends: Ends, ending: Ending) -> Result<DeviceChange, Refusal> {
        let Self { read, device: mut new, state } = self;
        state.keep_in(&mut new)?;
        let Ends { families, tokens, extends } = ends;
        Ok(DeviceChange { read, new, families, tokens, extends, ending })
    }

    /// Forgets the owner with all that was theirs; returns what ends with that. The session certificate goes too: it names the
    /// robot as the owner's apps know it.
    pub(crate) fn disown(&mut self) -> Ends {
        self.device.owner = None;
        self.device.session_certificate = None;
        let family = self.state.family.take();
        self.state = RobotState { apps_ever: self.state.apps_ever, ..RobotState::default() };
        Ends::family(family)
    }
}
