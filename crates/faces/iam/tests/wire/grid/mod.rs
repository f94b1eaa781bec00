//! What grid clients call: INDIGO IAM's paths and habits (`docs/contracts/indigo-iam.md` section 7).

mod addresses;
mod audience;
mod devicecode;
mod exchange;
mod forms;
mod introspect;
mod jwk;
mod owners;
mod registration;
mod registration_record;
mod revoke;
