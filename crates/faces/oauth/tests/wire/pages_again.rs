//! Pages that cannot count any more lead on: two tabs, the back button, an address opened again, a page left open.

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, USER, back, code_params};

const SECRET: &str = "s3cret";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house.client("own", Some(SECRET), |c| c.skip_consent = true).await;
    house
}

/// A request that a browser makes for a page.
async fn navigate(house: &House, browser: &mut Browser, ask: Ask) -> Reply {
    browser.send(house, ask.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")).await
}

async fn sign_in(house: &House, browser: &mut Browser, page: &Reply, name: &str, password: &str) -> Reply {
    let form = page.form();
    let fields = [("ticket", form.ticket.as_str()), ("username", name), ("password", password)];
    navigate(house, browser, Ask::post(&form.action).form(&fields)).await
}

#[track_caller]
fn said_to_be_stale(reply: &Reply, stage: &str) {
    assert_eq!((reply.status, reply.header("location")), (400, None), "{}", reply.show());
    assert!(reply.text().contains("The page is no longer valid"), "{}", reply.text());
    assert!(reply.header("jeton-refusal").is_some());
    assert_eq!(reply.form().stage(), stage);
}

/// Two sign-in pages in one browser: whichever is sent first, both requests are answered.
#[tokio::test]
async fn two_tabs_both_end_well() {
    let house = house().await;
    for first in [0, 1] {
        let mut browser = Browser::default();
        let tabs = [
            browser.open(&house, &[code_params("app", "openid"), vec![("prompt", "consent")]].concat()).await.ok(),
            browser.open(&house, &code_params("own", "openid")).await.ok(),
        ];
        for turn in [first, 1 - first] {
            let mut reply = browser.sign_in(&house, &tabs[turn]).await;
            if turn == 0 {
                assert_eq!(reply.form().stage(), "consent", "{}", reply.show());
                reply = browser.decide(&house, &reply, "approve").await;
            }
            assert!(back(&reply).contains_key("code"), "tab {turn} after {first}: {}", reply.show());
        }
    }
}

/// Who types another name is not answered for as the person who is signed in.
#[tokio::test]
async fn another_persons_name_in_the_second_tab_signs_that_person_in() {
    let house = house().await;
    house.person("bob", "builder").await;
    let mut browser = Browser::default();
    let (one, two) = (
        browser.open(&house, &code_params("own", "openid")).await,
        browser.open(&house, &code_params("own", "openid")).await,
    );
    assert!(back(&browser.sign_in(&house, &one).await).contains_key("code"));
    let again = browser.sign_in_as(&house, &two, "bob", "builder").await;
    said_to_be_stale(&again, "sign-in");
    assert!(again.text().contains("value=\"bob\"") && !again.text().contains("builder"));
    assert!(back(&browser.sign_in_as(&house, &again, "bob", "builder").await).contains_key("code"));
    let page = browser.send(&house, Ask::get("/")).await.ok();
    assert!(page.text().contains("<bdi>bob</bdi>"));
}

/// A form of another site has no cookies (`SameSite`): nobody is signed in by it, and the request is only asked.
#[tokio::test]
async fn a_form_without_the_browsers_cookies_signs_nobody_in() {
    let house = house().await;
    let mut attacker = Browser::default();
    let planted = attacker.open(&house, &code_params("own", "openid")).await;
    let mut bare = Browser::default();
    let reply = bare.sign_in(&house, &planted).await;
    said_to_be_stale(&reply, "sign-in");
    assert!(reply.text().contains("Please allow cookies"));
    assert!(!bare.cookies.contains_key("__Host-jeton_session"));
    assert!(back(&bare.sign_in(&house, &reply).await).contains_key("code"));
}

#[tokio::test]
async fn a_page_left_open_is_asked_again() {
    let house = house().await;
    let mut browser = Browser::default();
    let old = browser.open(&house, &code_params("own", "openid")).await;
    house.wait(31 * 60);
    let again = browser.sign_in(&house, &old).await;
    said_to_be_stale(&again, "sign-in");
    assert!(again.text().contains("open for too long"));
    assert!(back(&browser.sign_in(&house, &again).await).contains_key("code"));
    let mut late = Browser::default();
    let old = late.open(&house, &code_params("own", "openid")).await;
    house.wait(13 * 3600);
    let reply = late.sign_in(&house, &old).await;
    assert!(reply.status == 400 && !reply.text().contains("<form"), "not for ever: {}", reply.show());
}

/// A browser gets the consent page at an address of its own, and can go back to it after the answer.
#[tokio::test]
async fn the_back_button_after_consent_leads_to_the_question() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let moved = sign_in(&house, &mut browser, &login, USER, PASSWORD).await;
    assert_eq!(moved.status, 303);
    let address = moved.header("location").unwrap().to_owned();
    assert!(address.starts_with("/authorization/consent?ticket="), "{address}");
    let page = browser.send(&house, Ask::get(&address)).await.ok();
    let reloaded = browser.send(&house, Ask::get(&address)).await.ok();
    assert_eq!(page.form().ticket, reloaded.form().ticket);
    assert!(back(&browser.decide(&house, &page, "approve").await).contains_key("code"));

    let returned = browser.send(&house, Ask::get(&address)).await.ok();
    assert_eq!(returned.form().stage(), "consent", "never answered by itself");
    assert_ne!(returned.form().ticket, page.form().ticket);
    assert_eq!(back(&browser.decide(&house, &returned, "deny").await)["error"], "access_denied");
    // The form of the page before, sent twice.
    let again = browser.decide(&house, &page, "approve").await;
    said_to_be_stale(&again, "consent");
    assert!(again.text().contains("answered before"));
    assert!(back(&browser.decide(&house, &again, "approve").await).contains_key("code"));
    // In another browser the address is worth as much as a link to the request.
    let other = Browser::default().send(&house, Ask::get(&address)).await.ok();
    assert_eq!(other.form().stage(), "sign-in");
    for bad in ["", "?ticket", "?ticket=", "?ticket=x", "?other=1"] {
        let reply = browser.send(&house, Ask::get(&format!("/authorization/consent{bad}"))).await;
        assert!([400, 405].contains(&reply.status) && !reply.text().contains("<form"), "{bad}: {}", reply.show());
    }
    let login = login.form().ticket;
    let wrong = browser.send(&house, Ask::get(&format!("/authorization/consent?ticket={login}"))).await;
    assert_eq!(wrong.status, 400, "a ticket of the other page");
}

