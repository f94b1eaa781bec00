//! The values of `action` that the SDKs know for each operation (`docs/contracts/authlete.md` sections 1.4, 2 and 4). Their
//! enumerations are closed: another value ends the caller's request with an error of its own.

/// The operations that answer with an `action`, and the values that every SDK knows there.
const ACTIONS: &[(&str, &[&str])] = &[
    ("/auth/authorization", &["INTERACTION", "NO_INTERACTION", "LOCATION", "FORM", "BAD_REQUEST"]),
    ("/auth/authorization/issue", &["LOCATION", "FORM", "BAD_REQUEST"]),
    ("/auth/authorization/fail", &["LOCATION", "FORM", "BAD_REQUEST"]),
    ("/auth/authorization/ticket/info", &["OK", "NOT_FOUND", "CALLER_ERROR", "AUTHLETE_ERROR"]),
    ("/auth/authorization/ticket/update", &["OK", "NOT_FOUND", "CALLER_ERROR", "AUTHLETE_ERROR"]),
    (
        "/auth/token",
        // `ID_TOKEN_REISSUABLE` is new to some: a service must ask for it.
        &["OK", "INVALID_CLIENT", "BAD_REQUEST", "PASSWORD", "TOKEN_EXCHANGE", "JWT_BEARER", "ID_TOKEN_REISSUABLE"],
    ),
    ("/auth/token/issue", &["OK", INTERNAL]),
    ("/auth/token/fail", &["BAD_REQUEST", INTERNAL]),
    ("/auth/introspection", &["OK", "BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN"]),
    ("/auth/introspection/standard", &["OK", "JWT", "BAD_REQUEST", INTERNAL]),
    ("/auth/revocation", &["OK", "INVALID_CLIENT", "BAD_REQUEST"]),
    ("/auth/userinfo", &["OK", "BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN"]),
    ("/auth/userinfo/issue", &["JSON", "JWT", "BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN"]),
    ("/pushed_auth_req", &["CREATED", "BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN", "PAYLOAD_TOO_LARGE"]),
    ("/auth/token/create", &["OK", "BAD_REQUEST", "FORBIDDEN"]),
    ("/auth/token/update", &["OK", "BAD_REQUEST", "FORBIDDEN", "NOT_FOUND"]),
    ("/idtoken/reissue", &["OK", "CALLER_ERROR", INTERNAL]),
    ("/device/authorization", &["OK", "BAD_REQUEST", "UNAUTHORIZED"]),
    ("/device/verification", &["VALID", "EXPIRED", "NOT_EXIST"]),
    ("/device/complete", &["SUCCESS", "INVALID_REQUEST", "USER_CODE_EXPIRED", "USER_CODE_NOT_EXIST", "SERVER_ERROR"]),
    ("/client/registration", &["CREATED", "BAD_REQUEST", INTERNAL]),
    ("/client/registration/get", &["OK", "BAD_REQUEST", INTERNAL]),
    ("/client/registration/update", &["UPDATED", "BAD_REQUEST", INTERNAL]),
    ("/client/registration/delete", &["DELETED", "BAD_REQUEST", INTERNAL]),
];

const INTERNAL: &str = "INTERNAL_SERVER_ERROR";

/// Whether every SDK knows this `action` in the answers of an operation.
pub(super) fn knows(operation: &str, action: &str) -> bool {
    let listed = ACTIONS.iter().find(|(path, _)| *path == operation);
    listed.is_none_or(|(_, actions)| actions.contains(&action))
}
