//! Bodies that cannot be read, or hardly: each operation says so in its own form, and nothing changes (`api::call` checks that).

use axum::body::Body;
use http::{Request, header};
use jeton_served::{House, Reply};
use serde_json::{Value, json};

use crate::api::{API_SECRET, SERVICE_TOKEN, bearer, pair, ready};
use crate::rights::filled;

/// The operations of version 3 that take a body.
fn with_bodies() -> impl Iterator<Item = (&'static str, &'static str, &'static [&'static str])> {
    let routes = jeton_face_authlete::FACE.routes();
    let routes = routes.filter(|route| route.path.starts_with("/api/{service}") && route.takes == "json");
    let routes = routes.filter(|route| !route.summary.starts_with("Not served yet"));
    routes.flat_map(|route| {
        let posts = route.methods.split(' ').filter(|method| ["POST", "PUT"].contains(method));
        posts.map(|method| (method, route.path, route.parameters))
    })
}

async fn sent(house: &House, (method, path): (&str, &str), (kind, body): (&str, Vec<u8>)) -> Reply {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, bearer(SERVICE_TOKEN));
    house.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()).await
}

/// Whether a call was refused as the contract says: a whole JSON body with a code of the caller's or the client's.
fn is_refused(reply: &Reply) -> bool {
    let code = reply.json()["resultCode"].as_str().map(str::to_owned).unwrap_or_default();
    let class = code.chars().nth(4);
    reply.status < 500
        && matches!(class, Some('2' | '3'))
        && (reply.status >= 400 || reply.json()["action"].is_string())
}

#[tokio::test]
async fn what_is_no_object_with_each_member_once_is_refused_by_every_operation() {
    let house = ready().await;
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let deep = format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500));
    for (method, path, _) in with_bodies() {
        let path = filled(path, house.service, "4711");
        let before = house.held();
        for (kind, body) in [
            (json, b"{".to_vec()),
            (json, b"[1]".to_vec()),
            (json, b"\"x\"".to_vec()),
            (json, b"7".to_vec()),
            (json, b"{\"subject\":\"a\",\"subject\":\"b\"}".to_vec()),
            (json, b"{\"subject\":\"a\"} x".to_vec()),
            (json, b"{\"subject\":\"\xff\"}".to_vec()),
            (json, deep.clone().into_bytes()),
            (form, b"subject=a&subject=b".to_vec()),
        ] {
            let reply = sent(&house, (method, &path), (kind, body.clone())).await;
            assert!(is_refused(&reply), "{method} {path} {}: {}", String::from_utf8_lossy(&body), reply.show());
            assert!(before == house.held(), "{method} {path} changed something");
        }
    }
}

#[tokio::test]
async fn a_member_of_a_wrong_type_is_never_a_fault_of_the_server() {
    let house = ready().await;
    for (method, path, members) in with_bodies() {
        let path = filled(path, house.service, "4999");
        for member in members {
            for value in
                [json!(7), json!(true), json!("x"), json!(1.5), json!([]), json!([1]), json!({}), json!({ "a": [{}] })]
            {
                let body = json!({ *member: value });
                let reply = sent(&house, (method, &path), ("application/json", body.to_string().into_bytes())).await;
                assert!(reply.status < 500, "{method} {path} {body}: {}", reply.show());
                assert!(reply.status == 204 || reply.json().is_object(), "{method} {path} {body}: {}", reply.show());
            }
        }
    }
}

/// The answer, without what differs between any two.
fn shown(reply: &Reply) -> (u16, Value, Value) {
    let said = if reply.body.is_empty() { Value::Null } else { reply.json() };
    (reply.status, said["resultCode"].clone(), said["action"].clone())
}

#[tokio::test]
async fn each_way_to_send_a_call_gets_the_same_answer() {
    let house = ready().await;
    for (method, path, _) in with_bodies() {
        let plain = filled(path, house.service, "4999");
        let second = plain.replacen(&format!("/{}", house.service), "", 1);
        // Both would change the service.
        if plain.contains("/service/") || plain.ends_with("/client/create") {
            continue;
        }
        let usual = sent(&house, (method, &plain), ("application/json", b"{}".to_vec())).await;
        let empty = sent(&house, (method, &plain), ("application/json", Vec::new())).await;
        let slash = sent(&house, (method, &format!("{plain}/")), ("application/json", b"{}".to_vec())).await;
        let form = sent(&house, (method, &plain), ("application/x-www-form-urlencoded", Vec::new())).await;
        let v2 = sent(&house, (method, &second), ("application/json", b"{}".to_vec())).await;
        let request = Request::builder().method(method).uri(&second);
        let request = request.header(header::AUTHORIZATION, pair(&house.service.to_string(), API_SECRET));
        let basic = house.send(request.body(Body::empty()).unwrap()).await;
        for (way, reply) in [("empty", empty), ("slash", slash), ("form", form), ("version 2", v2), ("pair", basic)] {
            assert_eq!(shown(&reply), shown(&usual), "{method} {plain} {way}: {}", reply.show());
        }
    }
}
