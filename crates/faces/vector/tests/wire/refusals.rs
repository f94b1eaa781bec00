//! Each refusal of the feature as a status of gRPC.

use jeton_core::robots::identity::Authorities;
use jeton_core::robots::{RobotSettings, StsOptions, StsSettings};
use jeton_face_vector::proto::token::{
    AssociatePrimaryUserRequest, AssociateSecondaryClientRequest, ReassociatePrimaryUserRequest, RefreshTokenRequest,
    RevokeFactoryCertificateRequest, RevokeTokensRequest,
};
use jeton_served::House;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

use crate::accounts;
use crate::grpc::{Called, call};
use crate::robot::{ADMIN, APP, Robot, SERVICE, SESSION, house, settings};

const UNAUTHENTICATED: u32 = 16;
const PERMISSION_DENIED: u32 = 7;
const INVALID_ARGUMENT: u32 = 3;
const UNIMPLEMENTED: u32 = 12;
const UNAVAILABLE: u32 = 14;
const RESOURCE_EXHAUSTED: u32 = 8;
const DEADLINE_EXCEEDED: u32 = 4;

#[track_caller]
fn is(house: &House, called: &Called, status: u32, refusal: &str) {
    assert_eq!((called.status, house.refusal(&called.reply)), (status, refusal), "{:?}", called.reply.headers);
}

#[tokio::test]
async fn each_has_the_status_of_the_contract() {
    let house = house().await;
    let robot = Robot::at_home(&house).await;
    let primary = AssociatePrimaryUserRequest::default();
    let with_session = [("anki-user-session", SESSION)];
    let refresh = RefreshTokenRequest { refresh_jwt_tokens: true, ..Default::default() };
    let (primary_path, refresh_path) = ("/tokenpb.Token/AssociatePrimaryUser", "/tokenpb.Token/RefreshToken");

    let called = call(&house, refresh_path, &refresh, &[("anki-access-token", &robot.jwt)], Some(&robot.der)).await;
    is(&house, &called, UNAUTHENTICATED, "robot_app_key");
    let called = robot.call(&house, "RevokeTokens", &RevokeTokensRequest::default(), &[]).await;
    is(&house, &called, PERMISSION_DENIED, "robot_app_scope");
    is(&house, &robot.call(&house, "AssociatePrimaryUser", &primary, &[]).await, UNAUTHENTICATED, "robot_session");
    let called = call(&house, primary_path, &primary, &[("anki-app-key", APP), with_session[0]], None).await;
    is(&house, &called, UNAUTHENTICATED, "robot_certificate");
    let other_key = Robot::new("vic:00601b50");
    let called = other_key.call(&house, "AssociatePrimaryUser", &primary, &with_session).await;
    is(&house, &called, UNAUTHENTICATED, "robot_key_changed");
    is(&house, &robot.call(&house, "RefreshToken", &refresh, &[]).await, UNAUTHENTICATED, "robot_jwt_missing");
    is(&house, &robot.refresh(&house, "a.b.c").await, PERMISSION_DENIED, "robot_jwt");
    let second = Robot::new("vic:00e20100");
    second.call(&house, "AssociatePrimaryUser", &primary, &with_session).await;
    is(&house, &second.refresh(&house, &robot.jwt).await, PERMISSION_DENIED, "robot_jwt_foreign");
    let asked = AssociateSecondaryClientRequest { user_session: "unknown".to_owned(), ..Default::default() };
    let called = robot.call(&house, "AssociateSecondaryClient", &asked, &[("anki-access-token", &robot.jwt)]).await;
    is(&house, &called, INVALID_ARGUMENT, "robot_second_session");
    let guest = accounts::guest(&house).await;
    let asked = ReassociatePrimaryUserRequest::default();
    let called = robot.call(&house, "ReassociatePrimaryUser", &asked, &[("anki-user-session", &guest)]).await;
    is(&house, &called, INVALID_ARGUMENT, "robot_owner_mismatch");
    house.jeton.robots.configure(RobotSettings { robots_per_account: 1, associations: 1, ..settings(&house) });
    let third = Robot::new("vic:00e20101");
    let called = third.call(&house, "AssociatePrimaryUser", &primary, &with_session).await;
    is(&house, &called, RESOURCE_EXHAUSTED, "robot_too_many");
    let called = third.call(&house, "AssociatePrimaryUser", &primary, &with_session).await;
    is(&house, &called, UNAVAILABLE, "request_pace");
    house.jeton.robots.configure(settings(&house));
    let sts = RefreshTokenRequest { refresh_sts_tokens: true, ..Default::default() };
    let called = robot.call(&house, "RefreshToken", &sts, &[("anki-access-token", &robot.jwt)]).await;
    is(&house, &called, UNIMPLEMENTED, "robot_sts_off");
    let options = StsOptions {
        endpoint: "https://sts.example".to_owned(),
        logfiles: "s3://logs".to_owned(),
        ..StsOptions::default()
    };
    let nobody_is_there = StsSettings::read(options).unwrap();
    house.jeton.robots.configure(RobotSettings { sts: Some(nobody_is_there), ..settings(&house) });
    let called = robot.call(&house, "RefreshToken", &sts, &[("anki-access-token", &robot.jwt)]).await;
    is(&house, &called, UNAVAILABLE, "robot_sts_unavailable");

    let asked = RevokeTokensRequest { search_by_index: "shoe".to_owned(), key: "1".to_owned() };
    let called =
        call(&house, "/tokenpb.Token/RevokeTokens", &asked, &[("anki-app-key", SERVICE)], Some(&robot.der)).await;
    is(&house, &called, INVALID_ARGUMENT, "robot_index_unknown");
    let ban = async |id: &str| {
        let asked = RevokeFactoryCertificateRequest { certificate_id: id.to_owned() };
        let path = "/tokenpb.Token/RevokeFactoryCertificate";
        call(&house, path, &asked, &[("anki-app-key", ADMIN)], Some(&robot.der)).await
    };
    is(&house, &ban("everything").await, INVALID_ARGUMENT, "robot_certificate_id");
    assert_eq!(ban("vic:00e20100").await.status, 0);
    let called = second.call(&house, "AssociatePrimaryUser", &primary, &with_session).await;
    is(&house, &called, PERMISSION_DENIED, "robot_banned");
}

