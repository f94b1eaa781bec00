//! Health, version, echo.

mod echo;
mod health;
mod info;

use axum::routing::get;

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "GET" "/lifecycle/healthcheck" "" &[], "Whether the server answers" => get(health::health);
    "GET" "/info" "" &[], "The version, and what is served" => get(info::info);
    "GET" "/misc/echo" "query" &[], "The query, as JSON" => get(echo::echo);
}