/// A new sign-in in this browser, or the end of the session, makes an open consent page ask again.
#[tokio::test]
async fn a_consent_page_of_an_earlier_session_asks_again() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let consent = browser.sign_in(&house, &login).await;
    let mut params = code_params("own", "openid");
    params.push(("prompt", "login"));
    let login = browser.open(&house, &params).await;
    assert!(back(&browser.sign_in(&house, &login).await).contains_key("code"));
    let again = browser.decide(&house, &consent, "approve").await;
    said_to_be_stale(&again, "consent");
    assert!(back(&browser.decide(&house, &again, "approve").await).contains_key("code"));
}

/// RFC 9126 section 2.2: a reference is for one request. Its pages can be opened again, and are answered once.
#[tokio::test]
async fn a_pushed_request_is_answered_once() {
    let house = house().await;
    let mut browser = Browser::default();
    let pushed = Ask::post("/par").basic("app", SECRET).form(&code_params("app", "openid")).send(&house).await;
    let uri = pushed.member("request_uri");
    let login = browser.open(&house, &[("client_id", "app"), ("request_uri", &uri)]).await.ok();
    let moved = sign_in(&house, &mut browser, &login, USER, PASSWORD).await;
    let address = moved.header("location").unwrap().to_owned();
    let page = browser.send(&house, Ask::get(&address)).await.ok();
    assert!(back(&browser.decide(&house, &page, "approve").await).contains_key("code"));
    for reply in [browser.decide(&house, &page, "approve").await, browser.send(&house, Ask::get(&address)).await] {
        assert_eq!(reply.status, 400);
        assert!(reply.text().contains("The page is no longer valid") && !reply.text().contains("<form"));
    }
}

/// After a wrong password the browser is at an address that takes a form only.
#[tokio::test]
async fn the_address_after_a_wrong_password_can_be_opened() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("own", "openid")).await;
    browser.sign_in_as(&house, &login, USER, "wrong").await;
    let again = browser.send(&house, Ask::get("/authorization/sign-in")).await.ok();
    assert_eq!(again.form().stage(), "sign-in");
    assert!(back(&browser.sign_in(&house, &again).await).contains_key("code"));
    assert!(!browser.cookies.keys().any(|name| name.ends_with("jeton_request")), "{:?}", browser.cookies);
    // Without a request to go on with.
    let home = browser.send(&house, Ask::get("/authorization/sign-in")).await;
    assert_eq!((home.status, home.header("location")), (303, Some("/")));

    let mut browser = Browser::default();
    let login = browser.send(&house, Ask::get("/device?user_code=AAAA-BBBB")).await;
    browser.sign_in_as(&house, &login, USER, "wrong").await;
    let again = browser.send(&house, Ask::get("/sign-in")).await;
    assert_eq!(again.header("location"), Some("/device?user_code=AAAA-BBBB"));
    let none = Browser::default().send(&house, Ask::get("/sign-in")).await;
    assert_eq!(none.header("location"), Some("/login"));
    assert_eq!(Ask::get("/sign-in?username=a").send(&house).await.status, 405);
}

/// The kept ticket is for one path, and for no longer than its page is good.
#[tokio::test]
async fn the_ticket_is_kept_for_its_path_only() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("own", "openid")).await;
    let wrong = browser.sign_in_as(&house, &login, USER, "wrong").await;
    let kept = wrong.header("set-cookie").unwrap();
    let (value, attributes) = kept.split_once("; ").unwrap();
    assert_eq!(value, format!("__Secure-jeton_request={}", login.form().ticket));
    assert_eq!(attributes, "Max-Age=1800; Path=/authorization/sign-in; HttpOnly; SameSite=Lax; Secure");
}

