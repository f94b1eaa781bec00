//! The table.

use jeton_core::model::{AuthMethod, Client, CompatibilityMode};

use super::ways::{ID, Proof, World};
use jeton_served::{PASSWORD, Reply, USER};

/// Which methods can produce a message.
#[derive(Clone, Copy)]
pub(super) enum Ways {
    /// All methods.
    Any,
    /// All methods but `none`: requests that need authentication.
    Proving,
    /// These.
    Only(&'static [AuthMethod]),
}

/// One fault that produces one message.
pub(super) struct Row {
    pub(super) number: u8,
    pub(super) ways: Ways,
    path: &'static str,
    /// `error` in the modes `standard` and `classic`.
    codes: (&'static str, &'static str),
    /// The message; `{0}` is the client id.
    text: &'static str,
    /// The form; `$foreign` and `$foreign_refresh` are replaced by tokens of another client.
    form: &'static [(&'static str, &'static str)],
    proof: Proof,
    change: fn(&mut Client),
    /// Whether a secret is stored for a client whose method uses one.
    pub(super) stored: bool,
}

const CC: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "read")];
const JWT: Ways = Ways::Only(&[AuthMethod::ClientSecretJwt, AuthMethod::PrivateKeyJwt]);
const MAC: Ways = Ways::Only(&[AuthMethod::ClientSecretJwt]);
const KEY: Ways = Ways::Only(&[AuthMethod::PrivateKeyJwt]);
const TLS: Ways = Ways::Only(&[AuthMethod::TlsClientAuth, AuthMethod::SelfSignedTlsClientAuth]);
const REQUEST: (&str, &str) = ("invalid_request", "invalid_request");
const CLIENT: (&str, &str) = ("invalid_client", "invalid_client");
const GRANT: (&str, &str) = ("invalid_grant", "invalid_grant");
/// A JWE that cannot be decrypted: well-formed, but invalid.
const JWE: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA";
const NO_BODY: &[(&str, &str)] = &[];

/// A row at `/token`.
const fn at_token(
    number: u8,
    ways: Ways,
    codes: (&'static str, &'static str),
    text: &'static str,
    form: &'static [(&'static str, &'static str)],
) -> Row {
    Row { number, ways, path: "/token", codes, text, form, proof: Proof::Right, change: |_| (), stored: true }
}

/// A failed client authentication.
const fn unproven(number: u8, ways: Ways, text: &'static str, proof: Proof) -> Row {
    Row { proof, ..at_token(number, ways, CLIENT, text, &CC) }
}

