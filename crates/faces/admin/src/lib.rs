//! Jeton's own face: `/admin/v1` for programs, `/console` for people, `/health` for monitoring.
//!
//! A face speaks its wire form and decides nothing: each handler reads the request, calls one function of the core, and writes
//! the answer. Every route is listed here once. `wire/` holds what handlers share: the caller, bodies, answers, errors; there is
//! one file per resource.

mod account;
mod clients;
mod console;
mod events;
mod health;
mod keys;
mod leaked;
mod refusals;
mod revocations;
mod robots;
mod services;
mod state;
mod tokens;
mod users;
mod wire;

use axum::Router;
use axum::middleware::map_response_with_state;
use axum::routing::{any, delete, get, patch, post, put};
use jeton_wire::Face;

use account::create;
pub use state::{AdminState, LocalOwner};
use tokens::{amend, filter, import, mint, rotate};

/// The routes of this face.
pub const FACE: Face = Face {
    name: "Administration",
    about: "Under `/admin/` a caller shows `Authorization: Bearer` with a token of the scope `jeton:admin`, or comes over the\n\
            administrators' socket, whose owner needs none. `?service=NUMBER` names another issuer than the default one. The\n\
            console is for people with the role `admin`; it works without JavaScript.",
    routes: &[ROUTES],
};

const PAGE: &[&str] = &["service", "after", "limit"];
const SERVICE: &[&str] = &["service"];

