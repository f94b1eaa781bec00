//! The UMA 2.0 face (`docs/contracts/oauth-token-endpoint.md` section 12): the protection API, its discovery document, and the
//! page on which owners decide about requests. `/token` serves the grant.
//!
//! Each handler of the protection API authenticates the caller by a bearer token, reads JSON in either spelling, calls one
//! function of the core, and writes the answer.

mod body;
mod discovery;
mod owner;
mod page;
mod permissions;
mod policies;
mod request;
mod resources;
mod state;

use axum::Router;
use axum::routing::{delete, get, post};
use jeton_wire::oauth::other_method;
use jeton_wire::pages::{self, SignInFirst};
use jeton_wire::{Face, Issuer};

use state::UmaState;

/// The routes of this face.
pub const FACE: Face = Face {
    name: "UMA",
    about: "The protection API takes a bearer token with `uma_protection`, the owner's page a person's session. The grant is at\n\
            `/token`.",
    routes: &[ROUTES],
};

jeton_wire::routes! { UmaState;
    "GET POST" "/uma/requests" "form" &["ticket", "decision"],
        "The page on which an owner answers requests for their resources" => get(owner::show).post(owner::answer).fallback(pages::other_method);
    "GET" "/.well-known/uma2-configuration" "" &[],
        "Discovery (UMA 2.0)" => get(discovery::discovery);
    "GET POST PUT" "/rs/resource_set" "json" &["_id", "name", "resource_scopes", "scopes", "type", "uri", "icon_uri", "description"],
        "Protected resources (UMA Federated Authorization 3)" => get(resources::list).post(resources::create).put(resources::put);
    "GET PUT DELETE" "/rs/resource_set/{id}" "json" &["name", "resource_scopes", "scopes", "type", "uri", "icon_uri", "description"],
        "One protected resource" => get(resources::read).put(resources::update).delete(resources::delete);
    "POST" "/rs/resource_set/.search" "json" &["ids", "names", "types", "start_index", "count"],
        "Search protected resources" => post(resources::search);
    "POST" "/perm" "json" &["resource_id", "resource_set_id", "resource_scopes", "scopes"],
        "Get a permission ticket (UMA Federated Authorization 4)" => post(permissions::ask);
    "POST" "/perm/bulk" "json" &["resource_id", "resource_set_id", "resource_scopes", "scopes"],
        "The same, under SimpleIdServer's path for several permissions" => post(permissions::ask);
    "GET POST PUT" "/policies" "json" &["id", "resource_set_ids", "rules"],
        "Policies on protected resources" => get(policies::list).post(policies::create).put(policies::put);
    "GET PUT DELETE" "/policies/{id}" "json" &["rules"],
        "One policy" => get(policies::read).put(policies::update).delete(policies::delete);
    "POST" "/policies/.search" "json" &["ids", "resource_ids", "start_index", "count"],
        "Search policies" => post(policies::search);
    "POST" "/policies/{id}/resources" "json" &["resources"],
        "Add resources to a policy" => post(policies::add);
    "DELETE" "/policies/{id}/resources/{rid}" "" &[],
        "Remove a resource from a policy" => delete(policies::remove);
}

/// The router of an issuer. `sign_in_first`: the sign-in page for people who are not signed in, from the face that has it.
pub fn router(issuer: Issuer, sign_in_first: SignInFirst) -> Router {
    routed(Router::new()).method_not_allowed_fallback(other_method).with_state(UmaState { issuer, sign_in_first })
}
