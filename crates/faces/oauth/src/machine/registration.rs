//! `/registration`: RFC 7591 and RFC 7592.

use jeton_core::Dialect;
use jeton_wire::oauth::{RegistrationEndpoint, USUAL};

/// Where clients are registered by the rules of the RFCs.
pub(crate) const REGISTRATION: RegistrationEndpoint =
    RegistrationEndpoint { path: "/registration", dialect: Dialect::Standard, words: USUAL };
