//! Issuance: the `client_credentials` grant.

use std::{rc::Rc, time::Duration};

use anyhow::{Context as _, bail};

use super::{Load, Setup};
use crate::{
    bare::paths,
    http::Endpoint,
    load::{Collect, Fixed, drive, encoded},
};

/// How long issuing tokens for another operation may take.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) fn load(setup: &Setup, place: Endpoint) -> Load {
    Load { work: Rc::new(Fixed(request(setup, &place))), place }
}

pub(super) fn bare(setup: &Setup, bare: &Endpoint) -> Load {
    load(setup, bare.at(paths::TOKEN))
}

/// Issues `count` tokens for another operation, or as many as `time` gives. Form-encoded.
pub(crate) async fn tokens(setup: &Setup, count: usize, time: Option<Duration>) -> anyhow::Result<Rc<[String]>> {
    let place = &setup.endpoints.token;
    let work = Collect::new(request(setup, place), "access_token", count);
    collected(place, work, setup.conns.min(count), time).await
}

/// The tokens in the answers to the same request, form-encoded.
pub(super) async fn collected(
    place: &Endpoint,
    work: Collect,
    conns: usize,
    time: Option<Duration>,
) -> anyhow::Result<Rc<[String]>> {
    let work = Rc::new(work);
    let tally = drive(place, conns, time.unwrap_or(PATIENCE), work.clone())
        .await
        .with_context(|| format!("cannot reach {}", place.origin()))?;
    let tokens = work.take();
    if let Some(error) = tally.first_error {
        bail!("issuing tokens: {error}");
    }
    if tokens.is_empty() {
        bail!("issuing tokens: no answer has one");
    }
    Ok(tokens.into())
}

fn request(setup: &Setup, place: &Endpoint) -> Vec<u8> {
    let scope = setup.scope.as_deref().map(|s| format!("&scope={}", encoded(s))).unwrap_or_default();
    setup.client.form(place, format!("grant_type=client_credentials{scope}")).with("")
}
