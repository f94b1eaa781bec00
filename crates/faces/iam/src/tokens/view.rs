//! A page of tokens, and a token (`docs/contracts/indigo-iam.md` section 3.4).

use jeton_core::model::{Client, User};
use jeton_core::store::Listing;
use jeton_core::tokens::ListedToken;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value;

use super::ListPath;
use super::range::Range;
use crate::members::Members;

/// The envelope.
pub(super) struct Page {
    total: u64,
    start: u32,
    key: &'static str,
    tokens: Vec<Members>,
}

impl Serialize for Page {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(4))?;
        map.serialize_entry("totalResults", &self.total)?;
        map.serialize_entry("itemsPerPage", &self.tokens.len())?;
        map.serialize_entry("startIndex", &self.start)?;
        map.serialize_entry(self.key, &self.tokens)?;
        map.end()
    }
}

pub(super) fn page(place: ListPath, base: &str, range: &Range, listing: &Listing<ListedToken>) -> Page {
    let shown = |listed| {
        let token = token(place, base, listed);
        match &range.attributes {
            Some(names) => token.only(names),
            None => token,
        }
    };
    let tokens = listing.items.iter().map(shown).collect();
    Page { total: listing.total, start: range.start, key: place.list_key(), tokens }
}

/// `base`: the prefix of URLs.
pub(super) fn token(place: ListPath, base: &str, listed: &ListedToken) -> Members {
    let row = &listed.token;
    let scopes: Vec<&str> = row.scope.words().collect();
    Members::default()
        .with("id", row.id.get())
        .with("value", listed.value.as_ref().map(|value| value.expose()))
        .with("scopes", scopes)
        .with("expiration", row.expires.map(|at| place.date(at)))
        .with("clientId", listed.client.as_ref().map(|client| client.client_id.as_str()))
        .with("client", listed.client.as_ref().map(|c| client(place, base, c)))
        .with("user", listed.user.as_ref().map(|u| user(place, base, u)))
        .with("refreshTokenId", listed.refresh.map(|id| id.get()))
        .with("idToken", (place.is_bare && listed.has_id_token()).then(|| id_token(place, base, row.id.get())))
        .with("active", (!listed.active).then_some(false))
}

/// An ID token is no row of its own: it has the number of the access token that it was issued with, and leads there.
fn id_token(place: ListPath, base: &str, number: u64) -> Value {
    Members::default().with("id", number).with(place.reference_key(), format!("{base}/access-tokens/{number}")).value()
}

fn client(place: ListPath, base: &str, client: &Client) -> Value {
    let metadata = &client.metadata;
    let id = client.client_id.as_str();
    let reference: Value = if place.is_bare {
        format!("{base}/iam/api/clients/{id}").into()
    } else {
        metadata.client_uri.as_deref().into()
    };
    Members::default()
        .with("id", client.key.get())
        .with("clientId", id)
        .with("clientName", metadata.client_name.as_deref())
        .with("contacts", metadata.contacts.clone())
        .with(place.reference_key(), reference)
        .value()
}

fn user(place: ListPath, base: &str, user: &User) -> Value {
    Members::default()
        .with("id", user.sub.as_str())
        .with("userName", user.username.as_str())
        .with("username", (!place.is_bare).then_some(user.username.as_str()))
        .with(place.reference_key(), format!("{base}/scim/Users/{}", user.sub))
        .value()
}
