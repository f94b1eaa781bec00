//! Every temporary state and every method: none is answered as final. A robot gives up on `PERMISSION_DENIED`, and takes
//! `INVALID_ARGUMENT` for the wrong account.

use jeton_core::administration::{Caller, NewUser};
use jeton_core::filter::FilterWords;
use jeton_core::model::User;
use jeton_core::suspension::SuspensionRequest;
use jeton_face_vector::proto::jdocs::{DeleteDocReq, ReadDocsReq, WriteDocReq};
use jeton_face_vector::proto::token::{
    AssociatePrimaryUserRequest, AssociateSecondaryClientRequest, DisassociatePrimaryUserRequest,
    ListRevokedTokensRequest, ReassociatePrimaryUserRequest, RefreshTokenRequest, RevokeFactoryCertificateRequest,
    RevokeTokensRequest,
};
use jeton_served::House;

use crate::accounts;
use crate::grpc::{Called, call};
use crate::robot::{ADMIN, APP, Robot, SERVICE, house, settings};

const OK: u32 = 0;
const UNAUTHENTICATED: u32 = 16;
const UNAVAILABLE: u32 = 14;

/// What is for now only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Suspended,
    OwnerDisabled,
    ServiceOff,
    StoreAway,
}

async fn change(house: &House, owner: &str, state: State) {
    let (administration, caller) = (&house.jeton.administration, Caller::local());
    match state {
        State::Suspended => {
            let words = FilterWords::read([("user", owner)], house.jeton.ledger.now()).unwrap();
            let window = std::time::Duration::from_secs(60);
            let asked = SuspensionRequest { words, all: false, undo_window: window, expect: None };
            administration.suspensions.suspend(&caller, house.service, asked, "looked into").await.unwrap();
        }
        State::OwnerDisabled => {
            let user = administration.show_user(house.service, owner).await.unwrap();
            let user = NewUser { user: User { enabled: false, ..user }, password: None };
            administration.put_user(&caller, user, true).await.unwrap();
        }
        State::ServiceOff => drop(administration.enable_service(&caller, house.service, false).await.unwrap()),
        State::StoreAway => {}
    }
}

/// Every method, with all that it may need, the last of them as tools call it.
async fn every_method(house: &House, robot: &Robot, session: &str) -> Vec<(&'static str, Called)> {
    let (jwt, der) = (robot.jwt.as_str(), Some(&*robot.der));
    let with_session = [("anki-app-key", APP), ("anki-user-session", session)];
    let with_jwt = [("anki-app-key", APP), ("anki-access-token", jwt)];
    let mut all = Vec::new();
    macro_rules! calls {
        ($($path:literal, $message:expr, $metadata:expr;)*) => {
            $(all.push(($path, call(house, $path, &$message, $metadata, der).await));)*
        };
    }
    let refresh = RefreshTokenRequest { refresh_jwt_tokens: true, ..Default::default() };
    let second = AssociateSecondaryClientRequest { user_session: session.to_owned(), ..Default::default() };
    let ban = RevokeFactoryCertificateRequest { certificate_id: "vic:000000ff".to_owned() };
    calls! {
        "/tokenpb.Token/RefreshToken", refresh, &with_jwt;
        "/tokenpb.Token/RefreshToken", RefreshTokenRequest::default(), &with_jwt;
        "/tokenpb.Token/AssociateSecondaryClient", second, &with_jwt;
        "/tokenpb.Token/AssociatePrimaryUser", AssociatePrimaryUserRequest::default(), &with_session;
        "/tokenpb.Token/ReassociatePrimaryUser", ReassociatePrimaryUserRequest::default(), &with_session;
        "/tokenpb.Token/DisassociatePrimaryUser", DisassociatePrimaryUserRequest::default(), &with_jwt;
        "/jdocspb.Jdocs/ReadDocs", ReadDocsReq::default(), &with_jwt;
        "/jdocspb.Jdocs/WriteDoc", WriteDocReq::default(), &with_jwt;
        "/jdocspb.Jdocs/DeleteDoc", DeleteDocReq::default(), &with_jwt;
        "/tokenpb.Token/ListRevokedTokens", ListRevokedTokensRequest::default(), &[("anki-app-key", SERVICE)];
        "/tokenpb.Token/RevokeTokens", RevokeTokensRequest::default(), &[("anki-app-key", SERVICE)];
        "/tokenpb.Token/RevokeFactoryCertificate", ban, &[("anki-app-key", ADMIN)];
    }
    all
}

#[tokio::test]
async fn what_is_temporary_is_final_for_no_method() {
    for state in [State::Suspended, State::OwnerDisabled, State::ServiceOff, State::StoreAway] {
        let (house, store) = House::that_fails().await;
        house.jeton.robots.configure(settings(&house));
        let session = accounts::guest(&house).await;
        let mut robot = Robot::new("vic:00601b50");
        let asked = AssociatePrimaryUserRequest::default();
        let called = robot.call(&house, "AssociatePrimaryUser", &asked, &[("anki-user-session", &session)]).await;
        let answer: jeton_face_vector::proto::token::AssociatePrimaryUserResponse = called.message();
        robot.jwt = answer.data.unwrap().token;
        change(&house, accounts::EMAIL, state).await;
        store.set_away(state == State::StoreAway);
        for (method, called) in every_method(&house, &robot, &session).await {
            let is_tools =
                ["ListRevokedTokens", "RevokeTokens", "RevokeFactoryCertificate"].iter().any(|m| method.ends_with(m));
            let expected = match state {
                State::Suspended | State::OwnerDisabled if is_tools => OK,
                State::Suspended | State::OwnerDisabled => UNAUTHENTICATED,
                State::ServiceOff | State::StoreAway => UNAVAILABLE,
            };
            let refusal = if called.status == OK { "none" } else { house.refusal(&called.reply) };
            assert_eq!(called.status, expected, "{state:?}: {method}: {refusal}");
        }
    }
}

/// Documents need the app key too, as every call does (`docs/contracts/vector.md` section 2).
#[tokio::test]
async fn documents_need_the_app_key() {
    let house = house().await;
    let robot = Robot::at_home(&house).await;
    for key in [None, Some(""), Some("unknown")] {
        let mut metadata = vec![("anki-access-token", robot.jwt.as_str())];
        metadata.extend(key.map(|key| ("anki-app-key", key)));
        for (path, called) in [
            ("ReadDocs", call(&house, "/jdocspb.Jdocs/ReadDocs", &ReadDocsReq::default(), &metadata, None).await),
            ("WriteDoc", call(&house, "/jdocspb.Jdocs/WriteDoc", &WriteDocReq::default(), &metadata, None).await),
            ("DeleteDoc", call(&house, "/jdocspb.Jdocs/DeleteDoc", &DeleteDocReq::default(), &metadata, None).await),
        ] {
            let said = (called.status, house.refusal(&called.reply));
            assert_eq!(said, (UNAUTHENTICATED, "robot_app_key"), "{path} with {key:?}");
        }
    }
    let metadata = [("anki-access-token", robot.jwt.as_str()), ("anki-app-key", APP)];
    assert_eq!(call(&house, "/jdocspb.Jdocs/ReadDocs", &ReadDocsReq::default(), &metadata, None).await.status, OK);
}
