//! The page where a person decides about a device: RFC 8628 sections 3.3 and 5.

use jeton_served::{Ask, Browser, Device, House, Reply, code_params};

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

fn counted(house: &House, id: &str) -> u64 {
    house.jeton.ledger.refusals().counts().find(|(known, _)| *known == id).unwrap().1
}

#[track_caller]
fn no_such_code(reply: &Reply) {
    assert_eq!(reply.status, 400, "{}", reply.show());
    assert!(reply.text().contains("This code is not right, or it has been used or has expired."), "{}", reply.show());
}

#[tokio::test]
async fn somebody_must_sign_in_first_and_comes_back() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.send(&house, Ask::get("/device")).await.ok();
    assert_eq!((login.form().stage(), login.form().action.as_str()), ("sign-in", "/sign-in"));
    let wrong = browser.sign_in_as(&house, &login, "alice", "wrong").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("The user name or the password is not right."));
    let reply = browser.sign_in(&house, &wrong).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/device")));
    let page = browser.send(&house, Ask::get("/device")).await.ok();
    assert!(page.text().contains("name=\"user_code\"") && page.text().contains("method=\"get\""));
}

#[tokio::test]
async fn a_sign_in_form_is_worth_nothing_in_another_browser() {
    let house = house().await;
    let login = Browser::default().send(&house, Ask::get("/device")).await.ok();
    for mut thief in [Browser::default(), {
        let mut other = Browser::default();
        other.send(&house, Ask::get("/device")).await;
        other
    }] {
        assert_eq!(thief.sign_in(&house, &login).await.status, 400);
        assert!(!thief.cookies.contains_key("__Host-jeton_session"));
    }
    for ticket in ["", "x", &"A".repeat(400)] {
        let form = [("ticket", ticket), ("username", "alice"), ("password", "x")];
        assert_eq!(Ask::post("/sign-in").form(&form).send(&house).await.status, 400);
    }
    let mut browser = Browser::default();
    let login = browser.send(&house, Ask::get("/device")).await.ok();
    house.wait(30 * 60);
    assert_eq!(browser.sign_in(&house, &login).await.status, 400, "the page was too old");
}

/// Tickets of other pages are not accepted.
#[tokio::test]
async fn tickets_of_other_pages_are_no_good() {
    let house = house().await;
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid")).await;
    let form = [("ticket", login.form().ticket), ("username", "alice".into()), ("password", "x".into())];
    let form = form.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>();
    assert_eq!(browser.send(&house, Ask::post("/sign-in").form(&form)).await.status, 400);
    let device = Device::start(&house, APP, "read").await;
    let page = browser.device(&house, &device.user_code).await.ok();
    let consent = Ask::post("/authorization/consent").form(&[("ticket", &page.form().ticket), ("decision", "approve")]);
    assert_eq!(browser.send(&house, consent).await.status, 400);
}

/// RFC 8628 section 5.4: the complete URI still asks, and shows the code again.
#[tokio::test]
async fn the_complete_address_asks_and_shows_who_what_and_the_code() {
    let house = house().await;
    house.client("app", Some(SECRET), |c| c.metadata.set("client_name", "<b>Tele")).await;
    let device = Device::start(&house, APP, "openid read").await;
    let page = Browser::default().device(&house, &device.user_code).await.ok();
    for text in
        [device.user_code.as_str(), "&#60;b&#62;Tele", "Know who you are", "<bdi>read</bdi>", "<bdi>alice</bdi>"]
    {
        assert!(page.text().contains(text), "{text}: {}", page.show());
    }
    let pending = "the person has not answered yet";
    device.poll(&house).await.refused(400, "authorization_pending", pending);
}

