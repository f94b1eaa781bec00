//! A robot at the house.

use jeton_core::Secret;
use jeton_core::robots::RobotSettings;
use jeton_core::robots::settings::{AppKey, AppScope, SHIPPED};
use jeton_face_vector::proto::token::{
    AssociatePrimaryUserRequest, AssociatePrimaryUserResponse, RefreshTokenRequest, RefreshTokenResponse,
};
use jeton_served::{House, Maker};
use prost::Message;
use rcgen::DnType;

use crate::grpc::{Called, call};

/// What robots send.
pub(crate) const APP: &str = SHIPPED[0];
/// May list and revoke.
pub(crate) const SERVICE: &str = "the-key-of-services";
/// May bar.
pub(crate) const ADMIN: &str = "the-key-of-administrators";
/// A session of the house.
pub(crate) const SESSION: &str = "a-fixed-session-token";

/// The settings of the tests.
pub(crate) fn settings(house: &House) -> RobotSettings {
    let app_key = |key: &str, scope| AppKey { key: Secret::new(key), scopes: [scope].into_iter().collect() };
    let app_keys =
        vec![app_key(APP, AppScope::User), app_key(SERVICE, AppScope::Service), app_key(ADMIN, AppScope::Admin)];
    RobotSettings {
        service: house.service,
        app_keys,
        session_tokens: vec![Secret::new(SESSION)],
        sign_up: true,
        ..RobotSettings::default()
    }
}

/// A house that robots may live in.
pub(crate) async fn house() -> House {
    let house = House::new().await;
    house.jeton.robots.configure(settings(&house));
    house
}

/// A robot.
pub(crate) struct Robot {
    pub(crate) der: Vec<u8>,
    pub(crate) jwt: String,
}

impl Robot {
    /// With this common name.
    pub(crate) fn new(name: &str) -> Self {
        let subject = [(DnType::OrganizationName, "Anki Inc."), (DnType::CommonName, name)];
        Self { der: Maker::new(&subject).lives(2018, 2120).made().der, jwt: String::new() }
    }

    /// One that has an owner.
    pub(crate) async fn at_home(house: &House) -> Self {
        let mut robot = Self::new("vic:00601b50");
        let asked = AssociatePrimaryUserRequest { session_certificate: b"PEM".to_vec(), ..Default::default() };
        let called = robot.call(house, "AssociatePrimaryUser", &asked, &[("anki-user-session", SESSION)]).await;
        robot.jwt = called.message::<AssociatePrimaryUserResponse>().data.unwrap().token;
        robot
    }

    /// A call of the token manager, with the app key of robots.
    pub(crate) async fn call(
        &self,
        house: &House,
        method: &str,
        message: &impl Message,
        metadata: &[(&str, &str)],
    ) -> Called {
        let metadata = [&[("anki-app-key", APP)], metadata].concat();
        call(house, &format!("/tokenpb.Token/{method}"), message, &metadata, Some(&self.der)).await
    }

    /// A refresh of this JWT.
    pub(crate) async fn refresh(&self, house: &House, jwt: &str) -> Called {
        let asked = RefreshTokenRequest { refresh_jwt_tokens: true, ..Default::default() };
        self.call(house, "RefreshToken", &asked, &[("anki-access-token", jwt)]).await
    }

    /// A refresh that must succeed; the JWT.
    pub(crate) async fn refreshed(&self, house: &House) -> String {
        self.refresh(house, &self.jwt).await.message::<RefreshTokenResponse>().data.unwrap().token
    }
}