jeton_wire::routes! { AdminState;
    "GET" "/health/live" "" &[],
        "The process runs" => get(health::live);
    "GET" "/health/ready" "" &[],
        "Requests are served and the store answers" => get(health::ready);
    "GET" "/health" "" &[],
        "The same, as INDIGO IAM answers it" => get(health::up);

    "POST" "/admin/v1/tokens" "json" mint::MEMBERS,
        "Mint a token" => post(tokens::mint);
    "GET" "/admin/v1/tokens" "query" filter::PARAMETERS,
        "List tokens" => get(tokens::list);
    "POST" "/admin/v1/tokens/inspect" "json" &["token"],
        "Show a token by its text" => post(tokens::inspect);
    "POST" "/admin/v1/tokens/revoke" "json" &["token"],
        "End a token by its text" => post(tokens::revoke_presented);
    "GET" "/admin/v1/tokens/{id}" "query" SERVICE,
        "Show a token" => get(tokens::show);
    "PATCH" "/admin/v1/tokens/{id}" "json" amend::MEMBERS,
        "Change a live token" => patch(tokens::amend);
    "POST" "/admin/v1/tokens/{id}/revoke" "" &[],
        "End a token; a refresh token ends its family" => post(tokens::revoke);

    "POST" "/admin/v1/revocations" "json" revocations::MEMBERS,
        "Suspend the live tokens that a filter means, to be revoked later; or preview them" => post(revocations::create);
    "GET" "/admin/v1/revocations" "query" PAGE,
        "List revocations of many tokens" => get(revocations::list);
    "GET" "/admin/v1/revocations/{id}" "query" SERVICE,
        "Show a revocation and how far it is" => get(revocations::show);
    "POST" "/admin/v1/revocations/{id}/undo" "" &[],
        "Make suspended tokens valid again" => post(revocations::undo);
    "POST" "/admin/v1/revocations/{id}/kill" "" &[],
        "Revoke suspended tokens now" => post(revocations::kill);

    "POST" "/admin/v1/tokens/{id}/rotate" "json" rotate::MEMBERS,
        "Replace an API token by a new one" => post(tokens::rotate);
    "POST" "/admin/v1/tokens/import" "json" import::MEMBERS,
        "Import tokens of another system, by the hash of their text" => post(tokens::import);
    "POST" "/leaked" "json" &["token"],
        "Report leaked tokens, which are revoked" => post(leaked::report);

    "POST" "/account/v1/tokens" "json" create::MEMBERS,
        "Create an API token for oneself" => post(account::create);
    "GET" "/account/v1/tokens" "query" &["live", "after", "limit"],
        "List the caller's API tokens" => get(account::list);
    "GET" "/account/v1/tokens/{id}" "" &[],
        "Show one of the caller's API tokens" => get(account::show);
    "POST" "/account/v1/tokens/{id}/rotate" "json" rotate::MEMBERS,
        "Replace one of the caller's API tokens by a new one" => post(account::rotate);
    "POST" "/account/v1/tokens/{id}/revoke" "" &[],
        "Revoke one of the caller's API tokens" => post(account::revoke);

    "POST" "/admin/v1/clients" "json" &["client_id", "client_secret", "grant_types", "redirect_uris", "scope"],
        "Register a client" => post(clients::create);
    "GET" "/admin/v1/clients" "query" PAGE,
        "List clients" => get(clients::list);
    "GET" "/admin/v1/clients/{client_id}" "query" SERVICE,
        "Show a client" => get(clients::show);
    "PUT" "/admin/v1/clients/{client_id}" "json" &["client_secret", "grant_types", "redirect_uris", "scope"],
        "Replace a client" => put(clients::put);
    "DELETE" "/admin/v1/clients/{client_id}" "query" SERVICE,
        "Delete a client and revoke its tokens" => delete(clients::delete);
    "POST" "/admin/v1/clients/{client_id}/secret" "" &[],
        "Give a client a new secret" => post(clients::rotate_secret);
    "POST" "/admin/v1/clients/{client_id}/adopt" "" &[],
        "Take a client over from the person who registered it" => post(clients::adopt);

    "POST" "/admin/v1/users" "json" &["username", "password", "name", "email", "roles", "groups"],
        "Create a user" => post(users::create);
    "GET" "/admin/v1/users" "query" PAGE,
        "List users" => get(users::list);
    "GET" "/admin/v1/users/{username}" "query" SERVICE,
        "Show a user" => get(users::show);
    "PUT" "/admin/v1/users/{username}" "json" &["password", "keep_tokens", "name", "email", "roles", "groups"],
        "Replace a user" => put(users::put);
    "DELETE" "/admin/v1/users/{username}" "query" SERVICE,
        "Delete a user and revoke the tokens in their name" => delete(users::delete);
    "POST" "/admin/v1/users/{username}/password" "json" &["password", "keep_tokens"],
        "Give a user a new password" => post(users::password);

    "GET" "/admin/v1/keys" "query" SERVICE,
        "List signing keys" => get(keys::list);
    "POST" "/admin/v1/keys/rotate" "json" keys::ROTATE,
        "Publish a new signing key" => post(keys::rotate);
    "POST" "/admin/v1/keys/{kid}/retire" "" &[],
        "End a signing key now" => post(keys::retire);

    "GET" "/admin/v1/robots" "query" &["after", "limit"],
        "List robots" => get(robots::list);
    "GET" "/admin/v1/robots/{name}" "" &[],
        "Show a robot" => get(robots::show);
    "GET" "/admin/v1/robots/{name}/apps" "" &[],
        "List the apps that a robot lets in" => get(robots::apps);
    "DELETE" "/admin/v1/robots/{name}" "" &[],
        "Forget a robot's owner and key, and end all that was issued for it" => delete(robots::forget);
    "POST" "/admin/v1/robots/{name}/release" "" &[],
        "Let a robot come with another key" => post(robots::release);
    "POST" "/admin/v1/robots/{name}/adopt" "json" robots::ADOPTION,
        "Let a valid session take over a robot that holds another issuer's token" => post(robots::adopt);
    "POST" "/admin/v1/robots/{name}/unban" "json" robots::UNBAN,
        "Let a robot in again whose certificate was revoked" => post(robots::unban);

    "GET" "/admin/v1/services" "" &[],
        "List services" => get(services::list);
    "GET" "/admin/v1/services/{id}" "" &[],
        "Show a service" => get(services::show);
    "POST" "/admin/v1/services/{id}/enable" "" &[],
        "Switch a service on" => post(services::enable);
    "POST" "/admin/v1/services/{id}/disable" "" &[],
        "Switch a service off" => post(services::disable);

    "GET" "/admin/v1/events" "query" &["service", "limit"],
        "What happened, newest first" => get(events::list);
    "GET" "/admin/v1/explain/{code}" "" &[],
        "What a refusal means" => get(refusals::explain);
    "GET" "/admin/v1/refusals/{reference}" "" &[],
        "Why a request was refused" => get(refusals::recorded);

    "GET" "/console" "" &[],
        "The console, for people" => get(console::show);
    "POST" "/console/sign-in" "form" &["csrf", "username", "password"],
        "Answer of the console's sign-in page" => post(console::sign_in);
    "POST" "/console/sign-out" "form" &["csrf"],
        "Sign out of the console" => post(console::sign_out);
    "POST" "/console/revoke" "form" &["csrf", "id"],
        "End a token from the console" => post(console::revoke);
}

/// The router of the face.
pub fn router(state: AdminState) -> Router {
    let mut router = Router::new();
    for unknown in ["/admin", "/admin/{*rest}", "/account", "/account/{*rest}"] {
        router = router.route(unknown, any(wire::unknown));
    }
    let router = routed(router).method_not_allowed_fallback(wire::other_method);
    router.layer(map_response_with_state(state.clone(), wire::say)).with_state(state)
}