/// Earlier consent does not shorten the question: the device may be another person's.
#[tokio::test]
async fn an_earlier_yes_does_not_answer_for_a_device_but_is_remembered() {
    let house = house().await;
    let mut browser = Browser::default();
    for _ in 0..2 {
        let device = Device::start(&house, APP, "openid profile").await;
        assert_eq!(device.poll(&house).await.member("error"), "authorization_pending");
        device.answered(&house, &mut browser, "approve").await.ok();
    }
    let reply = browser.open(&house, &code_params("app", "openid profile")).await;
    assert_eq!(reply.status, 303, "remembered as at /authorization");
}

#[tokio::test]
async fn a_code_is_typed_as_people_type() {
    let house = house().await;
    let mut browser = Browser::default();
    let code = Device::start(&house, APP, "read").await.user_code;
    let spaced = code.chars().map(|c| format!("{c} ")).collect::<String>();
    for typed in [code.to_lowercase(), code.replace('-', ""), code.replace('-', " "), spaced] {
        assert_eq!(browser.device(&house, &typed).await.ok().form().stage(), "device", "{typed}");
    }
    for typed in [&code[1..], "AAAA-AAAA", &"B".repeat(4000), "<script>"] {
        no_such_code(&browser.device(&house, typed).await);
    }
    assert_eq!(counted(&house, "user_code_invalid"), 4);
}

#[tokio::test]
async fn one_code_is_answered_once() {
    let house = house().await;
    let mut browser = Browser::default();
    for (first, then) in [("approve", "approve"), ("approve", "deny"), ("deny", "approve"), ("", "approve")] {
        let device = Device::start(&house, APP, "read").await;
        let page = browser.device(&house, &device.user_code).await.ok();
        browser.device_decide(&house, &page, first).await.ok();
        assert_eq!(browser.device_decide(&house, &page, then).await.status, 400);
        no_such_code(&browser.device(&house, &device.user_code).await);
        assert_eq!(device.poll(&house).await.status, if first == "approve" { 200 } else { 400 });
        house.wait(60);
    }
}

#[tokio::test]
async fn a_page_belongs_to_the_session_it_was_shown_in() {
    let house = house().await;
    house.person("mallory", "mallory's").await;
    let device = Device::start(&house, APP, "read").await;
    let page = Browser::default().device(&house, &device.user_code).await.ok();
    let mut thief = Browser::default();
    let login = thief.send(&house, Ask::get("/device")).await;
    thief.sign_in_as(&house, &login, "mallory", "mallory's").await;
    for mut other in [Browser::default(), thief] {
        assert_eq!(other.device_decide(&house, &page, "approve").await.status, 400);
    }
    assert_eq!(device.poll(&house).await.member("error"), "authorization_pending");
}

#[tokio::test]
async fn a_page_is_too_old_when_its_code_is() {
    let house = house().await;
    let mut browser = Browser::default();
    let device = Device::start(&house, APP, "read").await;
    let page = browser.device(&house, &device.user_code).await.ok();
    house.wait(600);
    assert_eq!(browser.device_decide(&house, &page, "approve").await.status, 400);
    no_such_code(&browser.device(&house, &device.user_code).await);
}

#[tokio::test]
async fn the_client_may_be_gone_by_then() {
    let house = house().await;
    let mut browser = Browser::default();
    let device = Device::start(&house, APP, "read").await;
    let page = browser.device(&house, &device.user_code).await.ok();
    house.change_client("app", |c| c.enabled = false).await;
    assert_eq!(browser.device_decide(&house, &page, "approve").await.status, 400);
    no_such_code(&browser.device(&house, &device.user_code).await);
}

#[tokio::test]
async fn wrong_codes_are_counted_per_person() {
    let house = house().await;
    let device = Device::start(&house, APP, "read").await;
    let mut browser = Browser::default();
    for _ in 0..10 {
        no_such_code(&browser.device(&house, "BBBB-BBBB").await);
    }
    let reply = browser.device(&house, &device.user_code).await;
    assert_eq!(reply.status, 429, "even the right one: {}", reply.show());
    assert!(reply.text().contains("this one was not looked up. Please try again in 6 seconds."), "{}", reply.show());
    assert_eq!(reply.header("retry-after"), Some("6"));
    assert_eq!(counted(&house, "user_code_budget"), 1);
    assert_eq!(
        Browser::default().device(&house, &device.user_code).await.status,
        429,
        "another session is no other person"
    );
    house.wait(6);
    browser.device(&house, &device.user_code).await.ok();
}

