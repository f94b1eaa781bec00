//! Whether the values are valid, alone and together. Every check reports all problems.

mod api_tokens;
mod bounds;
mod client;
mod client_advice;
mod idle;
mod issuer;
mod listener;
mod outbound;
mod registration;
mod secrets;
mod service;
mod sms;
mod store;
mod tokens;
mod trust;
mod unique;
mod user;
mod vector;

use super::{Config, Problem};

impl Config {
    /// Everything that must be put right before this configuration can serve.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        issuer::check(self, &mut problems);
        listener::check(self, &mut problems);
        store::check(self, &mut problems);
        tokens::check(self, &mut problems);
        registration::check(self, &mut problems);
        client::check(self, &mut problems);
        trust::check(self, &mut problems);
        user::check(self, &mut problems);
        service::check(self, &mut problems);
        outbound::check(self, &mut problems);
        sms::check(self, &mut problems);
        api_tokens::check(self, &mut problems);
        vector::check(self, &mut problems);
        secrets::check(self, &mut problems);
        problems
    }

    /// What works but should be put right: each is one line at start and in `jeton check`.
    #[must_use]
    pub fn warnings(&self) -> Vec<Problem> {
        let mut warnings = Vec::new();
        secrets::warn(self, &mut warnings);
        client_advice::warn(self, &mut warnings);
        tokens::warn(self, &mut warnings);
        listener::warn(self, &mut warnings);
        outbound::warn(self, &mut warnings);
        vector::warn(self, &mut warnings);
        idle::warn(self, &mut warnings);
        warnings
    }
}
