//! Clients and what people granted them (`docs/contracts/authlete.md` section 4.3).

mod authorization_delete;
mod authorization_list;
mod authorization_update;
mod create;
mod delete;
mod get;
mod granted_scopes;
mod list;
mod lock;
mod refused;
mod registration;
mod requestable_scopes;
mod secret;
mod shown;
mod subject;
mod update;

use axum::routing::{delete as deleting, get as getting, post};

use crate::state::AuthleteState;

const PAGE: &[&str] = &["subject", "developer", "start", "end"];
const REGISTRATION: &[&str] = &["json", "token", "clientId"];

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "POST" "/client/create" "json" &[], "Creates a client" => post(create::create);
    "GET" "/client/get/list" "query" &["developer", "start", "end"], "Lists clients" => getting(list::list);
    "GET" "/client/get/{client}" "" &[], "A client by its id or its alias" => getting(get::get);
    "POST" "/client/update/{client}" "json" &[], "Replaces a client" => post(update::update);
    "DELETE" "/client/delete/{client}" "" &[], "Deletes a client with its tokens" => deleting(delete::delete);
    "POST" "/client/lock_flag/update/{client}" "json" &["clientLocked"], "Locks or unlocks a client" => post(lock::update);
    "GET" "/client/secret/refresh/{client}" "" &[], "Gives a client a new random secret" => getting(secret::refresh);
    "POST" "/client/secret/update/{client}" "json" &["clientSecret"], "Gives a client a chosen secret" => post(secret::update);
    "GET POST" "/client/authorization/get/list" "query" PAGE, "Lists the clients that have tokens of a subject"
        => getting(authorization_list::list).post(authorization_list::list);
    "GET" "/client/authorization/get/list/{subject}" "query" PAGE, "The same for the subject of the path"
        => getting(authorization_list::list);
    "POST" "/client/authorization/update/{client}" "json" &["subject", "scopes"],
        "Changes the scopes of all tokens of a client and a subject" => post(authorization_update::update);
    "DELETE POST" "/client/authorization/delete/{client}" "json" &["subject"],
        "Ends all tokens of a client and a subject" => deleting(authorization_delete::delete).post(authorization_delete::delete);
    "DELETE" "/client/authorization/delete/{client}/{subject}" "" &[], "The same for the subject of the path"
        => deleting(authorization_delete::delete);
    "GET POST" "/client/granted_scopes/get/{client}" "json" &["subject"], "What a subject granted to a client"
        => getting(granted_scopes::get).post(granted_scopes::get);
    "GET" "/client/granted_scopes/get/{client}/{subject}" "" &[], "The same for the subject of the path"
        => getting(granted_scopes::get);
    "DELETE POST" "/client/granted_scopes/delete/{client}" "json" &["subject"],
        "Forgets what a subject granted to a client" => deleting(granted_scopes::delete).post(granted_scopes::delete);
    "DELETE" "/client/granted_scopes/delete/{client}/{subject}" "" &[], "The same for the subject of the path"
        => deleting(granted_scopes::delete);
    "GET" "/client/extension/requestable_scopes/get/{client}" "" &[], "The scopes that a client may request at most"
        => getting(requestable_scopes::get);
    "PUT POST" "/client/extension/requestable_scopes/update/{client}" "json" &["requestableScopes"],
        "Limits the scopes that a client may request" => post(requestable_scopes::update).put(requestable_scopes::update);
    "DELETE" "/client/extension/requestable_scopes/delete/{client}" "" &[], "Lifts that limit"
        => deleting(requestable_scopes::delete);
    "POST" "/client/registration" "json" REGISTRATION, "Registers a client (RFC 7591)" => post(registration::register);
    "POST" "/client/registration/get" "json" REGISTRATION, "A registered client (RFC 7592)" => post(registration::get);
    "POST" "/client/registration/update" "json" REGISTRATION, "Replaces its metadata" => post(registration::update);
    "POST" "/client/registration/delete" "json" REGISTRATION, "Deletes it" => post(registration::delete);
}
