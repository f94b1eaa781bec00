//! What a client registered about itself is shown where people decide (OpenID Connect Registration section 2): its logo, its site,
//! its policy and its terms.

use jeton_served::{Browser, Device, House, code_params};
use serde_json::json;

const SECRET: &str = "s3cret";
const LOGO: &str = "https://cdn.example/logo;a,b.png?size=1";

async fn house(logo: &str) -> House {
    let house = House::new().await;
    let metadata = json!({
        "client_name": "Tides <b>",
        "logo_uri": logo,
        "client_uri": "https://app.example/\"x",
        "policy_uri": "https://app.example/policy",
        "tos_uri": "https://app.example/terms",
    });
    house
        .client("app", Some(SECRET), |c| {
            c.metadata = metadata.as_object().unwrap().clone().into();
            c.skip_consent = false;
        })
        .await;
    house
}

#[tokio::test]
async fn the_pages_show_the_logo_and_the_links() {
    let house = house(LOGO).await;
    let mut browser = Browser::default();
    let sign_in = browser.open(&house, &code_params("app", "openid")).await.ok();
    let consent = browser.sign_in(&house, &sign_in).await.ok();
    let device = Device::start(&house, ("app", SECRET), "read").await;
    let asked = browser.device(&house, &device.user_code).await.ok();
    for page in [sign_in, consent, asked] {
        let text = page.text();
        for link in ["https://app.example/%22x", "https://app.example/policy", "https://app.example/terms"] {
            assert!(
                text.contains(&format!("<a href=\"{link}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">"))
            );
        }
        assert!(text.contains(&format!("src=\"{LOGO}\"")) && !text.contains("<b>"), "{text}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("img-src 'self' data: https://cdn.example/logo%3Ba%2Cb.png;"), "{policy}");
    }
}

#[tokio::test]
async fn what_a_page_with_tls_cannot_load_is_not_shown() {
    for logo in ["http://cdn.example/logo.png", "javascript:alert(1)", "data:image/png;base64,AAAA"] {
        let page = Browser::default().open(&house(logo).await, &code_params("app", "openid")).await.ok();
        assert!(!page.text().contains("<img") && page.text().contains("class=\"badge\""), "{logo}");
        assert!(page.header("content-security-policy").unwrap().contains("img-src 'self' data:;"), "{logo}");
    }
}
