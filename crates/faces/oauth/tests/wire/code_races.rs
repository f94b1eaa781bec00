//! Many concurrent redemptions of one code.

use futures::future::join_all;

use jeton_served::{Ask, Browser, House, VERIFIER, code_params, on_every_store};

const SECRET: &str = "s3cret";

on_every_store! {
    thirty_two_redemptions_yield_one_success
    thirty_two_answers_of_a_consent_page_yield_one_code
}

mod run {
    use super::*;

    /// The losers presented a used code: RFC 6749 section 4.1.2 and `docs/contracts/oauth-token-endpoint.md` section 4
    /// require that its tokens are revoked.
    pub(super) async fn thirty_two_redemptions_yield_one_success(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        for _ in 0..8 {
            let code = Browser::default().code(house, &code_params("app", "openid offline_access")).await;
            let rows = house.rows().await;
            let tasks = (0..32).map(|_| {
                let (house, code) = (house.knocker(), code.clone());
                tokio::spawn(async move {
                    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
                    Ask::post("/token").basic("app", SECRET).form(&form).send(&house).await
                })
            });
            let replies: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
            let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|r| r.status == 200);
            assert_eq!(won.len(), 1);
            for reply in lost {
                reply.refused(400, "invalid_grant", "the authorization code is not correct");
            }
            assert_eq!(house.rows().await, rows + 2, "one access token and one refresh token");
            assert!(!house.is_active(&won[0].access()).await, "the code was presented again");
            assert!(!house.is_active(&won[0].refresh()).await);
        }
    }

    pub(super) async fn thirty_two_answers_of_a_consent_page_yield_one_code(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        let mut browser = Browser::default();
        let login = browser.open(house, &code_params("app", "openid")).await;
        let consent = browser.sign_in(house, &login).await;
        let tasks = (0..32).map(|_| {
            let (house, mut browser, form) = (house.knocker(), browser.clone(), consent.form());
            tokio::spawn(async move {
                let ask = Ask::post(&form.action).form(&[("ticket", &form.ticket), ("decision", "approve")]);
                browser.send(&house, ask).await
            })
        });
        let replies: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
        let codes =
            replies.iter().filter(|r| r.status == 303 && r.header("location").unwrap().contains("code=")).count();
        assert_eq!(codes, 1);
        for reply in replies.iter().filter(|r| r.status != 303) {
            assert_eq!(reply.status, 400, "a page, not a redirect");
        }
    }
}
