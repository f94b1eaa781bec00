//! Wrong passwords slow down unknown browsers, and nobody else.

use futures::future::join_all;

use jeton_served::{Ask, Browser, House, PASSWORD, Reply, USER, code_params};

const SECRET: &str = "s3cret";
const KNOWN: &str = "__Host-jeton_known";
const HOME: &str = "192.0.2.1";
const STRANGER: &str = "203.0.113.9";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

/// A browser in which nobody signed in before.
async fn strange(house: &House, name: &str, password: &str, addr: &str) -> Reply {
    Browser::default().knock(house, name, password, addr).await
}

async fn guess(house: &House, name: &str, count: usize, addr: &str) {
    for n in 0..count {
        assert_eq!(strange(house, name, &format!("guess {n}"), addr).await.status, 400);
    }
}

#[track_caller]
fn slowed(reply: &Reply, seconds: u64) {
    assert_eq!(reply.status, 429, "{}", reply.show());
    assert_eq!(reply.header("retry-after"), Some(seconds.to_string().as_str()));
    let text = reply.text();
    assert!(text.contains("slowed down") && text.contains(&format!("in {seconds} seconds, after ")), "{text}");
    assert!(!text.contains("is not right") && !text.contains("aria-invalid=\"true\""), "{text}");
}

#[track_caller]
fn signed_in(reply: Reply) {
    assert_eq!(reply.ok().form().stage(), "consent");
}

fn id_of(house: &House, reply: &Reply) -> &'static str {
    house.jeton.ledger.refusals().find(reply.header("jeton-refusal").unwrap()).unwrap().id
}

#[tokio::test]
async fn ten_wrong_passwords_slow_a_name_down_at_that_address_alone() {
    let house = house().await;
    guess(&house, USER, 10, STRANGER).await;
    slowed(&strange(&house, USER, PASSWORD, STRANGER).await, 6);
    signed_in(strange(&house, USER, PASSWORD, HOME).await);
    signed_in(strange(&house, USER, PASSWORD, "2001:db8::1").await);
    house.wait(6);
    signed_in(strange(&house, USER, PASSWORD, STRANGER).await);
}

#[tokio::test]
async fn one_network_of_ipv6_is_one_address_and_so_are_unknown_ones() {
    let house = house().await;
    for n in 0..10 {
        guess(&house, USER, 1, &format!("2001:db8::{n:x}")).await;
    }
    slowed(&strange(&house, USER, PASSWORD, "2001:db8::ffff:1").await, 6);
    signed_in(strange(&house, USER, PASSWORD, "2001:db8:0:1::1").await);
    for n in 0..10 {
        let mut browser = Browser::default();
        let page = browser.open(&house, &code_params("app", "openid")).await;
        assert_eq!(browser.sign_in_as(&house, &page, USER, &format!("guess {n}")).await.status, 400);
    }
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    slowed(&browser.sign_in(&house, &page).await, 6);
}

/// An attacker who goes on for an hour from two addresses blocks nobody elsewhere.
#[tokio::test]
async fn two_addresses_do_not_use_up_the_hundred_of_an_hour() {
    let house = house().await;
    for _ in 0..300 {
        for addr in ["203.0.113.1", "203.0.113.2"] {
            strange(&house, USER, "guess", addr).await;
        }
        house.wait(12);
    }
    signed_in(strange(&house, USER, PASSWORD, HOME).await);
}

#[tokio::test]
async fn a_known_browser_signs_in_whatever_strangers_do() {
    let house = house().await;
    let mut mine = Browser::default();
    signed_in(mine.knock(&house, USER, PASSWORD, HOME).await);
    // A hundred from all addresses, ten of them from the same one.
    guess(&house, USER, 10, HOME).await;
    for n in 0..9 {
        guess(&house, USER, 10, &format!("203.0.113.{n}")).await;
    }
    slowed(&strange(&house, USER, PASSWORD, "198.51.100.1").await, 36);
    signed_in(mine.knock(&house, USER, PASSWORD, HOME).await);
    // Signed out, and at another address, the browser is still recognized.
    mine.cookies.remove("__Host-jeton_session");
    signed_in(mine.knock(&house, USER, PASSWORD, "198.51.100.2").await);
}