#[tokio::test]
async fn with_authorities_only_robots_that_they_signed_are_served() {
    let house = house().await;
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let authorities = Authorities::from_pem(authority.pem().as_bytes()).unwrap();
    house.jeton.robots.configure(RobotSettings { authorities: Some(authorities), ..settings(&house) });
    let stranger = Robot::new("vic:00601b50");
    let with_session = [("anki-user-session", SESSION)];
    let asked = AssociatePrimaryUserRequest::default();
    let called = stranger.call(&house, "AssociatePrimaryUser", &asked, &with_session).await;
    is(&house, &called, UNAUTHENTICATED, "robot_certificate");

    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "Anki Inc.");
    params.distinguished_name.push(rcgen::DnType::CommonName, "vic:00601b50");
    params.not_before = rcgen::date_time_ymd(2018, 1, 1);
    params.not_after = rcgen::date_time_ymd(2120, 1, 1);
    let der = params.signed_by(&key, &authority).unwrap().der().to_vec();
    let known = Robot { der, jwt: String::new() };
    assert_eq!(known.call(&house, "AssociatePrimaryUser", &asked, &with_session).await.status, 0);
}

#[tokio::test]
async fn while_the_store_is_away_a_robot_is_told_to_come_again() {
    let (house, store) = House::that_fails().await;
    house.jeton.robots.configure(settings(&house));
    let robot = Robot::at_home(&house).await;
    store.set_away(true);
    let called = robot.refresh(&house, &robot.jwt).await;
    assert_eq!(called.status, UNAVAILABLE, "{:?}", called.reply.headers);
}

#[tokio::test]
async fn a_call_whose_time_is_over_is_not_begun() {
    let house = house().await;
    let (robot, asked) = (Robot::new("vic:00601b50"), AssociatePrimaryUserRequest::default());
    for (timeout, status) in [("0n", DEADLINE_EXCEEDED), ("1H", 0), ("junk", 0)] {
        let before = house.rows().await;
        let metadata = [("anki-user-session", SESSION), ("grpc-timeout", timeout)];
        let called = robot.call(&house, "AssociatePrimaryUser", &asked, &metadata).await;
        assert_eq!(called.status, status, "{timeout}");
        assert_eq!(house.rows().await > before, status == 0, "{timeout}");
    }
}
