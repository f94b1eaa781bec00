//! Names are text: RFC 8265 for user names and passwords, as far as nothing is refused.

use jeton_core::Secret;
use jeton_core::people::hash_password;
use jeton_served::{Browser, House, Reply, code_params};

const SECRET: &str = "s3cret";
/// argon2id of `pass\u{A0}word` as typed, made by the Python package argon2-cffi.
const HASH_AS_TYPED: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$Cwr01ybGpKVBqfg3+Zmk6awldeVfm+lb6/MguO+YkyI";

async fn house() -> House {
    let house = House::new().await;
    house.client("app", Some(SECRET), |_| ()).await;
    house
}

async fn by_password(house: &House, name: &str, password: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", name), ("password", password), ("scope", "read")];
    house.token(("app", SECRET), &form).await
}

#[tokio::test]
async fn a_name_in_another_form_finds_its_owner() {
    for house in [House::new().await, House::on_sqlite().await] {
        house.client("app", Some(SECRET), |_| ()).await;
        house.person("M\u{FC}ller", "a-password-of-sixteen").await;
        house.person("Anna Blank", "a-password-of-sixteen").await;
        for name in [
            "M\u{FC}ller",
            "m\u{FC}LLER",
            "Mu\u{308}ller",
            " m\u{FC}ller\u{A0}",
            "\u{FF4D}\u{FC}ller",
            "Anna Blank",
            "Anna Blank ",
        ] {
            let token = by_password(&house, name, "a-password-of-sixteen").await.ok().access();
            let said = house.introspected(&token).await;
            let stored = if name.starts_with('A') { "Anna Blank" } else { "M\u{FC}ller" };
            assert_eq!(said["username"], stored, "as it was given: {name:?}");
        }
        for name in ["Muller", "anna blank", "AnnaBlank", "M\u{FC}l ler"] {
            by_password(&house, name, "a-password-of-sixteen").await.refused(
                400,
                "invalid_grant",
                "resource owner credentials are not valid",
            );
        }
    }
}

#[tokio::test]
async fn the_sign_in_page_takes_a_name_in_another_form() {
    let house = house().await;
    house.person("rosa", "a-password-of-sixteen").await;
    let mut browser = Browser::default();
    let page = browser.open(&house, &code_params("app", "openid")).await;
    let next = browser.sign_in_as(&house, &page, " Rosa", "a-password-of-sixteen").await;
    assert_eq!(next.ok().form().stage(), "consent");
}

/// Otherwise each form of a name would have guesses of its own.
#[tokio::test]
async fn all_forms_of_a_name_share_one_budget_of_guesses() {
    let house = house().await;
    house.person("rosa", "a-password-of-sixteen").await;
    for name in ["rosa", "Rosa", "rOsa", "roSa", "rosA", "ROsa", "rOSa", "roSA", "ROSA", " rosa"] {
        let reply = Browser::default().knock(&house, name, "wrong", "203.0.113.9").await;
        assert_eq!(reply.status, 400, "{name}");
    }
    let slowed = Browser::default().knock(&house, "RoSa", "a-password-of-sixteen", "203.0.113.9").await;
    assert_eq!(slowed.status, 429, "{}", slowed.show());
}

#[tokio::test]
async fn a_password_is_the_same_from_every_keyboard() {
    let house = house().await;
    house.person("rosa", "gr\u{FC}n und\u{A0}blau \u{1F600}").await;
    for same in [
        "gr\u{FC}n und blau \u{1F600}",
        "gru\u{308}n\u{2003}und blau\u{A0}\u{1F600}",
        "gr\u{FC}n und\u{A0}blau \u{1F600}",
    ] {
        by_password(&house, "rosa", same).await.ok();
    }
    for other in ["Gr\u{FC}n und blau \u{1F600}", "gr\u{FC}n und blau \u{1F600} ", "grun und blau \u{1F600}"] {
        assert_eq!(by_password(&house, "rosa", other).await.status, 400, "{other:?}");
    }
}

/// A hash of an earlier version, or of another program, is of the text as it was typed.
#[tokio::test]
async fn a_hash_of_the_text_as_typed_still_counts_within_one_guess() {
    let house = house().await;
    house.person("rosa", "a-password-of-sixteen").await;
    let typed = "pass\u{A0}word";
    house.change_person("rosa", |user| user.password = Some(HASH_AS_TYPED.to_owned())).await;
    by_password(&house, "rosa", typed).await.ok();
    by_password(&house, "rosa", "pass word").await.refused(
        400,
        "invalid_grant",
        "resource owner credentials are not valid",
    );
    // Two texts are tried, and one guess is counted.
    for n in 0..10 {
        let reply = Browser::default().knock(&house, "rosa", &format!("wrong\u{A0}{n}"), "203.0.113.9").await;
        assert_eq!(reply.status, 400, "{n}");
    }
    let slowed = Browser::default().knock(&house, "rosa", "wrong", "203.0.113.9").await;
    assert_eq!(slowed.status, 429);
    let again = hash_password(&house.jeton.people, &Secret::new(typed)).await.unwrap();
    house.change_person("rosa", |user| user.password = Some(again)).await;
    by_password(&house, "rosa", "pass word").await.ok();
}
