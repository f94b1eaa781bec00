//! What grid clients call: INDIGO IAM's paths and habits (`contracts/indigo-iam.md` section 7).

mod audience;
mod devicecode;
mod forms;
mod jwk;
mod registration;
mod registration_record;
mod revoke;
