//! `RevokeTokens`: ends the JWTs of a robot, or of all robots of a person.

use super::association::Standing;
use crate::identity::RobotName;
use crate::refusals::ROBOT_INDEX_UNKNOWN;
use crate::robot::{Ends, Robot};
use crate::settings::AppScope;
use crate::{Presented, Robots};
use jeton_ledger::ledger::{Attempts, Ending};
use jeton_model::Refusal;
use jeton_model::records::{Actor, Reason, Token, TokenState};
use jeton_model::store::Page;

/// How many robots are read at once.
const STEP: u32 = 500;

impl Robots {
    /// Ends all JWTs of a robot (`requestor`) or of a person's robots (`user`, or empty), with the tokens of their apps. Returns
    /// how many JWTs that were: none is no error.
    ///
    /// # Errors
    /// Those of app key, certificate and session; [`ROBOT_INDEX_UNKNOWN`]; or when the store fails: then the same call ends the
    /// rest.
    pub async fn revoke_tokens(
        &self,
        presented: &Presented<'_>,
        search_by_index: &str,
        key: &str,
    ) -> Result<u32, Refusal> {
        self.tool(presented, AppScope::Service).await?;
        let names = match search_by_index {
            "requestor" => RobotName::parse(key).into_iter().collect(),
            "user" | "" => self.robots_of(key).await?,
            _ => return Err(ROBOT_INDEX_UNKNOWN),
        };
        let mut count = 0;
        for name in names {
            let mut attempts = Attempts::default();
            count += loop {
                if let Some(done) = attempts.unless_changed(self.revoke_once(&name).await) {
                    break done?;
                }
            };
        }
        Ok(count)
    }

    async fn revoke_once(&self, name: &RobotName) -> Result<u32, Refusal> {
        let Some(mut robot) = self.known(name).await? else { return Ok(0) };
        if let Standing::Ended = self.standing(&robot).await? {
            return Ok(0);
        }
        let count = self.unrevoked(&robot).await?;
        let ending = Ending::new(Reason::Admin, Actor::Admin("an app key with the scope service".into()));
        let ends = Ends::family(robot.state.family.take());
        self.write(robot, ends, ending.noting("tokens revoked"), Vec::new()).await?;
        Ok(count)
    }

    /// How many JWTs of a robot's present family were not ended by themselves. The newest one stays renewable when its row is gone.
    /// Others are known too: those with which the owner's robot may begin a new family.
    async fn unrevoked(&self, robot: &Robot) -> Result<u32, Refusal> {
        let mut count = 0;
        let newest = robot.state.jwts.newest().and_then(|jwt| jwt.token);
        for id in robot.state.jwts.tokens() {
            let row = self.ledger.store().token(id).await?;
            let lives = |row: Token| row.state == TokenState::Active && row.grant == robot.state.family;
            let is_active = row.map_or(newest == Some(id), lives);
            count += u32::from(is_active);
        }
        Ok(count)
    }

    /// The robots of the person with this account id.
    async fn robots_of(&self, user_id: &str) -> Result<Vec<RobotName>, Refusal> {
        let service = self.settings().service;
        let Some(user) = self.ledger.entities().user_by_sub(service, user_id).await? else { return Ok(Vec::new()) };
        let (mut found, mut page) = (Vec::new(), Page::first(STEP));
        loop {
            let devices = self.ledger.store().devices(service, page).await?.items;
            let Some(last) = devices.last() else { return Ok(found) };
            page.after = last.id.get();
            let theirs = devices.iter().filter(|device| device.owner == Some(user.key));
            found.extend(theirs.filter_map(|device| RobotName::parse(&device.name)));
        }
    }
}
