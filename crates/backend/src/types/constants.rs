//! The contract's enumerations. The SDKs' are closed: another value ends the reader's call with an error of its own.

/// Grants.
pub(super) const GRANTS: &[&str] = &[
    "AUTHORIZATION_CODE",
    "IMPLICIT",
    "PASSWORD",
    "CLIENT_CREDENTIALS",
    "REFRESH_TOKEN",
    "CIBA",
    "DEVICE_CODE",
    "TOKEN_EXCHANGE",
    "JWT_BEARER",
    "PRE_AUTHORIZED_CODE",
];

/// Response types.
pub(super) const RESPONSE_TYPES: &[&str] =
    &["NONE", "CODE", "TOKEN", "ID_TOKEN", "CODE_TOKEN", "CODE_ID_TOKEN", "ID_TOKEN_TOKEN", "CODE_ID_TOKEN_TOKEN"];

/// Response modes.
pub(super) const RESPONSE_MODES: &[&str] =
    &["QUERY", "FRAGMENT", "FORM_POST", "JWT", "QUERY_JWT", "FRAGMENT_JWT", "FORM_POST_JWT"];

/// How clients authenticate.
pub(super) const AUTH_METHODS: &[&str] = &[
    "NONE",
    "CLIENT_SECRET_BASIC",
    "CLIENT_SECRET_POST",
    "CLIENT_SECRET_JWT",
    "PRIVATE_KEY_JWT",
    "TLS_CLIENT_AUTH",
    "SELF_SIGNED_TLS_CLIENT_AUTH",
    "ATTEST_JWT_CLIENT_AUTH",
];

/// Signature algorithms.
pub(super) const SIGNATURES: &[&str] = &[
    "NONE", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512",
    "ES256K", "EdDSA",
];

/// Algorithms that encrypt keys.
pub(super) const KEY_ENCRYPTION: &[&str] = &[
    "RSA1_5",
    "RSA_OAEP",
    "RSA_OAEP_256",
    "A128KW",
    "A192KW",
    "A256KW",
    "DIR",
    "ECDH_ES",
    "ECDH_ES_A128KW",
    "ECDH_ES_A192KW",
    "ECDH_ES_A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2_HS256_A128KW",
    "PBES2_HS384_A192KW",
    "PBES2_HS512_A256KW",
];

/// Algorithms that encrypt content.
pub(super) const CONTENT_ENCRYPTION: &[&str] =
    &["A128CBC_HS256", "A192CBC_HS384", "A256CBC_HS512", "A128GCM", "A192GCM", "A256GCM"];

/// FAPI modes.
pub(super) const FAPI_MODES: &[&str] = &[
    "FAPI1_ADVANCED",
    "FAPI1_BASELINE",
    "FAPI2_MESSAGE_SIGNING_AUTH_REQ",
    "FAPI2_MESSAGE_SIGNING_AUTH_RES",
    "FAPI2_MESSAGE_SIGNING_INTROSPECTION_RES",
    "FAPI2_MESSAGE_SIGNING_RESOURCE_REQ",
    "FAPI2_MESSAGE_SIGNING_RESOURCE_RES",
    "FAPI2_SECURITY",
];

/// How CIBA delivers tokens.
pub(super) const DELIVERY_MODES: &[&str] = &["PING", "POLL", "PUSH"];

/// How a client comes to a federation.
pub(super) const CLIENT_REGISTRATION: &[&str] = &["AUTOMATIC", "EXPLICIT"];
