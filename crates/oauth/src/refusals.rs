//! Refusals of revocation, introspection and encrypted answers.

jeton_model::refusals! {
    /// Text 29 of `docs/contracts/oauth-token-endpoint.md` section 5.
    TOKEN_FOREIGN {
        id: "token_foreign", class: Forbidden, code: "invalid_grant",
        text: "the token has not been issued for the given client id '{client}'",
        advice: "Revoke a token with the client it was issued to.",
    }

    /// Text 30 of `docs/contracts/oauth-token-endpoint.md` section 5.
    TOKEN_UNKNOWN {
        id: "token_unknown", class: Missing, code: "invalid_token",
        text: "the token doesn't exist",
        advice: "Nothing to do: the token was never issued here, or has ended.",
    }

    /// The client is registered for encrypted answers, and none of its keys can be used for encryption, or they cannot be
    /// fetched now.
    CLIENT_KEY_UNUSABLE {
        id: "client_key_unusable", class: Conflict,
        text: "no key of the client can be encrypted to",
        advice: "Register a public key for the client's encryption algorithm in its jwks, or correct the key set at its jwks_uri.",
    }
}
