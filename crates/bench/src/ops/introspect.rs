//! Introspection of live tokens.

use std::rc::Rc;

use super::{Load, Setup};
use crate::{bare::paths, http::Endpoint, load::Cycle};

pub(super) fn load(setup: &Setup, place: Endpoint) -> Load {
    let form = setup.client.form(&place, "token=".to_owned());
    Load { work: Rc::new(Cycle::new(form, setup.live.clone())), place }
}

pub(super) fn bare(setup: &Setup, bare: &Endpoint) -> Load {
    load(setup, bare.at(paths::INTROSPECT))
}