#[tokio::test]
async fn two_sign_in_pages_of_jetons_own_both_end_well() {
    let house = house().await;
    let mut browser = Browser::default();
    let one = browser.send(&house, Ask::get("/device")).await;
    let two = browser.send(&house, Ask::get("/uma/requests")).await;
    assert_eq!(browser.sign_in(&house, &two).await.header("location"), Some("/uma/requests"));
    assert_eq!(browser.sign_in(&house, &one).await.header("location"), Some("/device"));
    let again = browser.sign_in_as(&house, &one, "bob", "x").await;
    said_to_be_stale(&again, "sign-in");
}

#[tokio::test]
async fn the_own_address_says_who_is_signed_in() {
    let house = house().await;
    let mut browser = Browser::default();
    let page = browser.send(&house, Ask::get("/")).await.ok();
    assert!(
        page.text().contains("You are not signed in") && page.text().contains("href=\"/login\""),
        "{}",
        page.text()
    );
    let login = browser.send(&house, Ask::get("/login")).await.ok();
    let home = browser.sign_in(&house, &login).await;
    assert_eq!((home.status, home.header("location")), (303, Some("/")));
    let page = browser.send(&house, Ask::get("/")).await.ok();
    assert!(
        page.text().contains("<bdi>alice</bdi>") && page.text().contains("href=\"/end_session\""),
        "{}",
        page.text()
    );
    assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(browser.send(&house, Ask::get("/login")).await.header("location"), Some("/"));
}

/// A program that asks for an unknown path gets the error of the endpoints; a browser gets a page.
#[tokio::test]
async fn an_unknown_address_is_a_page_in_a_browser() {
    let house = house().await;
    let page = navigate(&house, &mut Browser::default(), Ask::get("/signin")).await;
    assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("There is no such page") && page.text().contains("href=\"/\""), "{}", page.text());
    for ask in [Ask::get("/signin"), Ask::get("/signin").header("accept", "application/json, text/html;q=0")] {
        ask.send(&house).await.refused(404, "not_found", "there is no such route");
    }
    let posted = navigate(&house, &mut Browser::default(), Ask::post("/signin")).await;
    posted.refused(404, "not_found", "there is no such route");
}

/// The advice for administrators is not on the page: the reference leads to it.
#[tokio::test]
async fn a_page_speaks_to_the_person() {
    let house = house().await;
    let mut params = code_params("app", "openid");
    params.retain(|(name, _)| *name != "redirect_uri");
    params.push(("redirect_uri", "https://evil.example/cb"));
    let page = Browser::default().open(&house, &params).await;
    let reference = page.header("jeton-refusal").unwrap();
    let text = page.text();
    assert!(text.contains("This link does not work") && text.contains("tell the people who run the app"), "{text}");
    assert!(text.contains(reference) && !text.contains("Register this exact"), "{text}");
}

/// Each sign-out that cannot go on says why.
#[tokio::test]
async fn the_reason_at_sign_out_is_the_right_one() {
    let house = house().await;
    let uri = ("post_logout_redirect_uri", "https://app.example/bye");
    for (params, id) in [
        (vec![uri], "parameter_missing"),
        (vec![uri, ("client_id", "nobody")], "client_unknown"),
        (vec![uri, ("id_token_hint", "x")], "parameter_invalid"),
        (vec![uri, ("client_id", "app")], "post_logout_redirect_uri_unregistered"),
    ] {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
        let page = Ask::get(&format!("/end_session?{query}")).send(&house).await;
        assert_eq!((page.status, house.refusal(&page)), (400, id), "{params:?}");
        assert_eq!(page.header("location"), None);
    }
    let page = Ask::get("/end_session?client_id=app&post_logout_redirect_uri=https://a.example/").send(&house).await;
    assert!(page.text().contains("href=\"/end_session\">Sign out here"), "{}", page.text());
    let nobody = Ask::get("/end_session").send(&house).await.ok();
    assert!(nobody.text().contains("Nobody was signed in"), "{}", nobody.text());
}

#[tokio::test]
async fn a_sign_out_page_of_an_earlier_session_asks_again() {
    let house = house().await;
    let mut browser = Browser::default();
    browser.code(&house, &code_params("app", "openid")).await;
    let old = browser.send(&house, Ask::get("/end_session")).await.ok();
    let mut params = code_params("own", "openid");
    params.push(("prompt", "login"));
    let login = browser.open(&house, &params).await;
    browser.sign_in(&house, &login).await;
    let answer = |page: &Reply| {
        Ask::post("/end_session/confirm").form(&[("ticket", page.form().ticket.as_str()), ("decision", "approve")])
    };
    let again = browser.send(&house, answer(&old)).await;
    said_to_be_stale(&again, "sign-out");
    let out = browser.send(&house, answer(&again)).await.ok();
    assert!(out.text().contains("Your session in this browser has ended"), "{}", out.text());
    let twice = browser.send(&house, answer(&again)).await.ok();
    assert!(twice.text().contains("Nobody was signed in"), "{}", twice.text());
    let opened = browser.send(&house, Ask::get("/end_session/confirm")).await;
    assert_eq!((opened.status, opened.header("location")), (303, Some("/end_session")));
}
