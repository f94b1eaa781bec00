//! A used code ends its tokens if the request could have redeemed it, and ends nothing otherwise.

use jeton_served::{Ask, Browser, House, Made, Maker, Reply, VERIFIER, code_params, on_every_store};

const SECRET: &str = "s3cret";
const CB: &str = "https://app.example/cb";

on_every_store! {
    a_spent_code_without_its_proof_ends_nothing
}

async fn redeem(house: &House, client: (&str, &str), code: &str, more: &[(&str, &str)]) -> Reply {
    house.token(client, &[&[("grant_type", "authorization_code"), ("code", code)][..], more].concat()).await
}

mod run {
    use super::*;

    pub(super) async fn a_spent_code_without_its_proof_ends_nothing(house: &House) {
        for name in ["app", "other"] {
            house.client(name, Some(SECRET), |_| ()).await;
        }
        let (app, other) = (("app", SECRET), ("other", SECRET));
        let code = Browser::default().code(house, &code_params("app", "openid offline_access")).await;
        let good = [("redirect_uri", CB), ("code_verifier", VERIFIER)];
        let first = redeem(house, app, &code, &good).await.ok();
        let wrong = "x".repeat(43);
        for (client, more, text) in [
            (other, &good[..], "the authorization code was issued to another client"),
            (app, &[("redirect_uri", CB), ("code_verifier", &*wrong)], "the code verifier is not valid"),
            (app, &[("redirect_uri", CB)], "the code verifier is not valid"),
            (
                app,
                &[("redirect_uri", "https://app.example/x"), ("code_verifier", VERIFIER)],
                "the redirect URI is not the one of the authorization request",
            ),
        ] {
            redeem(house, client, &code, more).await.refused(400, "invalid_grant", text);
            assert!(house.is_active(&first.access()).await && house.is_active(&first.refresh()).await, "{text}");
        }
        let refreshed = [("grant_type", "refresh_token"), ("refresh_token", &first.refresh())];
        let second = house.token(app, &refreshed).await.ok();
        // With everything that the first redemption needed, also long after.
        house.wait(120);
        redeem(house, app, &code, &good).await.refused(400, "invalid_grant", "the authorization code is not correct");
        for dead in [first.access(), second.access(), second.refresh()] {
            assert!(!house.is_active(&dead).await);
        }
    }
}

/// RFC 8705 section 3: the same holds for a request without the certificate that its tokens are bound to.
#[tokio::test]
async fn a_spent_code_with_another_certificate_ends_nothing() {
    let (own, other) = (Maker::app().made(), Maker::app().made());
    let house = House::new().await;
    house
        .client("app", Some(SECRET), |c| {
            c.metadata.set("tls_client_certificate_bound_access_tokens", true);
        })
        .await;
    let code = Browser::default().code(&house, &code_params("app", "openid offline_access")).await;
    let send = async |made: Option<&Made>| {
        let form =
            [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CB), ("code_verifier", VERIFIER)];
        let ask = Ask::post("/token").basic("app", SECRET).form(&form);
        let ask = if let Some(made) = made { ask.certificate(&made.der, false) } else { ask };
        ask.send(&house).await
    };
    let first = send(Some(&own)).await.ok();
    for wrong in [None, Some(&other)] {
        assert_eq!(send(wrong).await.status, 400);
        assert!(house.is_active(&first.access()).await);
    }
    send(Some(&own)).await.refused(400, "invalid_grant", "the authorization code is not correct");
    assert!(!house.is_active(&first.access()).await);
}
