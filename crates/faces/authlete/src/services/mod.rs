//! Services (`docs/contracts/authlete.md` section 4.2).

mod document;
mod get;

use axum::routing::get;

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "GET" "/service/get" "" &[], "The service of the path or of the credential" => get(get::own);
    "GET" "/service/get/{key}" "" &[], "A service by its number (version 2)" => get(get::named);
}