#[tokio::test]
async fn a_known_browser_has_ten_guesses_of_its_own() {
    let house = house().await;
    let mut mine = Browser::default();
    signed_in(mine.knock(&house, USER, PASSWORD, HOME).await);
    let mut stolen = mine.clone();
    for n in 0..10 {
        assert_eq!(stolen.knock(&house, USER, &format!("guess {n}"), STRANGER).await.status, 400);
    }
    slowed(&stolen.knock(&house, USER, PASSWORD, STRANGER).await, 6);
    signed_in(strange(&house, USER, PASSWORD, STRANGER).await);
    house.wait(6);
    signed_in(stolen.knock(&house, USER, PASSWORD, STRANGER).await);
    // And a hundred per hour.
    for n in 0..99 {
        house.wait(6);
        stolen.knock(&house, USER, &format!("more {n}"), STRANGER).await;
    }
    let mut tried = 0;
    for n in 0..60 {
        house.wait(6);
        tried += u32::from(stolen.knock(&house, USER, &format!("last {n}"), STRANGER).await.status == 400);
    }
    assert!(tried < 30, "{tried} guesses in six minutes");
}

#[tokio::test]
async fn a_mark_is_one_persons_and_a_forged_one_is_none() {
    let house = house().await;
    house.person("bob", PASSWORD).await;
    let mut mine = Browser::default();
    signed_in(mine.knock(&house, USER, PASSWORD, HOME).await);
    let mark = mine.cookies[KNOWN].clone();
    guess(&house, "bob", 10, HOME).await;
    slowed(&mine.knock(&house, "bob", PASSWORD, HOME).await, 6);
    guess(&house, USER, 10, HOME).await;
    for forged in [
        format!("A{}", &mark[1..]),
        format!("{}A", &mark[..mark.len() - 1]),
        "A".repeat(mark.len()),
        format!("{mark}{mark}"),
        ".".repeat(5000),
        String::new(),
    ] {
        let mut forger = Browser::default();
        forger.cookies.insert(KNOWN.into(), forged.clone());
        if forged != mark {
            slowed(&forger.knock(&house, USER, PASSWORD, HOME).await, 6);
        }
    }
    signed_in(mine.knock(&house, USER, PASSWORD, HOME).await);
    // The mark is not a session.
    let mut only = Browser::default();
    only.cookies.insert(KNOWN.into(), mark);
    assert_eq!(only.open(&house, &code_params("app", "openid")).await.ok().form().stage(), "sign-in");
}

#[tokio::test]
async fn a_browser_is_known_for_eight_people_and_half_a_year() {
    let house = house().await;
    let mut shared = Browser::default();
    for n in 0..9 {
        let name = format!("person {n}");
        house.person(&name, PASSWORD).await;
        signed_in(shared.knock(&house, &name, PASSWORD, HOME).await);
        signed_in(shared.knock(&house, &name, PASSWORD, HOME).await);
        assert!(shared.cookies[KNOWN].len() <= 8 * 44);
    }
    for n in [0, 1, 8] {
        guess(&house, &format!("person {n}"), 10, HOME).await;
    }
    slowed(&shared.knock(&house, "person 0", PASSWORD, HOME).await, 6);
    signed_in(shared.knock(&house, "person 1", PASSWORD, HOME).await);
    house.wait(180 * 86_400);
    guess(&house, "person 8", 10, HOME).await;
    slowed(&shared.knock(&house, "person 8", PASSWORD, HOME).await, 6);
}

#[tokio::test]
async fn a_new_password_ends_what_a_browser_is_known_by() {
    let house = house().await;
    let mut mine = Browser::default();
    signed_in(mine.knock(&house, USER, PASSWORD, HOME).await);
    house.person(USER, "another password").await;
    guess(&house, USER, 10, HOME).await;
    slowed(&mine.knock(&house, USER, "another password", HOME).await, 6);
}

