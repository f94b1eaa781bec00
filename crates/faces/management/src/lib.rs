//! SimpleIdServer's management API (`docs/contracts/oauth-token-endpoint.md` section 14): clients, resource owners, scopes,
//! claims; at the root and below `/api`.

mod answers;
mod claims;
mod clients;
mod manager;
mod resource_owners;
mod scopes;
mod search;

use axum::Router;
use axum::routing::{get, post, put};
use jeton_wire::oauth::other_method;
use jeton_wire::{Face, Issuer};

/// The routes of this face.
pub const FACE: Face = Face {
    name: "Management",
    about: "SimpleIdServer's management API: a caller shows a bearer token with the scope `manager`. Each path is served below\n\
            `/api`, too.",
    routes: &[ROUTES],
};

jeton_wire::routes! { Issuer, also below "/api";
    "GET POST PUT" "/clients" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "List, create and replace clients" => get(clients::list).post(clients::create).put(clients::replace);
    "POST" "/clients/.search" "json" &["start_index", "count", "order", "client_ids", "client_names"],
        "Search clients" => post(clients::search);
    "GET PUT DELETE" "/clients/{client_id}" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "Show, replace and delete a client" => get(clients::show).put(clients::replace_one).delete(clients::delete);
    "GET POST" "/resource_owners" "json" &["login", "password", "claims"],
        "List and create users" => get(resource_owners::list).post(resource_owners::create);
    "POST" "/resource_owners/.search" "json" &["start_index", "count", "order", "logins", "subjects"],
        "Search users" => post(resource_owners::search);
    "PUT" "/resource_owners/password" "json" &["login", "password", "keep_tokens"],
        "Set a user's password" => put(resource_owners::password);
    "PUT" "/resource_owners/claims" "json" &["login", "claims"],
        "Replace a user's claims" => put(resource_owners::claims);
    "GET DELETE" "/resource_owners/{login}" "" &[],
        "Show and delete a user" => get(resource_owners::show).delete(resource_owners::delete);
    "GET POST PUT" "/scopes" "json" &["name", "description", "is_exposed", "is_displayed_in_consent", "is_openid_scope", "type", "claims"],
        "List, create and replace scopes" => get(scopes::list).post(scopes::create).put(scopes::replace);
    "POST" "/scopes/.search" "json" &["start_index", "count", "order", "names", "types"],
        "Search scopes" => post(scopes::search);
    "GET PUT DELETE" "/scopes/{name}" "json" &["description", "is_exposed", "is_displayed_in_consent", "is_openid_scope", "type", "claims"],
        "Show, replace and delete a scope" => get(scopes::show).put(scopes::replace_one).delete(scopes::delete);
    "GET POST" "/claims" "json" &["code"],
        "List and create claims" => get(claims::list).post(claims::create);
    "POST" "/claims/.search" "json" &["start_index", "count", "order", "codes"],
        "Search claims" => post(claims::search);
    "GET DELETE" "/claims/{code}" "" &[],
        "Show and delete a claim" => get(claims::show).delete(claims::delete);
}

/// The router of an issuer.
pub fn router(issuer: Issuer) -> Router {
    routed(Router::new()).method_not_allowed_fallback(other_method).with_state(issuer)
}
