//! Who may call what (point 4 of the check list; sections 3.2 and 3.8).

use http::Method;
use jeton_core::administration::{Caller, NewUser};
use jeton_core::model::{Settings, User};
use jeton_face_iam::IamRules;
use serde_json::json;

use crate::iam::{HOUR, Iam, denied};

/// A path to read, and one to change a record that does not exist.
const PATHS: [(&str, &str); 4] = [
    ("/iam/api/access-tokens", "/iam/api/access-tokens/999999"),
    ("/iam/api/refresh-tokens", "/iam/api/refresh-tokens/999999"),
    ("/access-tokens", "/access-tokens/999999"),
    ("/refresh-tokens", "/refresh-tokens/999999"),
];

/// The statuses of reading, and of changing the missing record.
async fn tried(house: &Iam, (list, one): (&str, &str), headers: &[(&str, &str)]) -> (u16, u16) {
    let read = house.send(Method::GET, list, headers).await;
    let ended = house.send(Method::DELETE, one, headers).await;
    for reply in [&read, &ended] {
        if reply.status == 403 {
            assert_eq!((reply.json(), reply.header("www-authenticate").unwrap_or_default()), (denied(), ""));
        }
    }
    (read.status, ended.status)
}

async fn by_token(house: &Iam, paths: (&str, &str), text: &str) -> (u16, u16) {
    tried(house, paths, &[("authorization", &format!("Bearer {text}"))]).await
}

#[tokio::test]
async fn each_scope_opens_its_own_door_and_no_other() {
    for house in Iam::everywhere().await {
        for paths in PATHS {
            let holder = async |user: &str, scope: &str| {
                let token = house.token("ops", user, scope, Some(HOUR)).await;
                by_token(&house, paths, &token.text).await
            };
            assert_eq!(holder("", "iam:admin.read").await, (200, 403));
            assert_eq!(holder("", "iam:admin.write").await, (403, 404), "writing does not include reading");
            assert_eq!(holder("", "iam:admin.read iam:admin.write").await, (200, 404));
            assert_eq!(holder("root", "iam:admin.read").await.0, 200);
            assert_eq!(holder("rosa", "read write").await, (403, 403));
            assert_eq!(holder("", "read").await, (403, 403));
            let by_role = if paths.0.starts_with("/iam") { (403, 403) } else { (200, 404) };
            assert_eq!(holder("root", "read").await, by_role, "{}", paths.0);
        }
    }
}

#[tokio::test]
async fn the_switch_lets_administrators_tokens_in_without_a_scope() {
    let rules = IamRules { accept_admin_role: true, ..IamRules::default() };
    let house = Iam::with(rules, Settings::default()).await;
    let admin = house.token("app", "root", "read", Some(HOUR)).await;
    let person = house.token("app", "rosa", "read", Some(HOUR)).await;
    house.client("stranger", |client| client.self_registered = true).await;
    let unauthenticated = house.token("stranger", "root", "read", Some(HOUR)).await;
    for paths in PATHS {
        assert_eq!(by_token(&house, paths, &admin.text).await, (200, 404), "{}", paths.0);
        assert_eq!(by_token(&house, paths, &person.text).await, (403, 403), "{}", paths.0);
        let reply = by_token(&house, paths, &unauthenticated.text).await;
        assert_eq!(reply, (403, 403), "a client that registered itself has what its scopes say");
    }
}

#[tokio::test]
async fn a_signed_in_administrator_needs_no_token() {
    for house in Iam::everywhere().await {
        let (admin, person) = (house.session("root").await, house.session("rosa").await);
        for paths in PATHS {
            assert_eq!(tried(&house, paths, &[("cookie", &admin)]).await, (200, 404));
            assert_eq!(tried(&house, paths, &[("cookie", &person)]).await, (403, 403));
            assert_eq!(tried(&house, paths, &[("cookie", "__Host-jeton_session=jtn_ss_forged")]).await, (401, 401));
            assert_eq!(tried(&house, paths, &[("cookie", &admin.replace("__Host-", ""))]).await, (401, 401));
        }
        let refused = house.send(Method::GET, "/iam/api/access-tokens", &[("cookie", &person)]).await;
        assert_eq!(house.refusal(&refused), "role_needed");
    }
}

