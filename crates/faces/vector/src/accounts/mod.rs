//! The accounts of people, over HTTP: signing in and up, and what services ask about sessions.

mod answer;
mod asked;
mod end;
mod preflight;
mod renew;
mod reset;
mod sign_in;
mod sign_up;
mod validate;
mod written;

use axum::routing::post;

use crate::state::VectorState;
use preflight::preflight;

pub(crate) use answer::{refused, said, with_cors};

jeton_wire::routes! { VectorState;
    "POST" "/1/sessions" "form" &["username", "userid", "password"], "Signs in, for a session of an account"
        => post(sign_in::sign_in).options(preflight);
    "POST" "/1/sessions/validate" "form" &["app_token", "session_token"], "What a session is, for services"
        => post(validate::validate).options(preflight);
    "POST" "/1/sessions/reup" "form" &["session_token"], "A new session for a live one, which ends"
        => post(renew::renew).options(preflight);
    "POST" "/1/sessions/delete" "form" &["session_token", "delete_related"], "Ends a session, or all of its account"
        => post(end::end).options(preflight);
    "POST" "/1/users" "json" sign_up::MEMBERS, "Creates an account" => post(sign_up::sign_up).options(preflight);
    "POST" "/1/reset_user_password" "form" &["email"], "Not served yet: a new password by mail"
        => post(reset::reset).options(preflight);
}