pub(super) const ROWS: &[Row] = &[
    at_token(1, Ways::Any, REQUEST, "the parameter grant_type is missing", &[("scope", "read")]),
    at_token(2, Ways::Any, REQUEST, "the parameter username is missing", &[("grant_type", "password")]),
    at_token(
        3,
        Ways::Any,
        REQUEST,
        "the parameter password is missing",
        &[("grant_type", "password"), ("username", USER)],
    ),
    at_token(4, Ways::Any, REQUEST, "the parameter scope is missing", &[("grant_type", "client_credentials")]),
    at_token(5, Ways::Any, REQUEST, "the parameter refresh_token is missing", &[("grant_type", "refresh_token")]),
    at_token(6, Ways::Any, REQUEST, "the parameter code is missing", &[("grant_type", "authorization_code")]),
    Row { path: "/token/revoke", ..at_token(7, Ways::Any, REQUEST, "the parameter token is missing", &[("x", "y")]) },
    Row { path: "/introspect", ..at_token(7, Ways::Any, REQUEST, "the parameter token is missing", &[("x", "y")]) },
    Row { change: |c| c.enabled = false, ..at_token(8, Ways::Any, CLIENT, "the client doesn't exist", &CC) },
    at_token(8, Ways::Only(&[AuthMethod::None]), CLIENT, "the client doesn't exist", &CC),
    unproven(
        9,
        Ways::Only(&[AuthMethod::ClientSecretBasic]),
        "the client cannot be authenticated with secret basic",
        Proof::Wrong,
    ),
    unproven(
        10,
        Ways::Only(&[AuthMethod::ClientSecretPost]),
        "the client cannot be authenticated with secret post",
        Proof::Wrong,
    ),
    unproven(11, TLS, "the client cannot be authenticated with TLS", Proof::Wrong),
    Row { stored: false, ..unproven(12, MAC, "the client {0} doesn't have a shared secret", Proof::Right) },
    unproven(13, MAC, "the client assertion is not a JWE token", Proof::Text("nonsense")),
    unproven(14, MAC, "the jwe token cannot be decrypted", Proof::Text(JWE)),
    unproven(15, KEY, "the client assertion is not a JWS token", Proof::Text("nonsense")),
    unproven(16, MAC, "the JWS payload cannot be extracted", Proof::Wrong),
    unproven(17, JWT, "the client id passed in JWT is not correct", Proof::Claim("sub", 1)),
    unproven(18, JWT, "the audience passed in JWT is not correct", Proof::Claim("aud", 1)),
    unproven(19, JWT, "the received JWT has expired", Proof::Claim("exp", 0)),
    unproven(19, JWT, "the received JWT has expired", Proof::Claim("exp", 1000)),
    at_token(
        20,
        Ways::Proving,
        GRANT,
        "resource owner credentials are not valid",
        &[("grant_type", "password"), ("username", USER), ("password", "wrong"), ("scope", "read")],
    ),
    at_token(
        21,
        Ways::Proving,
        ("invalid_scope", "invalid_scope"),
        "the scopes admin,root are not allowed or invalid",
        &[("grant_type", "password"), ("username", USER), ("password", PASSWORD), ("scope", "read admin root")],
    ),
    Row {
        change: |c| c.grant_types.clear(),
        ..at_token(
            22,
            Ways::Any,
            ("unauthorized_client", "invalid_client"),
            "the client {0} doesn't support the grant type refresh_token",
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
        )
    },
    Row {
        change: |c| c.response_types.clear(),
        ..at_token(
            23,
            Ways::Any,
            ("unauthorized_client", "invalid_client"),
            "the client '{0}' doesn't support the response type: 'code'",
            &[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "https://app.example/cb")],
        )
    },
    at_token(
        24,
        Ways::Any,
        GRANT,
        "the refresh token is not valid",
        &[("grant_type", "refresh_token"), ("refresh_token", "x")],
    ),
    at_token(
        25,
        Ways::Any,
        GRANT,
        "the refresh token can be used only by the same issuer",
        &[("grant_type", "refresh_token"), ("refresh_token", "$foreign_refresh")],
    ),
    at_token(
        26,
        Ways::Any,
        REQUEST,
        "Based on the RFC-3986 the redirection-uri is not well formed",
        &[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "/cb")],
    ),
    at_token(
        27,
        Ways::Any,
        GRANT,
        "the authorization code is not correct",
        &[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "https://app.example/cb")],
    ),
    at_token(28, Ways::Only(&[AuthMethod::ClientSecretBasic]), REQUEST, "no parameter in body request", NO_BODY),
    Row {
        path: "/token/revoke",
        ..at_token(
            29,
            Ways::Any,
            ("invalid_grant", "invalid_token"),
            "the token has not been issued for the given client id '{0}'",
            &[("token", "$foreign")],
        )
    },
    Row {
        path: "/token/revoke",
        ..at_token(30, Ways::Any, ("", "invalid_token"), "the token doesn't exist", &[("token", "x")])
    },
];

impl Row {
    pub(super) async fn ask(&self, world: &World) -> Reply {
        world.change(self.change).await;
        let put = |value: &str| match value {
            "$foreign" => world.foreign.0.clone(),
            "$foreign_refresh" => world.foreign.1.clone(),
            other => other.to_owned(),
        };
        let form: Vec<_> = self.form.iter().map(|(name, value)| (*name, put(value))).collect();
        world.send(self.path, ID, self.proof, &form).await
    }

    /// Status, code and text.
    pub(super) fn expected(&self, world: &World) -> (u16, String, String) {
        let classic = world.profile == CompatibilityMode::Classic;
        let code = if classic { self.codes.1 } else { self.codes.0 };
        let status = match code {
            // Standard clients get no `token_unknown` (RFC 7009 section 2.2).
            "" => return (200, String::new(), String::new()),
            "invalid_client" if !classic && world.by_header() => 401,
            _ => 400,
        };
        (status, code.to_owned(), self.text.replace("{0}", ID))
    }
}
