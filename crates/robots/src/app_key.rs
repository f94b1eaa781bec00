//! What a caller with an app key may do.

use crate::Robots;
use crate::presented::Presented;
use crate::refusals::{ROBOT_APP_KEY, ROBOT_APP_SCOPE};
use crate::settings::{AppScope, AppScopes};
use jeton_model::Refusal;

impl Robots {
    /// The scopes of the app key, if it has one of the wanted ones.
    ///
    /// # Errors
    /// [`ROBOT_APP_KEY`], [`ROBOT_APP_SCOPE`]; `SERVICE_DISABLED` while the service of the robots is.
    pub(crate) fn app(&self, presented: &Presented<'_>, wanted: &[AppScope]) -> Result<AppScopes, Refusal> {
        let scopes = self.app_of(presented.app_key.unwrap_or_default()).ok_or(ROBOT_APP_KEY)?;
        if !scopes.any_of(wanted) {
            return Err(ROBOT_APP_SCOPE);
        }
        self.service().map(|_| scopes)
    }

    /// The scopes of an app key, if it is known.
    pub(crate) fn app_of(&self, key: &str) -> Option<AppScopes> {
        let settings = self.settings();
        let known = settings.app_keys.iter().filter(|known| !known.key.is_empty());
        known.filter(|known| known.key.matches(key)).map(|known| known.scopes.clone()).next()
    }
}
