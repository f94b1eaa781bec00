//! Listing: one GET again and again.

use std::rc::Rc;

use super::{Load, Setup};
use crate::{
    bare::paths,
    http::{Place, get},
    load::Fixed,
};

pub(super) fn load(setup: &Setup, place: Place) -> Load {
    let request = get(&place, setup.list_authorization.as_deref());
    Load { work: Rc::new(Fixed(request)), place }
}

pub(super) fn bare(setup: &Setup, bare: &Place) -> Load {
    load(setup, bare.at(paths::LIST))
}
