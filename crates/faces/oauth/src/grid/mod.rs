//! INDIGO IAM's names for what this face serves (`docs/contracts/indigo-iam.md` section 7): the same verbs under the
//! paths and in the words that grid clients know.

mod devicecode;
mod jwk;
pub(crate) mod registration;
mod revoke;
mod words;

pub(crate) use devicecode::devicecode;
pub(crate) use jwk::jwk;
pub(crate) use revoke::revoke;
