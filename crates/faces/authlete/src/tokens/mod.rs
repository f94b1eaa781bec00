//! The operations on tokens (`docs/contracts/authlete.md` section 2).

mod batch;
mod create;
mod delete;
pub(crate) mod list;
pub(crate) mod record;
mod revoke;
mod update;

use axum::routing::{delete, get, post};

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "POST" "/auth/token/create" "json" create::MEMBERS, "Creates a token outside any flow" => post(create::create);
    "POST" "/auth/token/create/batch" "json" create::MEMBERS, "Creates many tokens, all or none: the body is a list"
        => post(batch::create);
    "GET" "/auth/token/create/batch/status/{request}" "" &[], "How a batch ended" => get(batch::status);
    "GET" "/auth/token/get/list" "query" &["clientIdentifier", "subject", "start", "end", "tokenStatus"],
        "Lists tokens" => get(list::list);
    "POST" "/auth/token/update" "json" update::MEMBERS, "Changes a token" => post(update::update);
    "POST" "/auth/token/revoke" "json" &["accessTokenIdentifier", "refreshTokenIdentifier", "clientIdentifier", "subject"],
        "Ends tokens: one, or those of a client or a subject" => post(revoke::revoke);
    "DELETE" "/auth/token/delete/{*identifier}" "" &[], "Ends one token" => delete(delete::delete);
}
