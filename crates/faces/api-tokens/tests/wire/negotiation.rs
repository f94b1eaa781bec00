//! The form of the answer (`docs/contracts/prodmanager.md` section 2.4; check list 2).

use crate::support::{Shop, USUAL, form, post};

#[tokio::test]
async fn the_answer_is_a_json_string_and_the_bare_token_for_who_wants_plain_text() {
    let shop = Shop::open().await;
    for (accept, plain) in [
        (None, false),
        (Some("*/*"), false),
        (Some("application/json"), false),
        (Some("application/json, text/plain, */*"), false),
        (Some("text/plain, */*"), false),
        (Some("text/plain"), true),
        (Some("text/plain, */*;q=0.5"), true),
    ] {
        let mut request = post("/api/token/create");
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let answer = shop.send(form(request, USUAL)).await;
        let kind = if plain { "text/plain; charset=utf-8" } else { "application/json" };
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{accept:?}");
        let token = answer.body.replace('"', "");
        assert_eq!(answer.body.len(), token.len() + if plain { 0 } else { 2 });
        assert!(plain || answer.token() == token);
        assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 200);
    }
}

#[tokio::test]
async fn faults_are_json_whatever_is_accepted() {
    let shop = Shop::open().await;
    let answer = shop.send(form(post("/api/token/create").header("accept", "text/plain"), &USUAL[1..])).await;
    assert_eq!(
        (answer.header("content-type"), answer.said()),
        (
            "application/json",
            (400, r#"{"message": "Token creation failed", "reasons": {"secret": ["This field is required."]}}"#)
        )
    );
}
