//! `/jose/verify` (section 4.2 of the contract).

use jeton_core::model::{AuthMethod, ClientKeys, TokenFormat};
use jeton_jose::{Algorithm, SigningKey};
use jeton_served::{Assertion, jwks, key};
use serde_json::{Value, json};

use crate::api::{house, post};

const SECRET: &str = "a secret of at least thirty-two bytes, that nobody guesses";

#[tokio::test]
async fn a_jwt_of_the_service_or_of_a_client_is_checked() {
    let house = house().await;
    house.set(|settings| settings.access_token_format = TokenFormat::Jwt).await;
    let own = key(Algorithm::ES256);
    let set = jwks(&[&own]);
    house
        .client("4711", Some(SECRET), |client| {
            client.metadata.jwks = Some(ClientKeys(set.as_object().unwrap().clone()))
        })
        .await;
    house.client("4712", Some(SECRET), |c| c.token_endpoint_auth_method = AuthMethod::ClientSecretJwt).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let of_service = house.token(("4711", SECRET), &form).await.ok().access();
    let of_client = Assertion::of(&house, "4711", &own).sign(&own);
    let mac = SigningKey::from_private_bytes(Algorithm::HS256, Some("mac"), SECRET.as_bytes()).unwrap();
    let keyed = Assertion::of(&house, "4712", &mac).head("kid", Value::Null).sign(&mac);
    let cut = of_service[..of_service.len() - 4].to_owned();
    let late = Assertion::of(&house, "4711", &own).claim("exp", house.clock_seconds() - 5).sign(&own);
    let odd = Assertion::of(&house, "4711", &own).claim("exp", "soon").sign(&own);
    let by_client = json!({ "clientIdentifier": "4711", "signedByClient": true });
    for (jose, more, valid, signed, missing, invalid) in [
        (&of_service, json!({}), true, true, json!(null), json!(null)),
        (&of_service, json!({ "mandatoryClaims": ["sub", "nope"] }), false, true, json!(["nope"]), json!(null)),
        (&of_service, by_client.clone(), false, false, json!(null), json!(null)),
        (&cut, json!({}), false, false, json!(null), json!(null)),
        (&of_client, by_client.clone(), true, true, json!(null), json!(null)),
        (&of_client, json!({}), false, false, json!(null), json!(null)),
        (&of_client, json!({ "clientIdentifier": "4711" }), false, false, json!(null), json!(null)),
        (&keyed, json!({ "clientIdentifier": "4712", "signedByClient": true }), true, true, json!(null), json!(null)),
        (&keyed, by_client.clone(), false, false, json!(null), json!(null)),
        (&keyed, json!({}), false, false, json!(null), json!(null)),
        (&late, by_client.clone(), false, true, json!(null), json!(["exp"])),
        (
            &late,
            json!({ "clientIdentifier": "4711", "signedByClient": true, "clockSkew": 10 }),
            true,
            true,
            json!(null),
            json!(null),
        ),
        (&odd, by_client.clone(), false, true, json!(null), json!(["exp"])),
        (&"eyJhbGciOiJub25lIn0.e30.".to_owned(), json!({}), false, false, json!(null), json!(null)),
        (&"no token".to_owned(), json!({}), false, false, json!(null), json!(null)),
    ] {
        let mut body = json!({ "jose": jose });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let said = post(&house, "/jose/verify", body.clone()).await;
        assert_eq!(said.status, 200, "{}", said.text());
        let said = said.json();
        assert_eq!(said["resultCode"], "A160001");
        assert_eq!((&said["valid"], &said["signatureValid"]), (&json!(valid), &json!(signed)), "{body}: {said}");
        assert_eq!((&said["missingClaims"], &said["invalidClaims"]), (&missing, &invalid), "{body}: {said}");
        assert_eq!(said.get("errorDescriptions").is_some(), !valid, "{body}: {said}");
        assert!(!said.to_string().contains("null"), "{said}");
    }
    for body in
        [json!({}), json!({ "jose": "a", "signedByClient": true }), json!({ "jose": "a", "clientIdentifier": "1" })]
    {
        assert_eq!(post(&house, "/jose/verify", body).await.status, 400);
    }
}
