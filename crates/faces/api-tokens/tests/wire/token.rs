//! The token itself (`docs/contracts/prodmanager.md` section 3).

use jeton_jose::base64url;

use crate::support::{Shop, claims, options, parts};

#[tokio::test]
async fn it_has_exactly_this_header_and_these_claims_in_this_order() {
    let shop = Shop::open().await;
    let token = shop.make(&[("permission", "scope_api"), ("permission", "weather_api")]).await;
    let [header, payload] = parts(&token);
    assert_eq!(header, r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = claims(&token);
    let (now, jti) = (claims["iat"].as_i64().unwrap(), claims["jti"].as_str().unwrap());
    assert_eq!(
        payload,
        format!(
            r#"{{"iss":"ProdManager","aud":"nightly-report","sub":"Nightly report job","nbf":{now},"exp":{},"iat":{now},"jti":"{jti}","version":1,"permissions":["scope_api","weather_api"]}}"#,
            now + 3600
        )
    );
    let signature = token.rsplit('.').next().unwrap();
    assert_eq!(base64url::decode(signature).unwrap().len(), 32);
}

#[tokio::test]
async fn its_jti_is_a_uuid_of_version_4_in_lower_case_that_leads_to_the_row() {
    let shop = Shop::open().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let claims = claims(&shop.make(&[]).await);
        let jti = claims["jti"].as_str().unwrap();
        let shape: String =
            jti.chars().map(|c| if c.is_ascii_digit() || ('a'..='f').contains(&c) { 'x' } else { c }).collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert!(jti.as_bytes()[14] == b'4' && b"89ab".contains(&jti.as_bytes()[19]), "{jti}");
        let id = shop.jeton.ledger.secrets().rows_of_jti(jti).next().unwrap();
        assert!(shop.jeton.ledger.token_by_number(shop.service, id).await.unwrap().is_some());
        assert!(seen.insert(jti.to_owned()));
    }
    // Nobody learns from them how many there are.
    let beginnings: std::collections::BTreeSet<_> = seen.iter().map(|jti| &jti[..4]).collect();
    assert!(beginnings.len() > 15, "{seen:?}");
}

#[tokio::test]
async fn the_issuer_is_the_configured_name_and_longer_digests_can_be_chosen() {
    use jeton_jose::Algorithm::{HS384, HS512};
    for (algorithm, length) in [(HS384, 48), (HS512, 64)] {
        let shop =
            Shop::with(jeton_core::prodmanager::Options { algorithm, issuer: "Watch".into(), ..options() }).await;
        let token = shop.make(&[]).await;
        assert_eq!(parts(&token)[0], format!(r#"{{"alg":"{}","typ":"JWT"}}"#, algorithm.as_str()));
        assert_eq!(base64url::decode(token.rsplit('.').next().unwrap()).unwrap().len(), length);
        assert_eq!(claims(&token)["iss"], "Watch");
        assert_eq!(shop.whoami(&format!("Bearer {token}")).await.status, 200);
    }
}
