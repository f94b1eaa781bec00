//! ProdManager's endpoints on the wire: every row of `docs/contracts/prodmanager.md` sections 2 to 6, byte for byte.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod bearer;
mod bodies;
mod dates;
mod errors;
mod fields;
mod headers;
mod ledger;
mod negotiation;
mod rate;
mod shared_secret;
mod support;
mod token;
mod whoami;
