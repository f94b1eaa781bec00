//! Listing: one GET again and again.

use std::rc::Rc;

use super::{Load, Setup};
use crate::{
    bare::paths,
    http::{Endpoint, get},
    load::Fixed,
};

pub(super) fn load(setup: &Setup, place: Endpoint) -> Load {
    let request = get(&place, setup.list_authorization.as_deref());
    Load { work: Rc::new(Fixed(request)), place }
}

pub(super) fn bare(setup: &Setup, bare: &Endpoint) -> Load {
    load(setup, bare.at(paths::LIST))
}
