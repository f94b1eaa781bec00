//! Apache with mod_auth_openidc as a relying party, and with mod_oauth2 as a resource server.

mod relying_party;
mod resource_server;
