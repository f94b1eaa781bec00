//! `/jwk`: the keys at the path that grid software uses, cached for hours.

use jeton_served::{Ask, House};

#[tokio::test]
async fn the_keys_are_those_of_jwks_and_may_be_kept_six_hours() {
    let house = House::new().await;
    let (known, usual) = (Ask::get("/jwk").send(&house).await.ok(), Ask::get("/jwks").send(&house).await.ok());
    assert_eq!(known.json(), usual.json());
    assert_eq!(known.header("cache-control"), Some("public, max-age=21600"));
    assert_eq!(known.header("pragma"), None);
    assert_eq!(known.header("access-control-allow-origin"), Some("*"));
}
