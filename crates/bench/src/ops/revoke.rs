//! Revocation: every token once on the target. The bare server revokes nothing, so it cycles through the same tokens.

use std::rc::Rc;

use super::{Load, Setup};
use crate::{
    bare::paths,
    http::{Endpoint, Form},
    load::{Cycle, Drain},
};

pub(super) fn load(setup: &Setup, place: Endpoint) -> Load {
    Load { work: Rc::new(Drain::new(form(setup, &place), setup.doomed.clone())), place }
}

pub(super) fn bare(setup: &Setup, bare: &Endpoint) -> Load {
    let place = bare.at(paths::REVOKE);
    Load { work: Rc::new(Cycle::new(form(setup, &place), setup.doomed.clone())), place }
}

fn form(setup: &Setup, place: &Endpoint) -> Form {
    setup.client.form(place, "token=".to_owned())
}
