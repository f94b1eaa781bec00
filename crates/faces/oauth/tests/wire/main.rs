//! The OAuth face on the wire: requests in, status, headers and bodies out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod about_client;
mod access_token_typ;
mod assertion_jwe;
mod assertion_keys;
mod assertion_messages;
mod assertion_mutated;
mod assertion_once;
mod authorize;
mod authorize_claims;
mod authorize_errors;
mod authorize_more;
mod authorize_prompt;
mod authorize_redirect;
mod capabilities;
mod certificate_auth;
mod certificate_bound;
mod client_auth;
mod client_documents;
mod code;
mod code_races;
mod code_spent;
mod confirmation;
mod confirmation_limits;
mod consent;
mod cookies;
mod cross_origin;
mod device;
mod device_page;
mod device_races;
mod discovery;
mod discovery_members;
mod elsewhere;
mod encrypted;
mod end_session;
mod exchange;
mod exchange_ended;
mod exchange_id_token;
mod exchange_refreshed;
mod exchange_rules;
mod faults;
mod front_channel;
mod groups;
mod hints;
mod id_token_alg;
mod introspect;
mod introspect_altered;
mod introspect_jwt;
mod jwt_bearer;
mod logout;
mod matrix;
mod messages;
mod names;
mod opener;
mod pages_again;
mod pages_forged;
mod par;
mod planted;
mod profiles;
mod refresh;
mod refresh_ends;
mod refresh_grace;
mod refresh_races;
mod refusal_ids;
mod registration;
mod registration_metadata;
mod registration_open;
mod registration_record;
mod request_object;
mod required_claims;
mod response_modes;
mod response_types;
mod revoke;
mod secrets_slowed;
mod sign_in;
mod sign_in_slowed;
mod token_form;
mod token_messages;
mod token_order;
mod token_properties;
mod token_success;
mod unanswered;
mod unauthenticated;
mod unauthenticated_assertions;
mod unauthenticated_total;
mod userinfo;
