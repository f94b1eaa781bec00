//! Pages, limits and filters of the two lists (points 1, 2, 3 and 9 of the check list).

use std::time::Duration;

use http::Method;
use jeton_core::administration::Caller;
use jeton_core::model::TokenKind;
use serde_json::json;

use crate::iam::{HOUR, Iam};

const LISTS: [&str; 2] = ["/iam/api/access-tokens", "/access-tokens"];

/// Access tokens of `app` whose order of expiry differs from that of their numbers.
async fn filled(house: &Iam, count: u64) -> Vec<u64> {
    let mut ids = Vec::new();
    for n in 0..count {
        let life = HOUR + Duration::from_secs((n * 7) % count);
        ids.push(((n * 7) % count, house.token("app", "rosa", "read", Some(life)).await.id));
    }
    ids.sort_unstable();
    ids.into_iter().map(|(_, id)| id).collect()
}

#[tokio::test]
async fn a_count_of_zero_or_less_only_counts() {
    for house in Iam::everywhere().await {
        let token = house.operator().await;
        filled(&house, 3).await;
        for asked in ["count=0", "count=-7", "count=0&startIndex=3", "startIndex=900000&count=0"] {
            let reply = house.get(&format!("/iam/api/access-tokens?{asked}&clientId=app"), &token).await;
            assert_eq!((reply.status, reply.header("content-type").unwrap_or_default()), (200, "application/json"));
            let whole = r#"{"totalResults":3,"itemsPerPage":0,"startIndex":1,"Resources":[]}"#;
            assert_eq!(reply.text(), whole, "{asked}");
        }
        let bare = house.get("/access-tokens?count=0", &token).await;
        assert_eq!(bare.text(), r#"{"totalResults":4,"itemsPerPage":0,"startIndex":1,"resources":[]}"#);
    }
}

#[tokio::test]
async fn a_page_has_twenty_at_most_and_says_how_many_it_has() {
    for house in Iam::everywhere().await {
        let token = house.operator().await;
        let expected = filled(&house, 45).await;
        let page = async |asked: &str| house.get(&format!("/iam/api/access-tokens?clientId=app{asked}"), &token).await;
        for (asked, from, to) in [
            ("", 0, 20),
            ("&count=500", 0, 20),
            ("&count=", 0, 20),
            ("&startIndex=0", 0, 20),
            ("&startIndex=-5&count=3", 0, 3),
            ("&startIndex=21", 20, 40),
            ("&startIndex=41", 40, 45),
            ("&startIndex=45&count=1", 44, 45),
            ("&startIndex=46", 45, 45),
            ("&startIndex=2147483647", 45, 45),
        ] {
            let reply = page(asked).await;
            assert_eq!(reply.ids(), expected[from..to], "{asked}: what ends first comes first");
            let body = reply.json();
            assert_eq!(body["itemsPerPage"], to - from, "{asked}");
            assert_eq!(body["totalResults"], 45, "{asked}");
        }
        assert_eq!(page("&startIndex=0").await.json()["startIndex"], 1);
        assert_eq!(page("&startIndex=46").await.json()["startIndex"], 46);
    }
}

#[tokio::test]
async fn numbers_that_are_none_are_refused() {
    let house = Iam::new().await;
    let token = house.operator().await;
    for list in LISTS {
        for wrong in ["count=abc", "count=1.5", "count=99999999999", "count=-99999999999", "startIndex=x", "count=%00"]
        {
            let reply = house.get(&format!("{list}?{wrong}"), &token).await;
            let name = wrong.split('=').next().unwrap();
            let body = json!({ "error": "invalid_request",
                               "error_description": format!("the parameter {name} is not valid") });
            assert_eq!((reply.status, reply.json()), (400, body), "{wrong}");
        }
        for name in ["count", "startIndex", "userId", "clientId", "attributes"] {
            let reply = house.get(&format!("{list}?{name}=1&{name}=1"), &token).await;
            assert_eq!(reply.status, 400, "{name}");
            assert_eq!(reply.json()["error_description"], format!("the parameter {name} is repeated"));
        }
        for name in ["userId", "clientId"] {
            let reply = house.delete(&format!("{list}?{name}=app&{name}=app"), &token).await;
            assert_eq!(reply.status, 400, "a bulk revocation must not guess: {name}");
        }
        for id in ["abc", "1.5", "99999999999999999999", "%00"] {
            assert_eq!(house.get(&format!("{list}/{id}"), &token).await.status, 400, "{id}");
        }
        assert_eq!(house.get(&format!("{list}?unknown=1"), &token).await.status, 200, "others are passed over");
    }
}

#[tokio::test]
async fn a_filter_takes_whole_names_and_nothing_else() {
    for house in Iam::everywhere().await {
        let token = house.operator().await;
        let hers = house.token("app", "rosa", "read", Some(HOUR)).await.id;
        let his = house.token("app", "otto", "read", Some(HOUR)).await.id;
        let through_ops = house.token("ops", "rosa", "read", Some(HOUR)).await.id;
        let sub = house.user("rosa").await.sub.clone();
        let listed = async |query: &str| {
            let reply = house.get(&format!("/iam/api/access-tokens?{query}"), &token).await;
            assert_eq!(reply.status, 200, "{query}: {reply:?}");
            assert_eq!(reply.total(), reply.ids().len() as u64, "{query}");
            let mut ids = reply.ids();
            ids.sort_unstable();
            ids
        };
        assert_eq!(listed("userId=rosa").await, [hers, through_ops]);
        assert_eq!(listed(&format!("userId={sub}")).await, [hers, through_ops], "the UUID does as well");
        assert_eq!(listed("userId=ROSA").await, [hers, through_ops], "names are matched by their key");
        assert_eq!(listed("clientId=app").await, [hers, his]);
        assert_eq!(listed("clientId=app&userId=rosa").await, [hers]);
        for nobody in [
            "userId=",
            "clientId=",
            "userId=ros",
            "userId=rosa%25",
            "userId=%25",
            "userId=nobody",
            "clientId=ap",
            "clientId=1",
            "userId=rosa&clientId=nobody",
            "userId=%00",
            "clientId=a%00b",
            "userId=%FF%FE",
            "userId=x'%20OR%20'1'%3D'1",
            "clientId=app'%3B%20DROP%20TABLE%20token%3B--",
            "userId=rosa'%20--",
            "clientId=%22%20OR%201%3D1",
        ] {
            assert_eq!(listed(nobody).await, [0_u64; 0], "{nobody}");
        }
        let long = "a".repeat(5000);
        assert_eq!(listed(&format!("userId={long}")).await, [0_u64; 0]);
        assert_eq!(listed("clientId=app").await, [hers, his], "and nothing has changed");
    }
}

#[tokio::test]
async fn a_list_has_what_gives_access_and_has_an_end_ahead() {
    for house in Iam::everywhere().await {
        let token = house.operator().await;
        let mut shown = Vec::new();
        for kind in [TokenKind::Access, TokenKind::Api, TokenKind::Rpt, TokenKind::Robot, TokenKind::RobotClient] {
            shown.push(house.kind(kind, "app", "rosa", "read", Some(HOUR)).await.id);
        }
        for kind in [TokenKind::Session, TokenKind::Registration, TokenKind::Pct] {
            house.kind(kind, "app", "rosa", "", Some(HOUR)).await;
        }
        let endless = house.token("app", "rosa", "read", None).await;
        let short = house.token("app", "rosa", "read", Some(Duration::from_secs(5))).await;
        let (access, refresh) = house.family("app", "rosa", "read").await;
        let endless_refresh = house.kind(TokenKind::Refresh, "app", "rosa", "read", None).await;
        shown.push(access.id);
        house.clock.advance(Duration::from_secs(6));

        for query in ["?clientId=app", "?userId=rosa", "?userId=rosa&clientId=app"] {
            let mut ids = house.get(&format!("/iam/api/access-tokens{query}"), &token).await.ids();
            ids.sort_unstable();
            assert_eq!(ids, shown, "{query}");
        }
        let counted = house.get("/iam/api/access-tokens?count=0", &token).await.total();
        assert_eq!(counted, shown.len() as u64 + 1, "all of these, and the caller's own");
        let refreshes = house.get("/iam/api/refresh-tokens", &token).await;
        assert_eq!(refreshes.ids(), [endless_refresh.id, refresh.id], "what never ends stands before all");

        for gone in [short.id, refresh.id, 0, 1 << 60] {
            let reply = house.get(&format!("/iam/api/access-tokens/{gone}"), &token).await;
            let body = json!({ "error": format!("Token with id = {gone} not found") });
            assert_eq!((reply.status, reply.json()), (404, body));
            assert_eq!(house.delete(&format!("/iam/api/access-tokens/{gone}"), &token).await.status, 404);
        }
        assert_eq!(house.get(&format!("/iam/api/refresh-tokens/{}", access.id), &token).await.status, 404);
        assert_eq!(house.get("/iam/api/access-tokens/-5", &token).await.status, 404);
        assert_eq!(house.get(&format!("/iam/api/access-tokens/{}", endless.id), &token).await.status, 200);
    }
}

#[tokio::test]
async fn tokens_of_people_and_clients_that_are_gone_are_shown_without_them() {
    let house = Iam::new().await;
    let token = house.operator().await;
    house.person("gone", &[]).await;
    house.client("gone", |_| ()).await;
    let of_gone_person = house.token("app", "gone", "read", Some(HOUR)).await.id;
    let of_gone_client = house.token("gone", "rosa", "read", Some(HOUR * 2)).await.id;
    house.jeton.administration.delete_user(&Caller::local(), house.service, "gone").await.unwrap();
    house.jeton.administration.delete_client(&Caller::local(), house.service, "gone").await.unwrap();
    let reply = house.get("/iam/api/access-tokens", &token).await;
    assert_eq!(reply.ids()[..2], [of_gone_person, of_gone_client]);
    let tokens = &reply.json()["Resources"];
    assert!(tokens[0].get("user").is_none() && tokens[0].get("client").is_some(), "{tokens}");
    assert!(tokens[1].get("client").is_none() && tokens[1].get("user").is_some(), "{tokens}");
    assert_eq!(house.get("/iam/api/access-tokens?userId=gone", &token).await.total(), 0);
}

#[tokio::test]
async fn answers_are_kept_by_nobody_and_read_by_any_origin_below_the_three_paths() {
    let house = Iam::new().await;
    let token = house.operator().await;
    for path in ["/iam/api/access-tokens", "/iam/api/refresh-tokens", "/iam/api/clients"] {
        let reply = house.get(path, &token).await;
        assert_eq!((reply.status, reply.header("cache-control").unwrap_or_default()), (200, "no-store"), "{path}");
        assert_eq!(reply.header("access-control-allow-origin").unwrap_or_default(), "*", "{path}");
        assert_eq!(reply.header("access-control-allow-credentials").unwrap_or_default(), "", "{path}");
    }
    for path in ["/iam/api/access-tokens/7", "/api/tokens/access", "/scim/Me", "/api/approved/1"] {
        let asked = [("origin", "https://dash.example"), ("access-control-request-method", "DELETE")];
        let reply = house.send(Method::OPTIONS, path, &asked).await;
        assert_eq!(
            (reply.status, reply.header("access-control-allow-origin").unwrap_or_default()),
            (204, "*"),
            "{path}"
        );
        let methods = reply.header("access-control-allow-methods").unwrap_or_default();
        assert_eq!(methods, "HEAD, GET, POST, PUT, DELETE, PATCH, OPTIONS", "{path}");
        assert_eq!(
            reply.header("access-control-allow-headers").unwrap_or_default(),
            "Authorization, Content-Type",
            "{path}"
        );
    }
    let refused = house.send(Method::GET, "/iam/api/access-tokens", &[("origin", "https://dash.example")]).await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin").unwrap_or_default()), (401, "*"));
    let head = house.ask(Method::HEAD, "/iam/api/access-tokens", &token).await;
    assert_eq!((head.status, head.text()), (200, ""));
    let bare = house.send(Method::GET, "/access-tokens", &[("origin", "https://dash.example")]).await;
    assert_eq!(bare.header("access-control-allow-origin").unwrap_or_default(), "");
}