/// A class shares one address: each pupil enters the code of their own device.
#[tokio::test]
async fn right_codes_cost_nothing_so_a_class_behind_one_address_gets_in() {
    let house = house().await;
    let school = || jeton_core::RequestSource { addr: Some("192.0.2.7".parse().unwrap()), ..Default::default() };
    let mut teacher = Browser::default();
    teacher.device_from(&house, "BBBB-BBBB", school()).await;
    let mut codes = Vec::new();
    for _ in 0..80 {
        codes.push(Device::start(&house, APP, "read").await.user_code);
    }
    let pages = codes.iter().map(|code| {
        let (mut browser, house) = (teacher.clone(), &house);
        async move { browser.device_from(house, code, school()).await.status }
    });
    let pages = futures::future::join_all(pages).await;
    assert!(pages.iter().all(|status| *status == 200), "{pages:?}");
}

#[tokio::test]
async fn wrong_codes_are_counted_per_address_too_and_one_person_does_not_use_that_up() {
    let house = house().await;
    let device = Device::start(&house, APP, "read").await;
    let from = |addr: &str| jeton_core::RequestSource { addr: Some(addr.parse().unwrap()), ..Default::default() };
    let mut people = Vec::new();
    for n in 0..7 {
        let name = format!("pupil {n}");
        house.person(&name, jeton_served::PASSWORD).await;
        let mut browser = Browser::default();
        let page = browser.send(&house, Ask::get("/device?user_code=BBBB-BBBB")).await;
        assert_eq!(browser.sign_in_as(&house, &page, &name, jeton_served::PASSWORD).await.status, 303);
        people.push(browser);
    }
    for (n, browser) in people.iter_mut().enumerate() {
        for _ in 0..10 {
            let page = browser.device_from(&house, "BBBB-BBBB", from("192.0.2.7")).await;
            assert_eq!(page.status, if n < 6 { 400 } else { 429 }, "{n}");
        }
        if n == 0 {
            Browser::default().device_from(&house, &device.user_code, from("192.0.2.7")).await.ok();
        }
    }
    assert_eq!(Browser::default().device_from(&house, &device.user_code, from("192.0.2.7")).await.status, 429);
    Browser::default().device_from(&house, &device.user_code, from("192.0.2.8")).await.ok();
    house.wait(1);
    Browser::default().device_from(&house, &device.user_code, from("192.0.2.7")).await.ok();
}

#[tokio::test]
async fn nobody_signed_in_learns_nothing_about_codes() {
    let house = house().await;
    let device = Device::start(&house, APP, "read").await;
    for code in [device.user_code.as_str(), "BBBB-BBBB"] {
        let reply = Ask::get(&format!("/device?user_code={code}")).send(&house).await.ok();
        assert!(reply.form().asks_password && !reply.text().contains("<bdi>app</bdi>"), "{}", reply.show());
    }
    let twice = Ask::get("/device?user_code=a&user_code=b").send(&house).await;
    assert_eq!(twice.status, 400);
}

/// RFC 8707: a person who decides sees where the access is to be used.
#[tokio::test]
async fn people_are_told_the_resource() {
    let house = house().await;
    let form = [("scope", "read"), ("resource", "https://files.example/a"), ("resource", "https://mail.example/")];
    let made = Ask::post("/device_authorization").basic("app", SECRET).form(&form).send(&house).await.ok();
    let page = Browser::default().device(&house, &made.member("user_code")).await.ok();
    for resource in ["<bdi>https://files.example/a</bdi>", "<bdi>https://mail.example/</bdi>"] {
        assert!(page.text().contains(resource), "{resource}: {}", page.text());
    }
}
