//! Many concurrent polls and decisions for one device code.

use futures::future::join_all;

use jeton_served::{Ask, Browser, Device, House, on_every_store};

const SECRET: &str = "s3cret";

on_every_store! {
    thirty_two_polls_yield_one_success
    thirty_two_answers_are_one_answer
}

mod run {
    use super::*;

    pub(super) async fn thirty_two_polls_yield_one_success(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        let mut browser = Browser::default();
        for _ in 0..4 {
            let device = Device::start(house, ("app", SECRET), "openid offline_access read").await;
            device.answered(house, &mut browser, "approve").await.ok();
            let rows = house.rows().await;
            let tasks = (0..32).map(|_| {
                let (house, device) = (house.knocker(), device.clone());
                tokio::spawn(async move { device.poll(&house).await })
            });
            let replies: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
            let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|r| r.status == 200);
            assert_eq!(won.len(), 1);
            for reply in lost {
                reply.refused(400, "invalid_grant", "the device code is not correct");
            }
            assert_eq!(house.rows().await, rows + 2, "one access token and one refresh token");
            assert!(house.is_active(&won[0].access()).await && house.is_active(&won[0].refresh()).await);
        }
    }

    pub(super) async fn thirty_two_answers_are_one_answer(house: &House) {
        house.client("app", Some(SECRET), |_| ()).await;
        let mut browser = Browser::default();
        let device = Device::start(house, ("app", SECRET), "read").await;
        let ticket = browser.device(house, &device.user_code).await.form().ticket;
        let tasks = (0..32).map(|at| {
            let (house, mut browser, ticket) = (house.knocker(), browser.clone(), ticket.clone());
            tokio::spawn(async move {
                let decision = if at % 2 == 0 { "approve" } else { "deny" };
                let ask = Ask::post("/device").form(&[("ticket", &ticket), ("decision", decision)]);
                (decision, browser.send(&house, ask).await)
            })
        });
        let replies: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
        let won: Vec<_> = replies.iter().filter(|(_, r)| r.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert!(replies.iter().all(|(_, r)| matches!(r.status, 200 | 400)));
        assert_eq!(device.poll(house).await.status, if won[0].0 == "approve" { 200 } else { 400 });
    }
}
