//! What an authorization server sends on from its clients and resource servers (`docs/contracts/authlete.md` section 4.1). Each
//! operation runs the same code as the endpoint of Jeton's own OAuth face; the answer says what to do next.

pub(crate) mod client_request;
mod introspection;
mod introspection_standard;
pub(crate) mod refused;
mod revocation;
mod userinfo;
mod userinfo_issue;

use axum::routing::post;

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "POST" "/auth/introspection" "json" introspection::MEMBERS, "Checks a token for a resource server" => post(introspection::introspection);
    "POST" "/auth/introspection/standard" "json" introspection_standard::MEMBERS,
        "Answers an introspection request (RFC 7662; as a JWT, RFC 9701)" => post(introspection_standard::introspection_standard);
    "POST" "/auth/revocation" "json" &["parameters", "clientId", "clientSecret", "clientCertificate", "clientCertificatePath"],
        "Answers a revocation request (RFC 7009)" => post(revocation::revocation);
    "POST" "/auth/userinfo" "json" &["token", "clientCertificate", "dpop", "htm", "htu"],
        "Checks the token of a user info request" => post(userinfo::userinfo);
    "POST" "/auth/userinfo/issue" "json" &["token", "claims", "sub"],
        "Builds the answer to a user info request" => post(userinfo_issue::issue);
}
