//! Every row of the table of statuses (`docs/contracts/vector.md` section 7), and the must-keep list (section 9).

use jeton_face_vector::proto::jdocs::{DeleteDocReq, Jdoc, WriteDocReq};
use jeton_face_vector::proto::token::{
    AssociatePrimaryUserRequest, AssociateSecondaryClientRequest, DisassociatePrimaryUserRequest,
    ListRevokedTokensRequest, ReassociatePrimaryUserRequest, RefreshTokenRequest, RevokeFactoryCertificateRequest,
    RevokeTokensRequest,
};
use tonic::{Code, Response, Status};

use crate::home::{ADMIN_KEY, Home, SERVICE_KEY, SESSION};
use crate::robot::{APP_KEY, Robot, call, claims};

#[track_caller]
fn is<T: std::fmt::Debug>(outcome: Result<Response<T>, Status>, code: Code) {
    assert_eq!(outcome.unwrap_err().code(), code);
}

async fn statuses(home: &Home) {
    let mut robot = Robot::new(home, "00601b50");
    robot.associate().await;
    let jwt = robot.jwt.clone();
    let refresh = || RefreshTokenRequest { refresh_jwt_tokens: true, ..Default::default() };
    let token = || robot.token();

    // The app key is looked at first.
    for key in ["", "unknown"] {
        let metadata = [("anki-app-key", key), ("anki-access-token", jwt.as_str())];
        is(token().await.refresh_token(call(refresh(), &metadata)).await, Code::Unauthenticated);
    }
    is(token().await.refresh_token(call(refresh(), &[("anki-access-token", &jwt)])).await, Code::Unauthenticated);

    // Sessions.
    for session in [None, Some("unknown")] {
        let mut metadata = vec![("anki-app-key", APP_KEY)];
        metadata.extend(session.map(|session| ("anki-user-session", session)));
        let asked = call(AssociatePrimaryUserRequest::default(), &metadata);
        is(token().await.associate_primary_user(asked).await, Code::Unauthenticated);
        let asked = call(ReassociatePrimaryUserRequest::default(), &metadata);
        is(token().await.reassociate_primary_user(asked).await, Code::Unauthenticated);
    }
    for session in ["", "unknown"] {
        assert_eq!(robot.second_client(session).await.unwrap_err().code(), Code::InvalidArgument);
    }

    // JWTs: missing, and not ours.
    let app = [("anki-app-key", APP_KEY)];
    let junk = [("anki-app-key", APP_KEY), ("anki-access-token", "a.b.c")];
    for (metadata, code) in [(&app[..], Code::Unauthenticated), (&junk[..], Code::PermissionDenied)] {
        is(token().await.refresh_token(call(refresh(), metadata)).await, code);
        is(token().await.disassociate_primary_user(call(DisassociatePrimaryUserRequest {}, metadata)).await, code);
        let asked = AssociateSecondaryClientRequest { user_session: SESSION.to_owned(), ..Default::default() };
        is(token().await.associate_secondary_client(call(asked, metadata)).await, code);
    }

    // Certificates: missing where one is needed.
    let metadata = [("anki-app-key", APP_KEY), ("anki-access-token", jwt.as_str()), ("anki-user-session", SESSION)];
    let bare = || robot.token_with(false);
    is(bare().await.refresh_token(call(refresh(), &metadata)).await, Code::Unauthenticated);
    is(
        bare().await.associate_primary_user(call(AssociatePrimaryUserRequest::default(), &metadata)).await,
        Code::Unauthenticated,
    );

    // Never OK without credentials where only these were asked for.
    let sts = RefreshTokenRequest { refresh_sts_tokens: true, ..Default::default() };
    is(token().await.refresh_token(call(sts, &metadata)).await, Code::Unimplemented);

    // Reassociation needs no JWT, and leaves the stored one usable.
    let again =
        call(ReassociatePrimaryUserRequest::default(), &[("anki-app-key", APP_KEY), ("anki-user-session", SESSION)]);
    assert!(token().await.reassociate_primary_user(again).await.unwrap().into_inner().data.is_some());
    let jwt = robot.refresh(&jwt).await.unwrap();

    // Scopes.
    let metadata = [("anki-app-key", APP_KEY)];
    is(
        token().await.list_revoked_tokens(call(ListRevokedTokensRequest::default(), &metadata)).await,
        Code::PermissionDenied,
    );
    is(token().await.revoke_tokens(call(RevokeTokensRequest::default(), &metadata)).await, Code::PermissionDenied);
    let ban = || RevokeFactoryCertificateRequest { certificate_id: "vic:00601b50".to_owned() };
    is(token().await.revoke_factory_certificate(call(ban(), &metadata)).await, Code::PermissionDenied);

    // Revoking.
    let service = [("anki-app-key", SERVICE_KEY)];
    let by = |index: &str, key: &str| RevokeTokensRequest { search_by_index: index.to_owned(), key: key.to_owned() };
    is(token().await.revoke_tokens(call(by("shoe", "1"), &service)).await, Code::InvalidArgument);
    let count =
        token().await.revoke_tokens(call(by("requestor", "vic:00601b50"), &service)).await.unwrap().into_inner();
    assert!(count.tokens_revoked >= 1, "{count:?}");
    let none = token().await.revoke_tokens(call(by("requestor", "vic:00601b50"), &service)).await.unwrap().into_inner();
    assert_eq!(none.tokens_revoked, 0);
    assert_eq!(robot.refresh(&jwt).await.unwrap_err().code(), Code::PermissionDenied);
    let page = token().await.list_revoked_tokens(call(ListRevokedTokensRequest::default(), &service)).await.unwrap();
    let page = page.into_inner().data.unwrap();
    assert!(page.done && page.tokens.contains(&jwt), "{page:?}");

    // Barring.
    let admin = [("anki-app-key", ADMIN_KEY)];
    token().await.revoke_factory_certificate(call(ban(), &admin)).await.unwrap();
    let metadata = [("anki-app-key", APP_KEY), ("anki-user-session", SESSION)];
    is(
        token().await.associate_primary_user(call(AssociatePrimaryUserRequest::default(), &metadata)).await,
        Code::PermissionDenied,
    );

    // An administrator lets it in again, and says why; nothing else pretends to.
    for args in [&["vector", "release", "00601b50"][..], &["vector", "adopt", "00601b50"]] {
        let refused = home.run(args);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(1) && said.contains("jeton vector unban"), "{said}");
    }
    assert_eq!(home.run(&["vector", "unban", "00601b50"]).status.code(), Some(2), "a reason is needed");
    let admitted = home.run(&["vector", "unban", "00601b50", "--reason", "it was found"]);
    assert!(admitted.status.success(), "{}", String::from_utf8_lossy(&admitted.stderr));
    robot.associate().await;
    assert_eq!(robot.app_tokens().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_on_sqlite() {
    statuses(&Home::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_on_postgresql() {
    statuses(&Home::on_postgresql().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_come_back_as_many_as_asked_and_whole() {
    let home = Home::new().await;
    let mut robot = Robot::new(&home, "00601b50");
    robot.associate().await;
    let names = ["vic.RobotSettings", "vic.AppTokens", "vic.UserEntitlements", "vic.Nothing", "vic.AppTokens"];
    let read = robot.read(&names).await.unwrap();
    assert_eq!(read.items.len(), names.len());
    assert!(read.items.iter().all(|item| item.doc.is_some()), "{read:?}");
    assert_eq!(read.items.iter().map(|item| item.status).collect::<Vec<_>>(), [2, 1, 2, 2, 1]);

    let metadata = [("anki-app-key", APP_KEY), ("anki-access-token", robot.jwt.as_str())];
    let user_id = claims(&robot.jwt)["user_id"].as_str().unwrap().to_owned();
    let write = |version: u64, json: &str| WriteDocReq {
        user_id: user_id.clone(),
        thing: robot.name.clone(),
        doc_name: names[0].to_owned(),
        doc: Some(Jdoc {
            doc_version: version,
            fmt_version: 2,
            client_metadata: String::new(),
            json_doc: json.to_owned(),
        }),
    };
    for (version, json, status, latest) in
        [(0, "{}", 0, 1), (0, "{}", 1, 1), (1, "{\"a\":1}", 0, 2), (7, "{}", 1, 2), (2, &"9".repeat(30_000), 2, 2)]
    {
        let written = robot.jdocs().await.write_doc(call(write(version, json), &metadata)).await.unwrap().into_inner();
        assert_eq!((written.status, written.latest_doc_version), (status, latest), "{version}");
    }
    let read = robot.read(&names[..1]).await.unwrap();
    assert_eq!(read.items[0].doc.clone().unwrap().json_doc, "{\"a\":1}");
    let delete = || DeleteDocReq { user_id: user_id.clone(), thing: robot.name.clone(), doc_name: names[0].to_owned() };
    robot.jdocs().await.delete_doc(call(delete(), &metadata)).await.unwrap();
    robot.jdocs().await.delete_doc(call(delete(), &metadata)).await.unwrap();
}
