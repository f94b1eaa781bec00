//! Clients that are known by a document at their client id (draft-ietf-oauth-client-id-metadata-document).

mod followed;
mod limits;
mod refused;
mod tokens;

use jeton_core::model::Client;
use jeton_served::{Browser, House, Reply, code_params};
use serde_json::{Value, json};

/// A client id.
const ID: &str = "https://agent.example/client.json";

/// What stands at [`ID`].
fn document() -> Value {
    json!({
        "client_id": ID,
        "client_name": "Agent",
        "redirect_uris": ["https://app.example/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile offline_access",
        "token_endpoint_auth_method": "none",
    })
}

/// The document with one member changed; `null` leaves it out.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut document = document();
    document[name] = value.into();
    document
}

/// A house that takes such clients, and the document.
async fn house() -> House {
    let house = House::new().await;
    house.set(|s| s.registration.client_id_documents = true).await;
    house.network.json(ID, &document());
    house
}

/// Opens the sign-in page of a request of [`ID`].
async fn open(house: &House) -> Reply {
    Browser::default().open(house, &code_params(ID, "openid")).await
}

/// The record of a client id, if one is stored.
async fn record(house: &House, client_id: &str) -> Option<Client> {
    house.jeton.administration.show_client(house.service, client_id).await.ok()
}

/// A page for the person: the client gets nothing.
#[track_caller]
fn a_page(house: &House, reply: &Reply, status: u16, id: &str) {
    assert_eq!((reply.status, reply.header("location")), (status, None), "{}", reply.show());
    assert!(reply.text().starts_with("<!doctype html>"), "{}", reply.text());
    assert_eq!(house.refusal(reply), id);
}
