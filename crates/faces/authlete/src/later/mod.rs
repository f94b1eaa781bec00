//! Operations of the contract that are not served yet: each says so in the form of its answers, so that a caller sees what is
//! missing (`docs/contracts/authlete.md`, the rows of priority 3). They need the same credential and right as they will have.

mod answer;

use answer::later;

use crate::answer::{Code, Operation};
use crate::state::AuthleteState;
use jeton_core::backend::access::Right;

/// The members of a route: methods and path, the `action` of its answer that means "cannot be done" (empty: it has none), what it is.
macro_rules! not_served {
    ($($methods:literal $path:literal $action:literal $right:expr, $summary:literal;)*) => {
        jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
            $($methods $path "json" &[], $summary => {
                const OPERATION: Operation = Operation::answering($path, $right, "", Code("A001217"));
                later($methods, &OPERATION, $action)
            };)*
        }
    };
}

/// What calls of an authorization server need.
const RUNTIME: Option<Right> = Some(Right::UseService);
/// What changes of a service's keys need.
const CHANGES: Option<Right> = Some(Right::ModifyService);
/// Called by browsers and clients: no credential of the backend.
const OPEN: Option<Right> = None;

not_served! {
    "POST" "/backchannel/authentication" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: CIBA, answers a request";
    "POST" "/backchannel/authentication/issue" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: CIBA, issues `auth_req_id`";
    "POST" "/backchannel/authentication/fail" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: CIBA, turns a reason into an error";
    "POST" "/backchannel/authentication/complete" "SERVER_ERROR" RUNTIME, "Not served yet: CIBA, how a person decided";
    "POST" "/backchannel/logout/token" "SERVER_ERROR" RUNTIME, "Not served yet: makes a logout token";
    "POST" "/attestation/challenge" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: a challenge for client attestation";
    "POST" "/gm" "AUTHLETE_ERROR" RUNTIME, "Not served yet: grant management";
    "POST" "/nativesso" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: Native SSO";
    "POST" "/nativesso/logout" "SERVER_ERROR" RUNTIME, "Not served yet: Native SSO, ends a session";
    "POST" "/federation/configuration" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: OpenID Federation, the entity configuration";
    "POST" "/federation/registration" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: OpenID Federation, explicit registration";
    "POST" "/vci/metadata" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: metadata of a credential issuer";
    "POST" "/vci/jwtissuer" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: JWT issuer metadata";
    "POST" "/vci/jwks" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: keys of a credential issuer";
    "POST" "/vci/nonce" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: a nonce for a credential request";
    "POST" "/vci/offer/create" "AUTHLETE_ERROR" RUNTIME, "Not served yet: makes a credential offer";
    "POST" "/vci/offer/info" "AUTHLETE_ERROR" RUNTIME, "Not served yet: reads a credential offer";
    "POST" "/vci/single/parse" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: reads a credential request";
    "POST" "/vci/single/issue" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: issues a credential";
    "POST" "/vci/batch/parse" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: reads a request for several credentials";
    "POST" "/vci/batch/issue" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: issues several credentials";
    "POST" "/vci/deferred/parse" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: reads a deferred credential request";
    "POST" "/vci/deferred/issue" "INTERNAL_SERVER_ERROR" RUNTIME, "Not served yet: issues a deferred credential";
    "POST" "/hsk/create" "SERVER_ERROR" CHANGES, "Not served yet: makes a key in an HSM";
    "GET DELETE" "/hsk/delete/{handle}" "SERVER_ERROR" CHANGES, "Not served yet: deletes a key of an HSM";
    "GET" "/hsk/get/{handle}" "SERVER_ERROR" RUNTIME, "Not served yet: a key of an HSM";
    "GET" "/hsk/get/list" "SERVER_ERROR" RUNTIME, "Not served yet: lists the keys of an HSM";
    "GET POST" "/auth/authorization/direct/{key}" "" OPEN, "Not served yet: the backend itself as authorization endpoint";
    "POST" "/auth/token/direct/{key}" "" OPEN, "Not served yet: the backend itself as token endpoint";
    "POST" "/auth/revocation/direct/{key}" "" OPEN, "Not served yet: the backend itself as revocation endpoint";
    "GET POST" "/auth/userinfo/direct/{key}" "" OPEN, "Not served yet: the backend itself as user info endpoint";
    "GET" "/service/jwks/get/direct/{key}" "" OPEN, "Not served yet: the keys of a service, for everybody";
}
