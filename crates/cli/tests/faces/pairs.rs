//! Each way to get a token with each way to end it.

use serde_json::{Value, json};

use crate::backend::hash;
use crate::faces::Faces;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Issued {
    Credentials,
    Password,
    AdminAccess,
    AdminApi,
    Shop,
    Backend,
    BackendForClient,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ended {
    Oauth,
    Admin,
    AdminByText,
    AdminMany,
    Iam,
    IamAll,
    Backend,
    BackendRevoked,
    BackendMany,
    BackendForwarded,
}

/// Whether a face can end what the other issued: only its client may end a token at `/token/revoke`, and a list is of one
/// client.
fn goes(issued: Issued, ended: Ended) -> bool {
    match issued {
        // The authorization server knows access tokens of clients.
        Issued::Shop | Issued::AdminApi if is_of_backend(ended) => false,
        Issued::Shop => !matches!(ended, Ended::Oauth | Ended::IamAll),
        _ => true,
    }
}

fn is_of_backend(ended: Ended) -> bool {
    use Ended::{Backend, BackendForwarded, BackendMany, BackendRevoked};
    matches!(ended, Backend | BackendForwarded | BackendMany | BackendRevoked)
}

async fn issue(faces: &Faces, way: Issued) -> String {
    let texts = match way {
        Issued::Credentials => faces.by_credentials("one").await,
        Issued::Password => faces.by_password("one").await,
        Issued::AdminAccess => faces.by_administrator("one", "access").await,
        Issued::AdminApi => faces.by_administrator("one", "api").await,
        Issued::Shop => faces.by_shop().await,
        Issued::Backend => faces.by_backend("one", "AUTHORIZATION_CODE").await,
        Issued::BackendForClient => faces.by_backend("one", "CLIENT_CREDENTIALS").await,
    };
    texts[0].clone()
}

async fn end(faces: &Faces, way: Ended, text: &str, seen: &Value) {
    let id = &seen["id"];
    let status = match way {
        Ended::Oauth => faces.form("one", "/token/revoke", &[("token", text)]).await.status,
        Ended::Admin => faces.admin("POST", &format!("/tokens/{id}/revoke"), None).await.status,
        Ended::AdminByText => faces.admin("POST", "/tokens/revoke", Some(json!({ "token": text }))).await.status,
        Ended::AdminMany => {
            // Those that have an end: not the token that watches.
            let filter = json!({ "kind": seen["kind"], "expires_before": "2999-01-01T00:00:00Z" });
            faces.suspended(filter, 0).await.unwrap();
            faces.end_suspended().await;
            200
        }
        Ended::Iam => faces.iam("DELETE", &format!("access-tokens/{id}")).await.status,
        Ended::IamAll => faces.iam("DELETE", "access-tokens?clientId=one").await.status,
        Ended::Backend => faces.backend("DELETE", &format!("/auth/token/delete/{text}"), None).await.status,
        Ended::BackendRevoked => revoked(faces, json!({ "accessTokenIdentifier": text })).await,
        Ended::BackendMany => revoked(faces, json!({ "clientIdentifier": "one" })).await,
        Ended::BackendForwarded => {
            let said = faces.forwarded_revocation("one", text).await;
            assert_eq!(said.body["action"], "OK", "{said:?}");
            said.status
        }
    };
    assert!((200..300).contains(&status), "{way:?}: {status}");
}

/// Ends records; only one lives.
async fn revoked(faces: &Faces, which: Value) -> u16 {
    let said = faces.backend("POST", "/auth/token/revoke", Some(which)).await;
    assert_eq!(said.body["count"], 1, "{said:?}");
    said.status
}

async fn holds(faces: &Faces, issued: Issued, ended: Ended) {
    let text = issue(faces, issued).await;
    let seen = faces.inspected(&text).await;
    let id = seen["id"].as_u64().unwrap_or_else(|| panic!("{issued:?}: {seen}"));
    assert!(faces.listed("access-tokens").await.contains(&id), "{issued:?} is not in the list");
    assert!(faces.administered("access,api").await.contains(&id), "{issued:?}");
    let one = faces.iam("GET", &format!("access-tokens/{id}")).await;
    assert_eq!((one.status, one.body["id"].as_u64()), (200, Some(id)), "{issued:?}");
    let good = async || match issued {
        Issued::Shop => faces.shop_takes(&text).await,
        _ => faces.is_active("one", &text).await,
    };
    assert!(good().await, "{issued:?}");
    // Its API shows access tokens, not those that people and administrators hand out.
    let is_shown = seen["kind"] == "access";
    assert_eq!(faces.hashes().await.contains(&hash(&text)), is_shown, "{issued:?}");
    assert_eq!(faces.seen_by_backend(&text).await["usable"], is_shown, "{issued:?}");

    end(faces, ended, &text, &seen).await;
    assert!(!good().await, "{issued:?} is good after {ended:?}");
    assert_ne!(faces.inspected(&text).await["state"], "live", "{issued:?} after {ended:?}");
    assert!(!faces.hashes().await.contains(&hash(&text)), "{issued:?} after {ended:?}");
    assert_eq!(faces.seen_by_backend(&text).await["usable"], false, "{issued:?} after {ended:?}");
    assert!(!faces.administered("access,api").await.contains(&id), "{issued:?} after {ended:?}");
    assert!(!faces.listed("access-tokens").await.contains(&id), "{issued:?} is listed after {ended:?}");
    assert_eq!(faces.iam("GET", &format!("access-tokens/{id}")).await.status, 404, "{issued:?} after {ended:?}");
}

async fn all(faces: impl AsyncFn() -> Faces) {
    let issuing = [
        Issued::Credentials,
        Issued::Password,
        Issued::AdminAccess,
        Issued::AdminApi,
        Issued::Shop,
        Issued::Backend,
        Issued::BackendForClient,
    ];
    let ending = [
        Ended::Oauth,
        Ended::Admin,
        Ended::AdminByText,
        Ended::AdminMany,
        Ended::Iam,
        Ended::IamAll,
        Ended::Backend,
        Ended::BackendRevoked,
        Ended::BackendMany,
        Ended::BackendForwarded,
    ];
    for ended in ending {
        let faces = faces().await;
        for issued in issuing.into_iter().filter(|issued| goes(*issued, ended)) {
            holds(&faces, issued, ended).await;
        }
    }
}

#[tokio::test]
async fn what_one_face_issues_each_other_lists_and_ends() {
    all(Faces::on_the_model).await;
}

#[tokio::test]
async fn what_one_face_issues_each_other_lists_and_ends_on_sqlite() {
    all(Faces::on_sqlite).await;
}
