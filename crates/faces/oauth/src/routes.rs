//! Every route of the face, once: the router, the OpenAPI document and the tests derive from this list.

use axum::Router;
use axum::routing::{delete, get, post, put};
use jeton_core::grants;
use jeton_wire::RouteDoc;

use crate::machine::registration;
use crate::management::{claims, clients, resource_owners, scopes};
use crate::state::OauthState;
use crate::{browser, grid, machine, uma};

/// What a route reads, for documents: at the token endpoint also what only some grants read.
#[must_use]
pub fn parameters_of(route: &RouteDoc) -> Vec<&'static str> {
    let of_grants = (route.path == "/token").then(grants::parameters);
    route.parameters.iter().copied().chain(of_grants.into_iter().flatten()).collect()
}

jeton_wire::routes! { OauthState;
    "POST" "/token" "form" &["grant_type", "client_id", "client_secret", "scope", "resource", "aud", "audience", "expires_in"],
        "Get tokens (RFC 6749)" => post(machine::token).options(machine::preflight);
    "POST" "/device_authorization" "form" &["scope", "resource", "client_id", "client_secret"],
        "Get codes for a device (RFC 8628)" => post(machine::device_authorization).options(machine::preflight);
    "POST" "/devicecode" "form" &["client_id", "client_secret", "scope", "resource", "aud", "audience"],
        "Get codes for a device, as INDIGO IAM names it" => post(grid::devicecode).options(machine::preflight);
    "GET POST" "/device" "query" &["user_code", "ticket", "decision"],
        "Where a person answers for a device (RFC 8628 section 3.3)" => get(browser::device_get).post(browser::device_post);
    "POST" "/par" "form" &["client_id", "client_secret", "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "request"],
        "Push an authorization request (RFC 9126)" => post(machine::par).options(machine::preflight);
    "POST" "/token/revoke" "form" &["token", "token_type_hint", "client_id", "client_secret"],
        "End a token (RFC 7009)" => post(machine::revoke).options(machine::preflight);
    "POST" "/revoke" "form" &["token", "token_type_hint", "client_id", "client_secret"],
        "End a token, as INDIGO IAM names it" => post(grid::revoke).options(machine::preflight);
    "POST" "/introspect" "form" &["token", "token_type_hint", "client_address", "client_id", "client_secret"],
        "Ask what a token is worth (RFC 7662)" => post(machine::introspect).options(machine::preflight);
    "POST" "/code" "json" &["phone_number"],
        "Send a confirmation code" => post(machine::code);
    "GET POST" "/userinfo" "" &[],
        "Claims about the person (OIDC Core 5.3)" => get(machine::userinfo).post(machine::userinfo).options(machine::preflight);
    "POST" "/registration" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "application_type", "jwks", "jwks_uri"],
        "Register a client (RFC 7591)" => post(registration::register).options(machine::preflight);
    "POST" "/register" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "application_type", "jwks", "jwks_uri"],
        "The same under the name that some software expects" => post(registration::register).options(machine::preflight);
    "GET PUT DELETE" "/registration/{client_id}" "json" &["client_id", "client_secret", "redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope"],
        "Look after a registered client (RFC 7592)" => get(registration::show).put(registration::update).delete(registration::delete).options(machine::preflight);
    "POST" "/iam/api/client-registration" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "contacts", "jwks", "jwks_uri"],
        "Register a client, by INDIGO IAM's rules" => post(grid::registration::register).options(machine::preflight);
    "GET PUT DELETE" "/iam/api/client-registration/{client_id}" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "contacts"],
        "Look after a client registered there" => get(grid::registration::show).put(grid::registration::update).delete(grid::registration::delete).options(machine::preflight);
    "GET" "/jwks" "" &[],
        "Public keys (RFC 7517)" => get(machine::jwks).options(machine::preflight);
    "GET" "/jwk" "" &[],
        "Public keys, as INDIGO IAM names them" => get(grid::jwk).options(machine::preflight);
    "GET" "/.well-known/openid-configuration" "" &[],
        "Discovery (OIDC Discovery 1.0)" => get(machine::discovery).options(machine::preflight);
    "GET" "/.well-known/oauth-authorization-server" "" &[],
        "Discovery (RFC 8414)" => get(machine::discovery).options(machine::preflight);
    "GET POST" "/authorization" "query" &["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "max_age", "login_hint", "code_challenge", "code_challenge_method", "response_mode", "claims", "acr_values", "id_token_hint", "resource", "request", "request_uri"],
        "Ask a person (RFC 6749 section 4.1.1)" => get(browser::authorize_get).post(browser::authorize_post);
    "GET POST" "/authorize" "query" &["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "max_age", "login_hint", "code_challenge", "code_challenge_method", "response_mode", "claims", "acr_values", "id_token_hint", "resource", "request", "request_uri"],
        "The same under the name most software expects" => get(browser::authorize_get).post(browser::authorize_post);
    "POST" "/authorization/sign-in" "form" &["ticket", "username", "password"],
        "Answer of the sign-in page" => post(browser::sign_in);
    "POST" "/authorization/consent" "form" &["ticket", "decision"],
        "Answer of the consent page" => post(browser::consent);
    "POST" "/sign-in" "form" &["ticket", "username", "password"],
        "Answer of the sign-in page before a page of Jeton's own" => post(browser::sign_in_and_back);
    "GET" "/check_session" "" &[],
        "An iframe that notices a changed session (OIDC Session Management)" => get(browser::check_session);
    "GET POST" "/end_session" "query" &["id_token_hint", "client_id", "post_logout_redirect_uri", "state"],
        "Sign out (OIDC RP-Initiated Logout)" => get(browser::end_session_get).post(browser::end_session_post);
    "POST" "/end_session/confirm" "form" &["ticket", "decision"],
        "Answer of the sign-out page" => post(browser::end_session_confirm);
    "GET POST PUT" "/clients" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "List, make and replace clients" => get(clients::list).post(clients::create).put(clients::replace);
    "POST" "/clients/.search" "json" &["start_index", "count", "order", "client_ids", "client_names"],
        "Look for clients" => post(clients::search);
    "GET PUT DELETE" "/clients/{client_id}" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "Show, replace and delete a client" => get(clients::show).put(clients::replace_one).delete(clients::delete);
    "GET POST" "/resource_owners" "json" &["login", "password", "claims"],
        "List and make people" => get(resource_owners::list).post(resource_owners::create);
    "POST" "/resource_owners/.search" "json" &["start_index", "count", "order", "logins", "subjects"],
        "Look for people" => post(resource_owners::search);
    "PUT" "/resource_owners/password" "json" &["login", "password", "keep_tokens"],
        "Give a person another password" => put(resource_owners::password);
    "PUT" "/resource_owners/claims" "json" &["login", "claims"],
        "Replace a person's claims" => put(resource_owners::claims);
    "GET DELETE" "/resource_owners/{login}" "" &[],
        "Show and delete a person" => get(resource_owners::show).delete(resource_owners::delete);
    "GET POST PUT" "/scopes" "json" &["name", "description", "is_exposed", "is_displayed_in_consent", "is_openid_scope", "type", "claims"],
        "List, make and replace scopes" => get(scopes::list).post(scopes::create).put(scopes::replace);
    "POST" "/scopes/.search" "json" &["start_index", "count", "order", "names", "types"],
        "Look for scopes" => post(scopes::search);
    "GET PUT DELETE" "/scopes/{name}" "json" &["description", "is_exposed", "is_displayed_in_consent", "is_openid_scope", "type", "claims"],
        "Show, replace and delete a scope" => get(scopes::show).put(scopes::replace_one).delete(scopes::delete);
    "GET POST" "/claims" "json" &["code"],
        "List and make claims" => get(claims::list).post(claims::create);
    "POST" "/claims/.search" "json" &["start_index", "count", "order", "codes"],
        "Look for claims" => post(claims::search);
    "GET DELETE" "/claims/{code}" "" &[],
        "Show and delete a claim" => get(claims::show).delete(claims::delete);
    "GET POST PUT" "/api/clients" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "List, make and replace clients (below `/api`)" => get(clients::list).post(clients::create).put(clients::replace);
    "POST" "/api/clients/.search" "json" &["start_index", "count", "order", "client_ids", "client_names"],
        "Look for clients (below `/api`)" => post(clients::search);
    "GET PUT DELETE" "/api/clients/{client_id}" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "Show, replace and delete a client (below `/api`)" => get(clients::show).put(clients::replace_one).delete(clients::delete);
    "GET POST" "/api/resource_owners" "json" &["login", "password", "claims"],
        "List and make people (below `/api`)" => get(resource_owners::list).post(resource_owners::create);
    "POST" "/api/resource_owners/.search" "json" &["start_index", "count", "order", "logins", "subjects"],
        "Look for people (below `/api`)" => post(resource_owners::search);
    "PUT" "/api/resource_owners/password" "json" &["login", "password", "keep_tokens"],
        "Give a person another password (below `/api`)" => put(resource_owners::password);
    "PUT" "/api/resource_owners/claims" "json" &["login", "claims"],
        "Replace a person's claims (below `/api`)" => put(resource_owners::claims);
    "GET DELETE" "/api/resource_owners/{login}" "" &[],
        "Show and delete a person (below `/api`)" => get(resource_owners::show).delete(resource_owners::delete);
    "GET POST PUT" "/api/scopes" "json" &["name", "description", "is_exposed", "is_displayed_in_consent", "is_openid_scope", "type", "claims"],
        "List, make and replace scopes (below `/api`)" => get(scopes::list).post(scopes::create).put(scopes::replace);
    "POST" "/api/scopes/.search" "json" &["start_index", "count", "order", "names", "types"],
        "Look for scopes (below `/api`)" => post(scopes::search);
    "GET PUT DELETE" "/api/scopes/{name}" "json" &["description", "is_exposed", "is_displayed_in_consent", "is_openid_scope", "type", "claims"],
        "Show, replace and delete a scope (below `/api`)" => get(scopes::show).put(scopes::replace_one).delete(scopes::delete);
    "GET POST" "/api/claims" "json" &["code"],
        "List and make claims (below `/api`)" => get(claims::list).post(claims::create);
    "POST" "/api/claims/.search" "json" &["start_index", "count", "order", "codes"],
        "Look for claims (below `/api`)" => post(claims::search);
    "GET DELETE" "/api/claims/{code}" "" &[],
        "Show and delete a claim (below `/api`)" => get(claims::show).delete(claims::delete);
    "GET POST" "/uma/requests" "form" &["ticket", "decision"],
        "See who asks for one's resources, and answer" => get(browser::owner_get).post(browser::owner_post);
    "GET" "/.well-known/uma2-configuration" "" &[],
        "Discovery (UMA 2.0)" => get(uma::discovery).options(machine::preflight);
    "GET POST PUT" "/rs/resource_set" "json" &["_id", "name", "resource_scopes", "scopes", "type", "uri", "icon_uri", "description"],
        "Protected resources (UMA Federated Authorization 3)" => get(uma::list_resources).post(uma::create_resource).put(uma::put_resource).options(machine::preflight);
    "GET PUT DELETE" "/rs/resource_set/{id}" "json" &["name", "resource_scopes", "scopes", "type", "uri", "icon_uri", "description"],
        "One protected resource" => get(uma::read_resource).put(uma::update_resource).delete(uma::delete_resource).options(machine::preflight);
    "POST" "/rs/resource_set/.search" "json" &["ids", "names", "types", "start_index", "count"],
        "Look for protected resources" => post(uma::search_resources).options(machine::preflight);
    "POST" "/perm" "json" &["resource_id", "resource_set_id", "resource_scopes", "scopes"],
        "Get a permission ticket (UMA Federated Authorization 4)" => post(uma::ask_permission).options(machine::preflight);
    "POST" "/perm/bulk" "json" &["resource_id", "resource_set_id", "resource_scopes", "scopes"],
        "The same under the classic name for several permissions" => post(uma::ask_permission).options(machine::preflight);
    "GET POST PUT" "/policies" "json" &["id", "resource_set_ids", "rules"],
        "Policies on protected resources" => get(uma::list_policies).post(uma::create_policy).put(uma::put_policy).options(machine::preflight);
    "GET PUT DELETE" "/policies/{id}" "json" &["rules"],
        "One policy" => get(uma::read_policy).put(uma::update_policy).delete(uma::delete_policy).options(machine::preflight);
    "POST" "/policies/.search" "json" &["ids", "resource_ids", "start_index", "count"],
        "Look for policies" => post(uma::search_policies).options(machine::preflight);
    "POST" "/policies/{id}/resources" "json" &["resources"],
        "Put resources under a policy" => post(uma::add_to_policy).options(machine::preflight);
    "DELETE" "/policies/{id}/resources/{rid}" "" &[],
        "Take a resource out of a policy" => delete(uma::remove_from_policy).options(machine::preflight);
}

/// The router of an issuer.
pub fn router(state: OauthState) -> Router {
    routed(Router::new()).with_state(state)
}
