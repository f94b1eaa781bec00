//! Refusals that belong to one grant type each.

jeton_model::refusals! {
    /// Text 24 of `docs/contracts/oauth-token-endpoint.md` section 5.
    REFRESH_TOKEN_INVALID {
        id: "refresh_token_invalid", class: Gone,
        text: "the refresh token is not valid",
        advice: "Let the person sign in again: the refresh token is unknown, used, revoked or expired.",
    }

    /// Text 25 of `docs/contracts/oauth-token-endpoint.md` section 5.
    REFRESH_TOKEN_FOREIGN {
        id: "refresh_token_foreign", class: Forbidden, code: "invalid_grant",
        text: "the refresh token can be used only by the same issuer",
        advice: "Use the refresh token with the client it was issued to.",
    }

    /// Text 27 of `docs/contracts/oauth-token-endpoint.md` section 5.
    CODE_INVALID {
        id: "code_invalid", class: Gone,
        text: "the authorization code is not correct",
        advice: "Start again: an authorization code works once.",
    }

    /// The code was issued to another client.
    CODE_FOREIGN {
        id: "code_foreign", class: Forbidden, code: "invalid_grant",
        text: "the authorization code was issued to another client",
        advice: "Redeem the code with the client it was issued to.",
    }

    /// The code has expired.
    CODE_EXPIRED {
        id: "code_expired", class: Gone,
        text: "the authorization code has expired",
        advice: "Redeem the code within its lifetime, tokens.code_lifetime.",
    }

    /// The redirect URI is not the one of the authorization request.
    CODE_REDIRECT_MISMATCH {
        id: "code_redirect_mismatch", class: Malformed, code: "invalid_grant",
        text: "the redirect URI is not the one of the authorization request",
        advice: "Send the redirect_uri of the authorization request again, unchanged.",
    }

    /// The redirect URI of the authorization request is no longer registered.
    CODE_REDIRECT_UNREGISTERED {
        id: "code_redirect_unregistered", class: Gone,
        text: "the redirect URI is no longer registered for the client",
        advice: "Register the redirect URI again, or start again with one that is registered.",
    }

    /// PKCE: the verifier is missing, malformed or wrong (RFC 7636), or came without a challenge.
    CODE_VERIFIER_INVALID {
        id: "code_verifier_invalid", class: Malformed, code: "invalid_grant",
        text: "the code verifier is not valid",
        advice: "Send the code_verifier whose SHA-256 was the code_challenge.",
    }

    /// An assertion that is an authorization grant is not valid (RFC 7523 section 3.1).
    GRANT_ASSERTION_INVALID {
        id: "grant_assertion_invalid", class: Malformed, code: "invalid_grant",
        text: "the assertion is not valid: {reason}",
        advice: "Get a new assertion from its issuer: signed, with this issuer as audience, short-lived.",
    }

    /// No configured issuer matches the assertion's `iss`, or this client may not use it.
    GRANT_ASSERTION_UNTRUSTED {
        id: "grant_assertion_untrusted", class: Forbidden, code: "invalid_grant",
        text: "the issuer of the assertion is not trusted for this client",
        advice: "Add the issuer to trusted_issuer, and the client to its clients.",
    }

    /// The assertion's subject is not one that the issuer may assert.
    GRANT_ASSERTION_SUBJECT {
        id: "grant_assertion_subject", class: Malformed, code: "invalid_grant",
        text: "the assertion is about nobody known here",
        advice: "Check the claim that names the person, and that the user exists and is enabled.",
    }

    /// The assertion was used before.
    GRANT_ASSERTION_USED {
        id: "grant_assertion_used", class: Gone,
        text: "the assertion has been used before",
        advice: "Get a new assertion for each request.",
    }
}
