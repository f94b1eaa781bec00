//! The token endpoint of an authorization server (`docs/contracts/authlete.md` section 4.1): the steps are those of Jeton's own
//! endpoint; passwords, exchanges and assertions are handed out to the authorization server.

mod fail;
mod handed;
mod issue;
mod par;
mod reissue;
mod token;
mod tokens;

use axum::routing::post;

use crate::state::AuthleteState;

jeton_wire::routes! { AuthleteState, below "/api" and "/api/{service}";
    "POST" "/auth/token" "json" token::MEMBERS, "Answers a token request" => post(token::token);
    "POST" "/auth/token/issue" "json" &["ticket", "subject", "properties", "jwtAtClaims", "accessToken", "accessTokenDuration", "refreshTokenDuration"],
        "Issues the tokens of a password request that is right" => post(issue::issue);
    "POST" "/auth/token/fail" "json" &["ticket", "reason"], "Refuses a password request" => post(fail::fail);
    "POST" "/pushed_auth_req" "json" par::MEMBERS,
        "Takes in a pushed authorization request (RFC 9126)" => post(par::push);
    "POST" "/idtoken/reissue" "json" reissue::MEMBERS, "Makes the ID token of a refresh again" => post(reissue::reissue);
}
