//! Three encodings of one request (`docs/contracts/prodmanager.md` section 2.1; check list 1).

use serde_json::{Value, json};

use crate::support::{Shop, USUAL, claims, form, post, typed};

const PATH: &str = "/api/token/create";

fn multipart(fields: &[(&str, &str)]) -> (String, String) {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    ("multipart/form-data; boundary=frontier".to_owned(), body + "--frontier--\r\n")
}

const MORE: &[(&str, &str)] = &[
    ("not_before_date", "2020-01-01T00:00"),
    ("expiration_date", "2040-01-01T00:00"),
    ("permission", "scope_api"),
    ("permission", "monitor_api"),
    ("permission", "scope_api"),
];

#[tokio::test]
async fn multipart_urlencoded_and_json_give_the_same_token() {
    let shop = Shop::open().await;
    let fields = [USUAL, MORE].concat();
    let (kind, body) = multipart(&fields);
    let object = json!({
        "secret": fields[0].1, "name": fields[1].1, "description": fields[2].1, "not_before_date": "2020-01-01T00:00",
        "expiration_date": "2040-01-01T00:00", "permission": ["scope_api", "monitor_api", "scope_api"],
    });
    let mut made = Vec::new();
    for request in [
        form(post(PATH), &fields),
        typed(post(PATH), &kind, body),
        typed(post(PATH), "application/json", object.to_string()),
        typed(post(PATH), "Application/JSON; charset=utf-8", object.to_string()),
        typed(post(PATH), "application/vnd.example+json", object.to_string()),
        form(post("/token/create"), &fields),
    ] {
        let mut claims = claims(&shop.send(request).await.token());
        assert!(claims.remove("jti").is_some());
        made.push(claims);
    }
    assert!(made.iter().all(|claims| *claims == made[0]), "{made:#?}");
    assert_eq!(made[0]["permissions"], json!(["scope_api", "monitor_api", "scope_api"]));
}

#[tokio::test]
async fn multipart_urlencoded_and_json_have_the_same_faults() {
    let shop = Shop::open().await;
    let fields = [("secret", "wrong"), ("name", ""), ("permission", "everything")];
    let (kind, body) = multipart(&fields);
    let object = json!({ "secret": "wrong", "name": "", "permission": "everything" });
    let expected = r#"{"message": "Token creation failed", "reasons": {"description": ["This field is required."], "name": ["This field is required."], "permission": ["'everything' is not a valid choice for this field."]}}"#;
    for request in [
        form(post(PATH), &fields),
        typed(post(PATH), &kind, body),
        typed(post(PATH), "application/json", object.to_string()),
    ] {
        assert_eq!(shop.send(request).await.said(), (400, expected));
    }
}

const BAD_REQUEST: &str = "\"The browser (or proxy) sent a request that this server could not understand.\"";

#[tokio::test]
async fn json_that_is_no_object_is_refused_with_a_string() {
    let shop = Shop::open().await;
    let deep = "[".repeat(100_000 / 2);
    let only_mark = "\u{feff}";
    for body in ["", only_mark, "{", "nul", "[1]", "\"text\"", "7", "{\"secret\": \"\u{1}\"}", "{} {}", deep.as_str()] {
        let answer = shop.send(typed(post(PATH), "application/json", body.to_owned())).await;
        assert_eq!(answer.said(), (400, BAD_REQUEST), "{body:.40}");
        assert_eq!(answer.header("content-type"), "application/json");
    }
    assert_eq!(shop.send(typed(post(PATH), "application/json", vec![b'"', 0xff, b'"'])).await.status, 400);
}

#[tokio::test]
async fn json_members_of_other_types_are_faults_and_never_a_failure() {
    let shop = Shop::open().await;
    let of = |members: Value| {
        let mut object = json!({ "secret": USUAL[0].1, "name": "nightly-report", "description": "Nightly report job" });
        object.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        typed(post(PATH), "application/json", object.to_string())
    };
    for (members, field) in [
        (json!({ "secret": null }), "secret"),
        (json!({ "secret": true }), "secret"),
        (json!({ "secret": {} }), "secret"),
        (json!({ "secret": [] }), "secret"),
        (json!({ "name": null }), "name"),
        (json!({ "name": [] }), "name"),
        (json!({ "expiration_date": null }), "expiration_date"),
        (json!({ "expiration_date": 2208988800_i64 }), "expiration_date"),
        (json!({ "not_before_date": ["2040-01-01T00:00", "2040-01-01T00:00"] }), "not_before_date"),
        (json!({ "permission": {} }), "permission"),
        (json!({ "permission": [["scope_api"]] }), "permission"),
    ] {
        let answer = shop.send(of(members.clone())).await;
        assert_eq!(answer.status, 400, "{members} {}", answer.body);
        let said = answer.json();
        assert_eq!(said["reasons"].as_object().unwrap().keys().collect::<Vec<_>>(), [field], "{members}");
    }
    assert_eq!(shop.send(of(json!({ "permission": [] }))).await.status, 200);
    assert_eq!(shop.send(of(json!({ "permission": "scope_api" }))).await.status, 200);
}

