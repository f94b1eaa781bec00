//! Endpoints for people.
//!
//! 1. `/authorization` reads the request; if nobody is signed in, it shows the sign-in page, with a ticket bound to this
//!    browser.
//! 2. The sign-in page posts ticket, name and password: a session starts, with a new browser secret.
//! 3. The consent page posts ticket and decision: the ticket is used up, the code written, the browser redirected.
//!
//! A page that cannot count any more, such as that of another tab, is asked again (`again.rs`).

mod about;
mod again;
mod authorize;
mod check_session;
mod consent;
mod cookies;
mod device;
mod end_session;
mod home;
mod notice;
mod only_post;
mod outcome;
mod problem;
mod sign_in;
mod way_back;

use axum::routing::get;
use jeton_wire::Issuer;

pub use way_back::sign_in_first;

jeton_wire::routes! { Issuer;
    "GET POST" "/device" "query" &["user_code", "ticket", "decision"],
        "The page on which a person confirms a device (RFC 8628 section 3.3)" => get(device::show).post(device::answer);
    "GET POST" "/authorization" "query" &["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "max_age", "login_hint", "code_challenge", "code_challenge_method", "response_mode", "claims", "acr_values", "id_token_hint", "resource", "request", "request_uri"],
        "Ask a person (RFC 6749 section 4.1.1)" => get(authorize::by_query).post(authorize::by_form);
    "GET POST" "/authorize" "query" &["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "max_age", "login_hint", "code_challenge", "code_challenge_method", "response_mode", "claims", "acr_values", "id_token_hint", "resource", "request", "request_uri"],
        "The same under the name most software expects" => get(authorize::by_query).post(authorize::by_form);
    "GET POST" "/authorization/sign-in" "form" &["ticket", "username", "password"],
        "Answer of the sign-in page; opened after a wrong password, the page" => get(sign_in::show).post(sign_in::sign_in);
    "GET POST" "/authorization/consent" "form" &["ticket", "decision"],
        "The consent page, and its answer" => get(consent::show).post(consent::consent);
    "GET POST" "/sign-in" "form" &["ticket", "username", "password"],
        "Answer of the sign-in page before a page of Jeton's own; opened after a wrong password, the page" => get(way_back::show).post(way_back::sign_in_and_back);
    "GET" "/" "" &[],
        "Who is signed in in this browser" => get(home::show);
    "GET" "/login" "" &[],
        "Sign in without an application" => get(home::sign_in);
    "GET" "/check_session" "" &[],
        "An iframe that notices a changed session (OIDC Session Management)" => get(check_session::check_session);
    "GET POST" "/end_session" "query" &["id_token_hint", "client_id", "post_logout_redirect_uri", "state"],
        "Sign out (OIDC RP-Initiated Logout)" => get(end_session::by_query).post(end_session::by_form);
    "GET POST" "/end_session/confirm" "form" &["ticket", "decision"],
        "Answer of the sign-out page; opened, the page" => get(end_session::ask).post(end_session::confirm);
}
