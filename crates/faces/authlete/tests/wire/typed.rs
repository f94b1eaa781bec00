//! Members that are kept have the types of the contract (section 1.4): what one SDK writes, every other can read.

use jeton_served::House;
use serde_json::{Value, json};

use crate::api::{ORGANIZATION_TOKEN, bearer, call, get, house, made, post, ready, said};

async fn organization(house: &House, path: &str, body: Value) -> jeton_served::Reply {
    call(house, &bearer(ORGANIZATION_TOKEN), ("POST", path), Some(body)).await
}

/// Members with a value of another type, and the name that the refusal says.
fn wrong_of_client() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "clientName": 5 }), "`clientName` must be a string"),
        (json!({ "requestUris": "x" }), "`requestUris` must be a list of strings"),
        (json!({ "clientNames": [{ "tag": 7 }] }), "`clientNames.tag` must be a string"),
        (json!({ "attributes": { "key": "a" } }), "`attributes` must be a list of objects"),
        (json!({ "fapiModes": ["FAPI3"] }), "`fapiModes` must be a list of"),
        (json!({ "responseModes": "QUERY" }), "`responseModes` must be a list of"),
        (json!({ "applicationType": "web" }), "`applicationType` must be one of WEB, NATIVE"),
        (json!({ "trustChainExpiresAt": 1.5 }), "`trustChainExpiresAt` must be a whole number"),
        (json!({ "bcUserCodeRequired": "no" }), "`bcUserCodeRequired` must be true or false"),
        (json!({ "entityId": "not a uri" }), "`entityId` must be a string with a URI"),
        (json!({ "extension": { "tokenExchangePermitted": 1 } }), "`extension.tokenExchangePermitted` must be"),
    ]
}

#[tokio::test]
async fn a_member_of_another_type_is_refused_by_its_name_and_spoils_no_list() {
    let house = house().await;
    let client = made(&house, json!({ "clientName": "one" })).await;
    for (body, wanted) in wrong_of_client() {
        for path in ["/client/create".to_owned(), format!("/client/update/{}", client["clientId"])] {
            let refused = post(&house, &path, body.clone()).await;
            assert!(refused.status == 400 && refused.text().contains(wanted), "{path} {body}: {}", refused.text());
        }
    }
    assert_eq!(get(&house, "/client/get/list").await.json()["clients"], json!([client]));
    for (body, wanted) in [
        (json!({ "supportedAcrs": [["x"]] }), "`supportedAcrs` must be a list of strings"),
        (json!({ "supportedDisplays": ["SCREEN"] }), "`supportedDisplays` must be a list of PAGE"),
        (json!({ "supportedGrantTypes": ["password"] }), "`supportedGrantTypes` must be a list of"),
        (json!({ "metadata": [{ "key": 1 }] }), "`metadata.key` must be a string"),
        (json!({ "userCodeLength": 3_000_000_000_u64 }), "`userCodeLength` must be a whole number of 32 bits"),
        (
            json!({ "supportedScopes": [{ "name": "a", "descriptions": "b" }] }),
            "`supportedScopes.descriptions` must be",
        ),
        (json!({ "mtlsEndpointAliases": [{ "uri": 1 }] }), "`mtlsEndpointAliases.uri` must be"),
        (json!({ "tokenEndpoint": "https://a b" }), "`tokenEndpoint` must be a string with a URI"),
    ] {
        let refused = organization(&house, "/api/service/create", body.clone()).await;
        assert!(refused.status == 400 && refused.text().contains(wanted), "{body}: {}", refused.text());
    }
}

#[tokio::test]
async fn what_no_table_names_is_kept_and_an_empty_constant_is_none() {
    let house = house().await;
    // RFC 7517 appendix A.1.
    let keys = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "1", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" }] });
    let client = made(&house, json!({ "ofTomorrow": [7], "bcDeliveryMode": "", "jwks": keys })).await;
    assert_eq!((&client["ofTomorrow"], client.get("bcDeliveryMode")), (&json!([7]), None), "{client}");
    assert_eq!(serde_json::from_str::<Value>(client["jwks"].as_str().unwrap()).unwrap(), keys);
}

/// Section 8: `defaultEntry` is always there, and `null` is absent.
#[tokio::test]
async fn each_scope_of_a_service_says_whether_it_is_a_default() {
    let house = house().await;
    let scopes = json!([{ "name": "a" }, { "name": "b", "defaultEntry": null, "description": null }, null]);
    let made = organization(&house, "/api/service/create", json!({ "supportedScopes": scopes })).await;
    let wanted = json!([{ "name": "a", "defaultEntry": false }, { "name": "b", "defaultEntry": false }]);
    assert_eq!((made.status, &made.json()["supportedScopes"]), (200, &wanted), "{}", made.text());
}

#[tokio::test]
async fn private_keys_of_what_is_not_served_are_not_kept() {
    let house = house().await;
    let keys = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": "eA", "d": "a-private-key", "kid": "1" }] });
    let body = json!({ "federationJwks": keys.to_string(), "credentialJwks": keys.to_string() });
    let made = organization(&house, "/api/service/create", body).await;
    assert!(made.status == 200 && !made.text().contains("a-private-key"), "{}", made.text());
}

#[tokio::test]
async fn an_authorization_detail_has_the_contract_s_types() {
    let house = ready().await;
    let body = |element: Value| {
        let details = json!({ "elements": [element] });
        json!({ "grantType": "PASSWORD", "clientId": 4711, "subject": "joe", "authorizationDetails": details })
    };
    for bad in [
        json!({ "type": "t", "locations": "https://a.example" }),
        json!({ "type": "t", "dataTypes": [1] }),
        json!({ "type": "t", "identifier": 7 }),
        json!({ "type": "t", "otherFields": "{\"locations\":5}" }),
    ] {
        let refused = said(&house, "/auth/token/create", body(bad.clone())).await;
        assert_eq!(refused["action"], "BAD_REQUEST", "{bad}: {refused}");
    }
    let element = json!({ "type": "t", "dataTypes": ["d"], "identifier": "i", "otherFields": "{\"more\":[1]}" });
    let created = said(&house, "/auth/token/create", body(element.clone())).await;
    assert_eq!(created["authorizationDetails"]["elements"], json!([element]), "{created}");
}
