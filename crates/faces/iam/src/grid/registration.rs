//! `/iam/api/client-registration`, section 7.7.

use jeton_core::Dialect;
use jeton_wire::oauth::RegistrationEndpoint;

use super::words;

/// Where clients are registered by INDIGO IAM's rules.
pub(crate) const REGISTRATION: RegistrationEndpoint =
    RegistrationEndpoint { path: "/iam/api/client-registration", dialect: Dialect::Indigo, words: words::registration };
