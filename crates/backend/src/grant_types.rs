//! Grants: the contract's names, and those of token requests (`docs/contracts/authlete.md` section 2.1).

/// Every grant, with its name in a token request.
const ALL: [(&str, &str); 10] = [
    ("AUTHORIZATION_CODE", "authorization_code"),
    ("IMPLICIT", "implicit"),
    ("PASSWORD", "password"),
    ("CLIENT_CREDENTIALS", "client_credentials"),
    ("REFRESH_TOKEN", "refresh_token"),
    ("CIBA", "urn:openid:params:grant-type:ciba"),
    ("DEVICE_CODE", "urn:ietf:params:oauth:grant-type:device_code"),
    ("TOKEN_EXCHANGE", "urn:ietf:params:oauth:grant-type:token-exchange"),
    ("JWT_BEARER", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
    ("PRE_AUTHORIZED_CODE", "urn:ietf:params:oauth:grant-type:pre-authorized_code"),
];

/// The name in a token request; none when the contract has no such grant.
#[must_use]
pub fn of_wire(name: &str) -> Option<&'static str> {
    ALL.iter().find(|(wire, _)| *wire == name).map(|(_, grant)| *grant)
}

/// The contract's name; none for grants that it does not have (UMA): SDKs fail on unknown values.
#[must_use]
pub fn name(grant: &str) -> Option<&'static str> {
    ALL.iter().find(|(_, known)| *known == grant).map(|(wire, _)| *wire)
}
