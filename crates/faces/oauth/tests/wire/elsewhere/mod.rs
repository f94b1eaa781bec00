//! A trusted caller signs people in: it reads authorization requests, answers them for people whom only it knows, and decides the
//! grants that depend on them. What it issues is worth the same at the endpoints of this face.

mod device;
mod grants;
mod responses;
mod tickets;

use std::borrow::Cow;
use std::sync::Arc;

use jeton_core::authorization::{
    self, AuthorizationAnswer, AuthorizationError, AuthorizationRequest, Authorizer, ResponseType, SignsIn, Ticket,
};
use jeton_core::grants::Params;
use jeton_core::model::{Client, Property, Vouched};
use jeton_core::{Refusal, Timestamp};
use serde_json::{Value, json};

use jeton_served::House;

const SECRET: &str = "s3cret";
const APP: (&str, &str) = ("app", SECRET);

async fn house() -> House {
    let house = House::new().await;
    let every = ResponseType::ALL.map(|(name, _)| name.to_owned());
    let change = |client: &mut Client| {
        client.response_types = every.to_vec();
        client.grant_types.push("implicit".into());
    };
    house.client("app", Some(SECRET), change).await;
    house
}

fn params<'a>(pairs: &[(&'a str, &'a str)]) -> Params<'a> {
    Params::lenient(pairs.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(*value))))
}

async fn read(
    house: &House,
    pairs: &[(&str, &str)],
) -> Result<(AuthorizationRequest, Arc<Client>), AuthorizationError> {
    authorization::read(&house.jeton.oauth, &house.service(), &params(pairs), (SignsIn::Elsewhere, None)).await
}

/// Reads a request, keeps it in a ticket, and answers it as this person.
async fn answered(house: &House, pairs: &[(&str, &str)], by: &Authorizer) -> AuthorizationAnswer {
    let (request, _) = read(house, pairs).await.unwrap();
    let text = ticket(house, request);
    answer(house, &text, by).await.unwrap()
}

fn ticket(house: &House, request: AuthorizationRequest) -> String {
    let oauth = &house.jeton.oauth;
    Ticket::for_caller(oauth, house.service, request, Some("of the caller".into())).unwrap().seal(oauth).unwrap()
}

async fn answer(house: &House, text: &str, by: &Authorizer) -> Result<AuthorizationAnswer, Refusal> {
    let (oauth, service) = (&house.jeton.oauth, house.service());
    let ticket = Ticket::open_by_caller(oauth, house.service, text)?;
    let client = ticket.client(oauth, &service).await?;
    authorization::answer(oauth, &service, &client, &ticket.request, by, Some(&ticket)).await
}

/// Bob, whom only the caller knows; he signed in a minute ago.
async fn bob(house: &House) -> Authorizer {
    let mut bob = Authorizer::named(&house.jeton.oauth, &house.service(), "bob").await.unwrap();
    bob.authentication.at = Some(a_minute_ago(house));
    bob.authentication.class = Some("urn:acr:2".into());
    bob.details.properties = vec![Property { key: "tenant".into(), value: "blue".into(), hidden: false }];
    bob.details.vouched = Some(Box::new(Vouched {
        sub: Some("pairwise-bob".into()),
        claims: object(json!({
            "email": "bob@example.org", "nonce": "forged", "aud": "forged", "at_hash": "forged", "nickname": null,
        })),
        session: Some("s-7".into()),
        header: object(json!({ "x": 1, "alg": "none", "typ": "at+jwt" })),
        audience_as_array: true,
        ..Vouched::default()
    }));
    bob
}

fn a_minute_ago(house: &House) -> Timestamp {
    Timestamp::from_seconds(house.clock_seconds() - 60)
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}
