//! Endpoints for programs.

mod code;
mod device_authorization;
mod discovery;
mod introspect;
mod jwks;
mod par;
mod registration;
mod revoke;
mod token;
mod userinfo;

use axum::routing::{get, post};
use jeton_wire::Issuer;

use registration::REGISTRATION;

jeton_wire::routes! { Issuer;
    "POST" "/token" "form" &["grant_type", "client_id", "client_secret", "scope", "resource", "aud", "audience", "expires_in"],
        "Get tokens (RFC 6749)" => post(token::token);
    "POST" "/device_authorization" "form" &["scope", "resource", "client_id", "client_secret"],
        "Get codes for a device (RFC 8628)" => post(device_authorization::device_authorization);
    "POST" "/par" "form" &["client_id", "client_secret", "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "request"],
        "Push an authorization request (RFC 9126)" => post(par::par);
    "POST" "/token/revoke" "form" &["token", "token_type_hint", "client_id", "client_secret"],
        "End a token (RFC 7009)" => post(revoke::revoke);
    "POST" "/introspect" "form" &["token", "token_type_hint", "client_address", "client_id", "client_secret"],
        "Ask what a token is worth (RFC 7662; as a JWT, RFC 9701)" => post(introspect::introspect);
    "POST" "/code" "json" &["phone_number"],
        "Send a confirmation code" => post(code::code);
    "GET POST" "/userinfo" "" &[],
        "Claims about the person (OIDC Core 5.3)" => get(userinfo::userinfo).post(userinfo::userinfo);
    "POST" "/registration" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "application_type", "jwks", "jwks_uri"],
        "Register a client (RFC 7591)" => REGISTRATION.register();
    "POST" "/register" "json" &["redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope", "application_type", "jwks", "jwks_uri"],
        "The same under the name that some software expects" => REGISTRATION.register();
    "GET PUT DELETE" "/registration/{client_id}" "json" &["client_id", "client_secret", "redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope"],
        "Look after a registered client (RFC 7592)" => REGISTRATION.look_after();
    "GET" "/jwks" "" &[],
        "Public keys (RFC 7517)" => get(jwks::jwks);
    "GET" "/.well-known/openid-configuration" "" &[],
        "Discovery (OIDC Discovery 1.0)" => get(discovery::discovery);
    "GET" "/.well-known/oauth-authorization-server" "" &[],
        "Discovery (RFC 8414)" => get(discovery::discovery);
}
