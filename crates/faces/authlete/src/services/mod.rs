//! Services (`docs/contracts/authlete.md` sections 3 and 4.2).

mod configuration;
mod create;
mod delete;
mod get;
mod jwks;
mod list;
mod patch;
mod update;

use axum::routing::{delete, get, post};

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "GET" "/service/get" "" &[], "The service of the path or of the credential" => get(get::own);
    "GET" "/service/get/list" "query" &["start", "end"], "Lists services" => get(list::list);
    "GET" "/service/get/{key}" "" &[], "A service by its number (version 2)" => get(get::named);
    "POST" "/service/create" "json" &[], "Creates a service" => post(create::create);
    "POST" "/service" "json" &["service"], "Creates a service (as the vendor's separate endpoint does)" => post(create::create_in_cloud);
    "POST" "/service/remove" "json" &["serviceId"], "Deletes a service (as the vendor's separate endpoint does)"
        => post(delete::remove_in_cloud);
    "POST" "/service/update" "json" &[], "Replaces the service of the path or of the credential" => post(update::own);
    "POST" "/service/update/{key}" "json" &[], "Replaces a service (version 2)" => post(update::named);
    "DELETE" "/service/delete" "" &[], "Deletes the service of the path or of the credential" => delete(delete::own);
    "DELETE" "/service/delete/{key}" "" &[], "Deletes a service (version 2)" => delete(delete::named);
    "GET" "/service/jwks/get" "query" &["includePrivateKeys", "pretty"], "The public keys of a service" => get(jwks::jwks);
    "GET POST" "/service/configuration" "query" &["pretty", "patch"], "The discovery document of a service"
        => get(configuration::configuration).post(configuration::configuration);
}
