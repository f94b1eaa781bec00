//! INDIGO IAM's API (`docs/contracts/indigo-iam.md`) over the ledger.
//!
//! `tokens/` is for administrators, `own/` for people's own tokens, `grid/` has INDIGO IAM's paths for endpoints that OAuth's
//! paths serve as well; `wire/` holds what handlers share. The face decides nothing: `jeton_core` decides who may do what, and
//! what a list contains.

mod approved;
mod clients;
mod date;
mod grid;
mod members;
mod own;
mod policies;
mod scim;
mod state;
mod tokens;
mod wire;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, delete, get, patch, post};
use jeton_core::tokens::TokenList;
use jeton_wire::Face;
use jeton_wire::oauth::other_method;

pub use state::{IamRules, IamState, LiveRules};
use tokens::{ListPath, PARAMETERS};

/// The routes of this face.
pub const FACE: Face = Face {
    name: "INDIGO IAM",
    about: "For clients of INDIGO IAM. Under `/iam/api/` and `/access-tokens`, `/refresh-tokens` a caller shows a bearer token with\n\
            `iam:admin.read` to read and `iam:admin.write` to change, or the session of an administrator. The last five are its\n\
            names for OAuth's endpoints.",
    routes: &[ROUTES, grid::ROUTES],
};

const PART: &[&str] = &["count", "startIndex"];

jeton_wire::routes! { IamState;
    "GET DELETE" "/iam/api/access-tokens" "query" PARAMETERS,
        "List access tokens; revoke all of them, a user's or a client's" => tokens::list(ListPath::ACCESS);
    "GET DELETE" "/iam/api/access-tokens/{id}" "" &[],
        "Show and revoke an access token" => tokens::one(ListPath::ACCESS);
    "GET DELETE" "/iam/api/refresh-tokens" "query" PARAMETERS,
        "List refresh tokens; revoke all of them, a user's or a client's" => tokens::list(ListPath::REFRESH);
    "GET DELETE" "/iam/api/refresh-tokens/{id}" "" &[],
        "Show and revoke a refresh token" => tokens::one(ListPath::REFRESH);
    "GET DELETE" "/access-tokens" "query" PARAMETERS,
        "List access tokens, at the path documented first" => tokens::list(ListPath::BARE_ACCESS);
    "GET DELETE" "/access-tokens/{id}" "" &[],
        "Show and revoke an access token, at the path documented first" => tokens::one(ListPath::BARE_ACCESS);
    "GET DELETE" "/refresh-tokens" "query" PARAMETERS,
        "List refresh tokens, at the path documented first" => tokens::list(ListPath::BARE_REFRESH);
    "GET DELETE" "/refresh-tokens/{id}" "" &[],
        "Show and revoke a refresh token, at the path documented first" => tokens::one(ListPath::BARE_REFRESH);

    "GET" "/api/tokens/access" "" &[],
        "List the caller's own access tokens" => own::list(TokenList::ACCESS);
    "GET DELETE" "/api/tokens/access/{id}" "" &[],
        "Show and revoke the caller's own access token" => own::one(TokenList::ACCESS);
    "GET" "/api/tokens/refresh" "" &[],
        "List the caller's own refresh tokens" => own::list(TokenList::REFRESH);
    "GET DELETE" "/api/tokens/refresh/{id}" "" &[],
        "Show and revoke the caller's own refresh token" => own::one(TokenList::REFRESH);
    "GET" "/iam/api/tokens/access" "" &[],
        "List the caller's own access tokens, at the newer path" => own::list(TokenList::ACCESS);
    "GET DELETE" "/iam/api/tokens/access/{id}" "" &[],
        "Show and revoke the caller's own access token, at the newer path" => own::one(TokenList::ACCESS);
    "GET" "/iam/api/tokens/refresh" "" &[],
        "List the caller's own refresh tokens, at the newer path" => own::list(TokenList::REFRESH);
    "GET DELETE" "/iam/api/tokens/refresh/{id}" "" &[],
        "Show and revoke the caller's own refresh token, at the newer path" => own::one(TokenList::REFRESH);
    "GET" "/api/tokens/client/{client_id}" "" &[],
        "A client's access tokens, for administrators" => get(own::of_client);
    "GET PUT" "/api/tokens/registration/{client_id}" "" &[],
        "Show and renew a client's registration token, for administrators" => get(own::registration).put(own::renew_registration);

    "GET" "/iam/api/clients" "query" PART,
        "List clients" => get(clients::list);
    "GET" "/iam/api/clients/{client_id}" "" &[],
        "Show a client" => get(clients::show);
    "PATCH" "/iam/api/clients/{client_id}/revoke-access-tokens" "" &[],
        "Revoke all access tokens of a client" => clients::revoke(TokenList::ACCESS);
    "PATCH" "/iam/api/clients/{client_id}/revoke-refresh-tokens" "" &[],
        "Revoke all refresh tokens of a client and the tokens made from them" => clients::revoke(TokenList::REFRESH);
    "PATCH" "/iam/api/clients/{client_id}/reset-client" "" &[],
        "Revoke all tokens of a client and give it a new secret" => patch(clients::reset);
    "PATCH" "/iam/api/clients/{client_id}/enable" "" &[],
        "Enable a client" => clients::enable(true);
    "PATCH" "/iam/api/clients/{client_id}/disable" "" &[],
        "Disable a client" => clients::enable(false);
    "POST" "/iam/api/clients/{client_id}/secret" "" &[],
        "Give a client a new secret" => post(clients::secret);
    "POST" "/iam/api/clients/{client_id}/rat" "" &[],
        "Give a client a new registration access token" => post(clients::registration_token);

    "GET POST" "/iam/scope_policies" "json" &[],
        "List and create scope policies" => get(policies::list).post(policies::add);
    "GET PUT DELETE" "/iam/scope_policies/{id}" "json" &[],
        "Show, replace and delete a scope policy" => get(policies::show).put(policies::replace).delete(policies::delete);
    "GET POST" "/iam/api/exchange/policies" "json" &[],
        "List and create policies of token exchange" => get(policies::list_exchange).post(policies::add_exchange);
    "DELETE" "/iam/api/exchange/policies/{id}" "" &[],
        "Delete a policy of token exchange" => delete(policies::delete_exchange);

    "GET" "/iam/api/approved" "" &[],
        "List the caller's consents" => get(approved::list);
    "DELETE" "/api/approved/{id}" "" &[],
        "Withdraw a consent" => delete(approved::withdraw);
    "GET" "/scim/Users" "query" PART,
        "List people" => get(scim::list);
    "GET" "/scim/Users/{id}" "" &[],
        "Show a person" => get(scim::show);
    "GET" "/scim/Me" "" &[],
        "Show the caller" => get(scim::me);

}

/// The router of an issuer.
pub fn router(state: IamState) -> Router {
    let failures = from_fn_with_state(state.clone(), wire::say);
    let mut own = Router::new();
    for unknown in ["/iam", "/iam/{*rest}", "/scim", "/scim/{*rest}"] {
        own = own.route(unknown, any(wire::unknown));
    }
    let own = routed(own).method_not_allowed_fallback(wire::other_method);
    let own = own.layer(failures);
    grid::routed(own).method_not_allowed_fallback(other_method).with_state(state)
}