const NOTHING: &str = r#"{"message": "Token creation failed", "reasons": {"description": ["This field is required."], "name": ["This field is required."], "secret": ["This field is required."]}}"#;

#[tokio::test]
async fn a_body_that_holds_no_fields_has_every_fault() {
    let shop = Shop::open().await;
    let (_, whole) = multipart(USUAL);
    let cut = whole.replace("--frontier--\r\n", "");
    let file = whole.replace("name=\"", "filename=\"a.txt\"; name=\"");
    for (kind, body) in [
        ("application/x-www-form-urlencoded", ""),
        ("application/x-www-form-urlencoded", "%%%&&&==="),
        ("text/plain", "secret=a&name=b"),
        ("", "secret=a&name=b"),
        ("multipart/form-data", whole.as_str()),
        ("multipart/form-data; boundary=another", whole.as_str()),
        ("multipart/form-data; boundary=frontier", ""),
        ("multipart/form-data; boundary=frontier", cut.as_str()),
        ("multipart/form-data; boundary=frontier", file.as_str()),
    ] {
        assert_eq!(shop.send(typed(post(PATH), kind, body.to_owned())).await.said(), (400, NOTHING), "{kind} {body}");
    }
}

/// As in the original (observed with WTForms 3.3.2): its form reads these as a body without fields.
#[tokio::test]
async fn an_empty_array_and_null_have_every_fault() {
    let shop = Shop::open().await;
    for body in ["[]", "null", "{}", " [ ] ", "\u{feff}[]", "\u{feff}null"] {
        let answer = shop.send(typed(post(PATH), "application/json", body.to_owned())).await;
        assert_eq!((answer.said(), answer.refusal(&shop)), ((400, NOTHING), "api_token_fields"), "{body}");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_a_json_body() {
    let shop = Shop::open().await;
    let object = json!({ "secret": USUAL[0].1, "name": "nightly-report", "description": "Nightly report job" });
    let marked = format!("\u{feff}{object}");
    let token = shop.send(typed(post(PATH), "application/json", marked)).await.token();
    assert_eq!(claims(&token)["aud"], "nightly-report");
    // In a form it is a character like others: the first field has another name then.
    let answer = shop.send(typed(post(PATH), "application/x-www-form-urlencoded", "\u{feff}secret=x".to_owned())).await;
    assert_eq!(answer.said(), (400, NOTHING));
}

/// As in the original: null among the permissions is the text `None`.
#[tokio::test]
async fn null_is_no_permission() {
    let shop = Shop::open().await;
    for permission in [Value::Null, json!([null]), json!([null, "scope_api", null])] {
        let object = json!({ "secret": USUAL[0].1, "name": "nightly-report", "description": "Nightly report job",
            "permission": permission });
        let answer = shop.send(typed(post(PATH), "application/json", object.to_string())).await;
        let reasons = &answer.json()["reasons"];
        assert_eq!(*reasons, json!({ "permission": ["'None' is not a valid choice for this field."] }), "{object}");
    }
}

#[tokio::test]
async fn a_body_is_bounded_in_every_encoding() {
    let shop = Shop::open().await;
    let long = "x".repeat(70_000);
    let (kind, body) = multipart(&[("name", &long)]);
    for request in [
        form(post(PATH), &[("name", &long)]),
        typed(post(PATH), &kind, body),
        typed(post(PATH), "application/json", json!({ "name": long }).to_string()),
    ] {
        let answer = shop.send(request).await;
        assert_eq!(answer.said(), (413, "\"The data value transmitted exceeds the capacity limit.\""));
        assert!(!answer.header("jeton-refusal").is_empty());
    }
}
