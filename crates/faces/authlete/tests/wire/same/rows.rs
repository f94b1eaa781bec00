//! Where the contract wants something else than Jeton's own face does. Each row has its place in the contract; a difference that no
//! row allows fails the test.

use serde_json::Value;

use super::request::{Endpoint, Sent};
use super::said::Said;

/// A difference.
pub(super) struct Row {
    /// Where the contract says so, and what.
    pub(super) contract: &'static str,
    /// Makes both answers even in this respect, if it concerns them: Jeton's own, and the other.
    even: fn(&Sent, &mut Said, &mut Said),
}

pub(super) const ROWS: &[Row] = &[
    Row {
        contract: "6: login and sessions stay with the operator, so ID tokens tell of none (`sid` comes from `sessionId`, `amr` from \
                   no member of section 4.1)",
        even: |_, native, _| {
            native.body.remove("session_state");
            native.id_token(|claims| {
                claims.remove("sid");
                claims.remove("amr");
            });
        },
    },
    Row {
        contract: "2.6: `idTokenAudType` is `array` by default",
        even: |_, _, behind| {
            behind.id_token(|claims| {
                if let Some(Value::Array(all)) = claims.get_mut("aud") {
                    claims["aud"] = all.remove(0);
                }
            });
        },
    },
    Row {
        contract: "4.1: the words of an error that the caller finds are the `description` of its `fail`",
        even: |sent, native, behind| {
            let is_said = match sent.to {
                Endpoint::Authorization(_) => matches!(native.error(), Some("login_required" | "access_denied")),
                _ => sent.get("grant_type") == Some("password") && native.error() == Some("invalid_grant"),
            };
            if is_said {
                for said in [native, behind] {
                    said.body.remove("error_description");
                }
            }
        },
    },
    Row {
        contract: "4.4: the page for user codes is the operator's; only the service's `deviceVerificationUriComplete` says what holds \
                   the code",
        even: |_, native, _| drop(native.body.remove("verification_uri_complete")),
    },
    Row {
        contract: "4.1: a user info request fails for the scope `openid` (A093302) before it fails for the subject (A093303), both \
                   FORBIDDEN",
        even: |sent, native, behind| {
            if sent.to == Endpoint::UserInfo && native.status == 401 && behind.status == 403 {
                *native = behind.clone();
            }
        },
    },
    Row {
        contract: "4.1: a user info request without a token is BAD_REQUEST (A092301)",
        even: |sent, native, behind| {
            let has_none = sent.get("token").is_none_or(str::is_empty);
            if sent.to == Endpoint::UserInfo && has_none && (native.status, behind.status) == (401, 400) {
                *native = behind.clone();
            }
        },
    },
    Row {
        contract: "4.1: TOKEN_EXCHANGE and JWT_BEARER leave the decision to the caller",
        even: |_, native, behind| {
            if behind.status == 0 {
                *native = behind.clone();
            }
        },
    },
    Row {
        contract: "3: `refreshTokenKept`: the refresh token stays valid, and the answer has it",
        even: |sent, native, behind| {
            if sent.get("grant_type") == Some("refresh_token") && !native.body.contains_key("refresh_token") {
                behind.body.remove("refresh_token");
            }
        },
    },
];

/// Makes both answers even; the places of the rows that did something.
pub(super) fn even(sent: &Sent, native: &mut Said, behind: &mut Said) -> Vec<usize> {
    let mut used = Vec::new();
    for (at, row) in ROWS.iter().enumerate() {
        let before = (native.clone(), behind.clone());
        (row.even)(sent, native, behind);
        if before != (native.clone(), behind.clone()) {
            used.push(at);
        }
    }
    used
}
