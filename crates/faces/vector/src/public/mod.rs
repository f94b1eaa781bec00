//! What everybody may ask, also without TLS.

mod certificate;
mod ok;

use axum::routing::get;

use crate::state::VectorState;

jeton_wire::routes! { VectorState;
    "GET" "/ok" "" &[], "Whether the server can be reached: robots ask before they call" => get(ok::ok);
    "GET" "/ok:80" "" &[], "The same, as some robots write it" => get(ok::ok);
    "GET" "/vic/{esn}" "" &[], "The certificate with which a robot serves its apps, as PEM" => get(certificate::of_robot);
    "GET" "/session-certs/{esn}" "" &[], "The same, where community SDKs look for it" => get(certificate::of_robot);
}
