//! Which pages another site may keep a window handle on (`Cross-Origin-Opener-Policy`): only those that an application may open
//! in a window and wait for.

use jeton_served::{Ask, Browser, House, Reply, code_params};

fn policy(page: &Reply) -> Option<&str> {
    page.header("cross-origin-opener-policy")
}

#[tokio::test]
async fn pages_of_our_own_are_cut_off_from_their_opener() {
    let (house, mut browser) = (House::new().await, Browser::default());
    for path in ["/device", "/uma/requests"] {
        let sign_in = browser.send(&house, Ask::get(path)).await.ok();
        assert_eq!(sign_in.form().stage(), "sign-in");
        assert_eq!(policy(&sign_in), Some("same-origin"), "{path}, before sign-in");
        let wrong = browser.sign_in_as(&house, &sign_in, "alice", "no").await;
        assert_eq!((wrong.status, policy(&wrong)), (400, Some("same-origin")), "{path}, after a wrong password");
    }
    let sign_in = browser.send(&house, Ask::get("/uma/requests")).await.ok();
    browser.sign_in(&house, &sign_in).await;
    for path in ["/device", "/uma/requests"] {
        let page = browser.send(&house, Ask::get(path)).await.ok();
        assert_eq!(policy(&page), Some("same-origin"), "{path}");
    }
}

#[tokio::test]
async fn pages_that_an_application_opens_keep_theirs() {
    let (house, mut browser) = (House::new().await, Browser::default());
    house.client("spa", None, |_| ()).await;
    let sign_in = browser.open(&house, &code_params("spa", "openid")).await.ok();
    assert_eq!(policy(&sign_in), None, "{}", sign_in.show());
    let consent = browser.sign_in(&house, &sign_in).await.ok();
    assert_eq!(policy(&consent), None);
    let sign_out = browser.send(&house, Ask::get("/end_session")).await.ok();
    assert_eq!(policy(&sign_out), None);
}