/// The answers must not reveal whether a name exists.
#[tokio::test]
async fn a_name_that_is_nobodys_is_slowed_down_alike() {
    let house = house().await;
    let mut answers = Vec::new();
    for name in [USER, "nobody"] {
        let mut all = Vec::new();
        for n in 0..12 {
            let mut browser = Browser::default();
            let reply = browser.knock(&house, name, "wrong", STRANGER).await;
            let ticket = reply.form().ticket;
            let shown = reply.show().replace(&ticket, "").replace(name, "");
            all.push((n, reply.status, shown));
        }
        answers.push(all);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn what_is_slowed_down_and_what_is_wrong_are_told_apart() {
    let house = house().await;
    let wrong = strange(&house, USER, "wrong", STRANGER).await;
    assert_eq!((wrong.status, wrong.header("retry-after"), id_of(&house, &wrong)), (400, None, "credentials_invalid"));
    guess(&house, USER, 9, STRANGER).await;
    let reply = strange(&house, USER, PASSWORD, STRANGER).await;
    slowed(&reply, 6);
    assert_eq!(id_of(&house, &reply), "sign_in_slowed");
    let recorded = house.jeton.ledger.refusals().find(reply.header("jeton-refusal").unwrap()).unwrap();
    assert_eq!(recorded.cause.as_deref(), Some("slowed down for 6 s"));
    // The sign-in page of Jeton's own pages shows the same.
    let mut browser = Browser::default();
    let page = browser.send(&house, Ask::get("/uma/requests")).await.ok();
    let form = page.form();
    let fields = [("ticket", form.ticket.as_str()), ("username", USER), ("password", PASSWORD)];
    let reply = browser.send(&house, Ask::post(&form.action).form(&fields).at(STRANGER)).await;
    slowed(&reply, 6);
    assert_eq!(id_of(&house, &reply), "sign_in_slowed");
    let reply = browser.send(&house, Ask::post(&form.action).form(&fields).at(HOME)).await;
    assert!(reply.status == 303 && browser.cookies.contains_key(KNOWN), "{}", reply.show());
}

async fn by_client(house: &House, client: &str, (name, password): (&str, &str), addr: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", name), ("password", password), ("scope", "read")];
    Ask::post("/token").basic(client, SECRET).form(&form).at(addr).send(house).await
}

#[tokio::test]
async fn through_a_client_where_from_is_the_client_and_its_address() {
    let house = house().await;
    house.client("other", Some(SECRET), |_| ()).await;
    for name in [USER, "nobody"] {
        for n in 0..10 {
            let reply = by_client(&house, "app", (name, &format!("guess {n}")), HOME).await;
            assert_eq!(reply.header("retry-after"), None);
        }
        let reply = by_client(&house, "app", (name, PASSWORD), HOME).await;
        reply.refused(400, "invalid_grant", "resource owner credentials are not valid");
        assert_eq!((reply.header("retry-after"), id_of(&house, &reply)), (Some("6"), "sign_in_slowed"));
    }
    by_client(&house, "other", (USER, PASSWORD), HOME).await.ok();
    by_client(&house, "app", (USER, PASSWORD), STRANGER).await.ok();
    signed_in(strange(&house, USER, PASSWORD, HOME).await);
    house.wait(6);
    by_client(&house, "app", (USER, PASSWORD), HOME).await.ok();
}

/// Attackers at the sign-in pages use up the hundred guesses; a person whose client uses the password grant is not blocked.
#[tokio::test]
async fn strangers_on_the_pages_stop_nobody_at_a_client() {
    let house = house().await;
    for n in 0..10 {
        guess(&house, USER, 10, &format!("203.0.113.{n}")).await;
    }
    slowed(&strange(&house, USER, PASSWORD, HOME).await, 36);
    by_client(&house, "app", (USER, PASSWORD), HOME).await.ok();
}

#[tokio::test]
async fn right_passwords_cost_nothing_also_at_once() {
    let house = house().await;
    let all = (0..40).map(|_| by_client(&house, "app", (USER, PASSWORD), HOME));
    assert!(join_all(all).await.iter().all(|reply| reply.status == 200));
}

/// A flood of unknown names fills its own queue for hashing, and gets 503; others are served in turn.
#[tokio::test]
async fn a_flood_from_one_address_does_not_make_others_wait_for_it() {
    let house = house().await;
    let mut mine = Browser::default();
    let page = mine.open(&house, &code_params("app", "openid")).await.ok();
    let mut flooding = Browser::default();
    let form = flooding.open(&house, &code_params("app", "openid")).await.form();
    let (house, flooding, form) = (&house, &flooding, &form);
    let flood = (0..150).map(|n| async move {
        let name = format!("nobody {n}");
        let fields = [("ticket", form.ticket.as_str()), ("username", name.as_str()), ("password", "x")];
        flooding.clone().send(house, Ask::post(&form.action).form(&fields).at(STRANGER)).await
    });
    let mut done = 0;
    let flood = join_all(flood.map(|one| async {
        let reply = one.await;
        if reply.status == 503 {
            assert!(reply.header("retry-after").is_some() && reply.text().contains("was not checked"));
        }
        reply.status
    }));
    let real = async {
        // The flood is queued first.
        tokio::task::yield_now().await;
        let fields = [("ticket", page.form().ticket), ("username", USER.into()), ("password", PASSWORD.into())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let ask = Ask::post(&page.form().action).form(&fields).at(HOME);
        signed_in(mine.send(house, ask).await);
    };
    tokio::pin!(flood);
    tokio::pin!(real);
    // The real sign-in is served before the flood ends.
    tokio::select! {
        statuses = &mut flood => panic!("the flood came first: {statuses:?}"),
        () = &mut real => done += 1,
    }
    let statuses = flood.await;
    assert_eq!(done, 1);
    assert!(statuses.iter().filter(|status| **status == 503).count() >= 80, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 400 | 503)), "{statuses:?}");
}
