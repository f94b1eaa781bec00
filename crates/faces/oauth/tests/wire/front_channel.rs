//! Sign-out told in the person's browser: OpenID Connect Front-Channel Logout 1.0.

use jeton_served::{Ask, Browser, House, ISSUER, Reply, VERIFIER, code_params};

const SECRET: &str = "s3cret";
const BYE: &str = "https://app.example/bye";
const FRONT: &str = "https://app.example/front?x=1&y=2";

async fn house() -> House {
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.post_logout_redirect_uris = vec![BYE.into()];
            c.metadata.set("frontchannel_logout_uri", FRONT);
            c.metadata.set("frontchannel_logout_session_required", true);
        })
        .await;
    house.client("other", Some(SECRET), |c| c.metadata.set("frontchannel_logout_uri", "https://other.example/f")).await;
    house.client("silent", Some(SECRET), |c| c.post_logout_redirect_uris = vec![BYE.into()]).await;
    house
}

async fn id_token(house: &House, browser: &mut Browser, client: &str) -> String {
    let code = browser.code(house, &code_params(client, "openid")).await;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    house.token((client, SECRET), &form).await.ok().member("id_token")
}

async fn leave(house: &House, browser: &mut Browser, params: &[(&str, &str)]) -> Reply {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    browser.send(house, Ask::get(&format!("/end_session?{query}"))).await
}

#[tokio::test]
async fn the_page_after_sign_out_loads_the_address_of_each_client_that_took_part() {
    let house = house().await;
    let mut browser = Browser::default();
    let hint = id_token(&house, &mut browser, "app").await;
    id_token(&house, &mut browser, "other").await;
    let sid = house.verified(&hint).await.claims["sid"].as_str().unwrap().to_owned();
    let page = leave(&house, &mut browser, &[("id_token_hint", &hint)]).await.ok();
    let issuer = form_urlencoded::byte_serialize(ISSUER.as_bytes()).collect::<String>();
    let told = format!("{FRONT}&iss={issuer}&sid={sid}").replace('&', "&#38;");
    assert!(page.text().contains(&format!("src=\"{told}\"")), "{}", page.show());
    assert!(page.text().contains("src=\"https://other.example/f\""), "no session is asked for: {}", page.show());
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-src https://app.example/front https://other.example/f;"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(house.jeton.oauth.deliver_notices().await.unwrap(), 0, "they are told in the browser only");
    assert_eq!(house.network.asked(), []);
    let again = leave(&house, &mut browser, &[]).await.ok();
    assert!(!again.text().contains("<iframe"), "once: {}", again.show());
}

#[tokio::test]
async fn the_person_goes_back_after_the_clients_were_told() {
    let house = house().await;
    let mut browser = Browser::default();
    let hint = id_token(&house, &mut browser, "app").await;
    let back = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let page = leave(&house, &mut browser, &back).await.ok();
    assert!(page.text().contains("<iframe") && page.text().contains(&format!("url={BYE}?state=s")), "{}", page.show());
    assert!(page.text().contains(&format!("href=\"{BYE}?state=s\"")), "and a link, {}", page.show());
    // A session in which nobody is told goes back at once.
    let mut browser = Browser::default();
    let hint = id_token(&house, &mut browser, "silent").await;
    let reply = leave(&house, &mut browser, &[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some(BYE)));
}

#[tokio::test]
async fn discovery_announces_it() {
    let document = House::new().await.metadata().await;
    assert_eq!(document["frontchannel_logout_supported"], true);
    assert_eq!(document["frontchannel_logout_session_supported"], true);
}
