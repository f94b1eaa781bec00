//! Revoking one token and all of them (points 4 and 6 of the check list; section 3.7).

use futures::future::join_all;
use http::Method;
use jeton_core::ledger::RevocationScope;
use jeton_core::model::{EventKind, Reason, Settings, TokenState};
use jeton_face_iam::IamRules;

use crate::iam::{HOUR, Iam};

#[tokio::test]
async fn a_deleted_token_is_dead_at_once_and_deleted_once() {
    for house in Iam::everywhere().await {
        for list in ["/iam/api/access-tokens", "/access-tokens"] {
            let caller = house.operator().await;
            let (access, refresh) = house.family("app", "rosa", "read").await;
            assert!(house.is_live(&access).await);
            let path = format!("{list}/{}", access.id);
            let ended = house.delete(&path, &caller).await;
            assert_eq!((ended.status, ended.text()), (204, ""));
            assert!(!house.is_live(&access).await);
            assert!(house.is_live(&refresh).await, "its refresh token stays");
            assert!(matches!(house.row(access.id).await.state, TokenState::Revoked { why: Reason::Admin, .. }));
            assert_eq!(house.delete(&path, &caller).await.status, 404);
            assert_eq!(house.get(&path, &caller).await.status, 404);
            assert!(!house.get(list, &caller).await.ids().contains(&access.id));
        }
    }
}

#[tokio::test]
async fn of_many_who_delete_a_token_one_has_done_it() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        let (access, refresh) = house.family("app", "rosa", "read").await;
        for path in [format!("/iam/api/access-tokens/{}", access.id), format!("/iam/api/refresh-tokens/{}", refresh.id)]
        {
            let all = join_all((0..32).map(|_| house.delete(&path, &caller))).await;
            assert_eq!(all.iter().filter(|reply| reply.status == 204).count(), 1, "{path}");
            assert_eq!(all.iter().filter(|reply| reply.status == 404).count(), 31, "{path}");
        }
    }
}

#[tokio::test]
async fn a_deleted_refresh_token_takes_its_family_along_unless_the_operator_says_no() {
    for (revocation_scope, keep_access_tokens) in [(RevocationScope::Family, false), (RevocationScope::Token, true)] {
        let rules = IamRules { revocation_scope, ..IamRules::default() };
        let house = Iam::with(rules, Settings::default()).await;
        let caller = house.operator().await;
        for list in ["/iam/api/refresh-tokens", "/refresh-tokens"] {
            let (access, refresh) = house.family("app", "rosa", "read").await;
            assert_eq!(house.delete(&format!("{list}/{}", refresh.id), &caller).await.status, 204);
            assert!(!house.is_live(&refresh).await);
            assert_eq!(house.is_live(&access).await, keep_access_tokens, "{list}");
        }
        let (access, refresh) = house.family("app", "rosa", "read").await;
        assert_eq!(house.delete("/refresh-tokens", &caller).await.status, 204);
        assert!(!house.is_live(&refresh).await);
        assert_eq!(house.is_live(&access).await, keep_access_tokens);
    }
}

#[tokio::test]
async fn deleting_a_list_leaves_nothing_of_it() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        for user in ["rosa", "otto"] {
            for _ in 0..3 {
                house.family("app", user, "read").await;
                house.token("ops", user, "read", Some(HOUR)).await;
            }
        }
        let endless = house.token("app", "rosa", "read", None).await;
        let session = house.session("root").await;
        let ended = house.delete("/iam/api/refresh-tokens", &caller).await;
        assert_eq!((ended.status, ended.text()), (204, ""));
        assert_eq!(house.get("/iam/api/refresh-tokens?count=0", &caller).await.total(), 0);
        assert_eq!(house.get("/iam/api/access-tokens?clientId=app", &caller).await.total(), 0, "with their families");
        assert_eq!(house.delete("/iam/api/access-tokens", &caller).await.status, 204);
        assert_eq!(house.get("/iam/api/access-tokens", &caller).await.status, 401, "the caller's own token died too");
        assert!(!house.is_live(&endless).await);
        let left = house.send(Method::GET, "/iam/api/access-tokens?count=0", &[("cookie", &session)]).await;
        assert_eq!(left.total(), 0, "a session is no access token, and stays");
        let again = house.send(Method::DELETE, "/access-tokens", &[("cookie", &session)]).await;
        assert_eq!(again.status, 204, "also when there is nothing");
    }
}

#[tokio::test]
async fn deleting_a_list_honours_its_filters_and_is_recorded() {
    for house in Iam::everywhere().await {
        let caller = house.operator().await;
        let hers = house.token("app", "rosa", "read", Some(HOUR)).await;
        let his = house.token("app", "otto", "read", Some(HOUR)).await;
        let hers_by_ops = house.token("ops", "rosa", "read", Some(HOUR)).await;
        for nothing in ["userId=", "clientId=", "userId=nobody", "clientId=app'%20OR%20'1'%3D'1", "userId=%25"] {
            assert_eq!(house.delete(&format!("/iam/api/access-tokens?{nothing}"), &caller).await.status, 204);
        }
        assert!(house.is_live(&hers).await && house.is_live(&his).await && house.is_live(&hers_by_ops).await);
        assert_eq!(house.delete("/iam/api/access-tokens?userId=rosa&clientId=app", &caller).await.status, 204);
        assert!(!house.is_live(&hers).await && house.is_live(&his).await && house.is_live(&hers_by_ops).await);
        let events = house.jeton.ledger.events(Some(house.service), 100).await.unwrap();
        let batches: Vec<_> = events.iter().filter(|event| event.kind == EventKind::TokensRevoked).collect();
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].batch().0.iter().map(|id| id.get()).collect::<Vec<_>>(), [hers.id]);
        assert_eq!(house.delete("/access-tokens?clientId=app", &caller).await.status, 204);
        assert!(!house.is_live(&his).await && house.is_live(&hers_by_ops).await);
    }
}
