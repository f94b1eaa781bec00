//! INDIGO IAM's paths for endpoints that OAuth's own paths serve as well (`docs/contracts/indigo-iam.md` section 7): the same
//! operations, with the paths and error texts that grid clients know.

mod devicecode;
mod jwk;
mod registration;
mod revoke;
mod words;

use axum::routing::{get, post};

use crate::state::IamState;
use registration::REGISTRATION;

jeton_wire::routes! { IamState;
    "POST" "/devicecode" "form" &["client_id", "client_secret", "scope", "resource", "aud", "audience"],
        "Get codes for a device, as INDIGO IAM names it" => post(devicecode::devicecode);
    "POST" "/revoke" "form" &["token", "token_type_hint", "client_id", "client_secret"],
        "End a token, as INDIGO IAM names it" => post(revoke::revoke);
    "POST" "/iam/api/client-registration" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "contacts", "jwks", "jwks_uri"],
        "Register a client, by INDIGO IAM's rules" => REGISTRATION.register();
    "GET PUT DELETE" "/iam/api/client-registration/{client_id}" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "contacts"],
        "Look after a client registered there" => REGISTRATION.look_after();
    "GET" "/jwk" "" &[],
        "Public keys, as INDIGO IAM names them" => get(jwk::jwk);
}
