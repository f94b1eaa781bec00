//! Start and end (`docs/contracts/prodmanager.md` sections 2.1 and 2.5; check list 4).

use std::time::Duration;

use crate::support::{Shop, USUAL, claims};

#[tokio::test]
async fn omitted_dates_are_now_and_an_hour_later_at_each_request() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        let now = shop.clock.advance(Duration::from_millis(7_200_700)).seconds();
        let claims = claims(&shop.make(&[]).await);
        let of = |name: &str| claims[name].as_i64().unwrap();
        assert_eq!((of("nbf"), of("iat"), of("exp")), (now, now, now + 3600));
    }
}

#[tokio::test]
async fn dates_are_read_as_utc_to_the_minute() {
    let shop = Shop::open().await;
    let more = [("not_before_date", "2020-02-29T12:34"), ("expiration_date", "2040-01-01T00:00")];
    let claims = claims(&shop.make(&more).await);
    assert_eq!((&claims["nbf"], &claims["exp"]), (&1_582_979_640.into(), &2_208_988_800_i64.into()));
}

/// The original reads its dates with Python's `strptime`.
#[tokio::test]
async fn dates_may_leave_out_leading_zeros() {
    let shop = Shop::open().await;
    let more = [("not_before_date", "2020-2-9T1:4"), ("expiration_date", "2040-1-1t0:0")];
    let claims = claims(&shop.make(&more).await);
    assert_eq!((&claims["nbf"], &claims["exp"]), (&1_581_210_240.into(), &2_208_988_800_i64.into()));
}

#[tokio::test]
async fn a_date_that_is_empty_or_of_another_shape_is_an_error() {
    let shop = Shop::open().await;
    for field in ["not_before_date", "expiration_date"] {
        for value in [
            "",
            "40-1-1T0:0",
            "2040-0-1T0:0",
            "2040-2-30T0:0",
            "2040-01-01T00:00:00",
            "2040-01-01 00:00",
            "2040-13-01T00:00",
            "2208988800",
        ] {
            let answer = shop.create(&[USUAL, &[(field, value)]].concat()).await;
            let expected = format!(
                "{{\"message\": \"Token creation failed\", \"reasons\": {{\"{field}\": [\"This field is required.\"]}}}}"
            );
            assert_eq!(answer.said(), (400, expected.as_str()), "{value}");
        }
        let twice = shop.create(&[USUAL, &[(field, "2040-01-01T00:00"), (field, "2040-01-01T00:00")]].concat()).await;
        assert_eq!(twice.status, 400);
    }
}

#[tokio::test]
async fn an_end_in_the_past_or_before_the_start_makes_a_token_that_is_not_taken() {
    let shop = Shop::open().await;
    let past = shop.make(&[("expiration_date", "2001-01-01T00:00")]).await;
    assert_eq!(claims(&past)["exp"], 978_307_200);
    assert_eq!(shop.token_error(&past).await, "Signature has expired");
    let turned = [("not_before_date", "2041-01-01T00:00"), ("expiration_date", "2040-01-01T00:00")];
    let turned = shop.make(&turned).await;
    assert_eq!(shop.token_error(&turned).await, "The token is not yet valid (nbf)");
    let first = shop.make(&[("not_before_date", "0001-01-01T00:00"), ("expiration_date", "0001-01-01T00:01")]).await;
    assert_eq!(claims(&first)["exp"], -62_135_596_740_i64);
    assert_eq!(shop.token_error(&first).await, "Signature has expired");
}

#[tokio::test]
async fn an_end_in_any_year_is_kept() {
    let shop = Shop::open().await;
    let token = shop.make(&[("expiration_date", "9999-12-31T23:59")]).await;
    assert_eq!(claims(&token)["exp"], 253_402_300_740_i64);
    assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 200);
}
