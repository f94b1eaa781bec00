//! The operations that can be measured: one file each, saying what is sent to the target and what to the bare server.

mod backend;
mod introspect;
mod issue;
mod list;
mod refresh;
mod revoke;

use std::rc::Rc;

pub(crate) use self::{backend::Backend, issue::tokens as issue_tokens, refresh::pool as refresh_pool};
use crate::{
    args::Op,
    bare::paths,
    client::Client,
    endpoints::Endpoints,
    http::Endpoint,
    load::{Rotate, Workload},
};

impl Op {
    /// What this operation sends to the target; `None` where something it needs is not there.
    pub(crate) fn on_target(self, setup: &Setup) -> Option<Load> {
        match self {
            Self::Issue => Some(issue::load(setup, setup.endpoints.token.clone())),
            Self::Introspect => Some(introspect::load(setup, setup.endpoints.introspect.clone()?)),
            Self::Revoke => Some(revoke::load(setup, setup.endpoints.revoke.clone()?)),
            Self::Refresh => Some(refresh::load(setup, setup.rotation.clone()?)),
            Self::List => Some(list::load(setup, setup.endpoints.list.clone()?)),
            Self::BackendCreate => Some(setup.backend.as_ref()?.create()),
            Self::BackendIntrospect => Some(setup.backend.as_ref()?.introspect()),
        }
    }

    /// What it sends to a bare server: requests of the same form and size.
    pub(crate) fn on_bare(self, setup: &Setup, bare: &Endpoint) -> Option<Load> {
        Some(match self {
            Self::Issue => issue::bare(setup, bare),
            Self::Introspect => introspect::bare(setup, bare),
            Self::Revoke => revoke::bare(setup, bare),
            Self::Refresh => refresh::bare(setup, bare),
            Self::List => list::bare(setup, bare),
            Self::BackendCreate => setup.backend.as_ref()?.at(bare.at(paths::BACKEND_CREATE)).create(),
            Self::BackendIntrospect => setup.backend.as_ref()?.at(bare.at(paths::BACKEND_INTROSPECT)).introspect(),
        })
    }
}

/// Requests and where they go.
pub(crate) struct Load {
    pub(crate) place: Endpoint,
    pub(crate) work: Rc<dyn Workload>,
}

/// What the operations of a whole measurement have in common.
pub(crate) struct Setup {
    pub(crate) client: Client,
    pub(crate) endpoints: Endpoints,
    pub(crate) scope: Option<String>,
    /// `Authorization` of the listing.
    pub(crate) list_authorization: Option<String>,
    /// Connections of a run.
    pub(crate) conns: usize,
    /// Live tokens for introspection, form-encoded.
    pub(crate) live: Rc<[String]>,
    /// Tokens for the next round of revocation, form-encoded.
    pub(crate) doomed: Rc<[String]>,
    /// The refresh tokens, which go on from round to round.
    pub(crate) rotation: Option<Rc<Rotate>>,
    /// Authlete's API.
    pub(crate) backend: Option<Backend>,
}
