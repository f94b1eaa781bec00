//! Health, version, echo; and checking JWTs.

mod echo;
mod health;
mod info;
mod jose;

use axum::routing::{get, post};

use crate::state::AuthleteState;

pub(crate) use echo::{ROUTES as ECHO_ROUTES, routed as echo_routed};

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "GET" "/lifecycle/healthcheck" "" &[], "Whether the server answers" => get(health::health);
    "GET" "/info" "" &[], "The version, and what is served" => get(info::info);
    "GET" "/misc/echo" "query" &[], "The query, as JSON" => get(echo::echo);
    "POST" "/jose/verify" "json" jose::MEMBERS, "Checks a JWT of the service or of a client" => post(jose::verify);
}
