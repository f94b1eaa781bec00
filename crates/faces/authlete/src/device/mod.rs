//! Devices without a browser, RFC 8628, whose people sign in at the authorization server (`docs/contracts/authlete.md` section
//! 4.4): the device gets its codes, the person types one on a page of the server, and the server tells how it ended.

mod authorization;
mod complete;
mod verification;

use axum::routing::post;

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "POST" "/device/authorization" "json" &["parameters", "clientId", "clientSecret", "clientCertificate", "clientCertificatePath"],
        "Answers a device authorization request (RFC 8628)" => post(authorization::authorization);
    "POST" "/device/verification" "json" &["userCode"], "Looks up the code that a person typed" => post(verification::verification);
    "POST" "/device/complete" "json" complete::MEMBERS, "Says how a person decided for a device" => post(complete::complete);
}