#[tokio::test]
async fn a_session_does_not_help_a_request_that_carries_a_token() {
    let house = Iam::new().await;
    let admin = house.session("root").await;
    let weak = house.token("app", "rosa", "read", Some(HOUR)).await.text;
    let weak = format!("Bearer {weak}");
    let paths = PATHS[0];
    assert_eq!(tried(&house, paths, &[("cookie", &admin), ("authorization", &weak)]).await, (403, 403));
    for useless in ["Bearer nonsense", "Basic b3BzOnNlY3JldA==", "Bearer", ""] {
        assert_eq!(
            tried(&house, paths, &[("cookie", &admin), ("authorization", useless)]).await,
            (401, 401),
            "{useless}"
        );
    }
}

#[tokio::test]
async fn another_site_cannot_use_a_persons_session() {
    let house = Iam::new().await;
    let admin = house.session("root").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "https://id.example.evil"),
    ] {
        assert_eq!(tried(&house, PATHS[0], &[("cookie", &admin), (name, value)]).await, (401, 401), "{name}: {value}");
        let reply =
            house.send(Method::PATCH, "/iam/api/clients/app/disable", &[("cookie", &admin), (name, value)]).await;
        assert_eq!(reply.status, 401, "{name}: {value}");
    }
    let own = [("cookie", admin.as_str()), ("sec-fetch-site", "same-origin"), ("origin", "https://id.example")];
    assert_eq!(tried(&house, PATHS[0], &own).await, (200, 404));
}

#[tokio::test]
async fn nobody_and_bad_tokens_get_the_contracts_words_and_never_their_token_back() {
    let house = Iam::new().await;
    let expired = house.token("ops", "", "iam:admin.read", Some(std::time::Duration::from_secs(1))).await.text;
    house.clock.advance(std::time::Duration::from_secs(2));
    let refresh = house.family("app", "root", "openid").await.1.text;
    for (list, one) in PATHS {
        for (method, path) in [(Method::GET, list), (Method::DELETE, list), (Method::GET, one), (Method::DELETE, one)] {
            let nobody = house.send(method.clone(), path, &[]).await;
            let text = "Full authentication is required to access this resource";
            assert_eq!(nobody.status, 401);
            assert_eq!(nobody.text(), json!({ "error": "unauthorized", "error_description": text }).to_string());
            let challenge =
                format!("Bearer realm=\"openidconnect\", error=\"unauthorized\", error_description=\"{text}\"");
            assert_eq!(nobody.header("www-authenticate").unwrap_or_default(), challenge);
            assert_eq!(nobody.header("cache-control").unwrap_or_default(), "no-store");
            for bad in ["secret-nonsense", expired.as_str(), refresh.as_str()] {
                let reply = house.ask(method.clone(), path, bad).await;
                let error = json!({ "error": "invalid_token", "error_description": "Invalid access token" });
                assert_eq!((reply.status, reply.json()), (401, error), "{path}");
                let challenge = reply.header("www-authenticate").unwrap_or_default();
                assert!(
                    challenge.starts_with("Bearer realm=\"openidconnect\", error=\"invalid_token\""),
                    "{challenge}"
                );
                assert!(!format!("{reply:?}").contains(bad), "the token came back");
            }
        }
    }
}

#[tokio::test]
async fn whoever_loses_the_role_has_lost_his_tokens_rights_too() {
    let house = Iam::new().await;
    let token = house.token("ops", "root", "iam:admin.read iam:admin.write", Some(HOUR)).await.text;
    assert_eq!(by_token(&house, PATHS[0], &token).await, (200, 404));
    let user = User { roles: Vec::new(), ..User::clone(&*house.user("root").await) };
    house.jeton.administration.put_user(&Caller::local(), NewUser { user, password: None }, true).await.unwrap();
    assert_eq!(by_token(&house, PATHS[0], &token).await, (403, 403));
}
