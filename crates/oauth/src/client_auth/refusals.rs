//! Refusals of client authentication (RFC 6749 section 2.3, RFC 7523, RFC 8705).

jeton_model::refusals! {
    /// Text 9 of `docs/contracts/oauth-token-endpoint.md` section 5.
    SECRET_BASIC_INVALID {
        id: "secret_basic_invalid", class: Unauthenticated,
        text: "the client cannot be authenticated with secret basic",
        advice: "Send the right secret in the Authorization header; the client is registered for client_secret_basic.",
    }

    /// Text 10 of `docs/contracts/oauth-token-endpoint.md` section 5.
    SECRET_POST_INVALID {
        id: "secret_post_invalid", class: Unauthenticated,
        text: "the client cannot be authenticated with secret post",
        advice: "Send client_id and the right client_secret in the body; the client is registered for client_secret_post.",
    }

    /// Two methods of authentication at once, or two different client ids (RFC 6749 section 2.3).
    CLIENT_AMBIGUOUS {
        id: "client_ambiguous", class: Malformed,
        text: "the client must authenticate in one way, as one client",
        advice: "Authenticate one way only, as one client.",
    }

    /// Text 11 of `docs/contracts/oauth-token-endpoint.md` section 5.
    TLS_INVALID {
        id: "tls_invalid", class: Unauthenticated,
        text: "the client cannot be authenticated with TLS",
        advice: "Send the registered client certificate, unexpired, over TLS or through a trusted proxy.",
    }

    /// Text 12 of `docs/contracts/oauth-token-endpoint.md` section 5.
    SHARED_SECRET_MISSING {
        id: "shared_secret_missing", class: Unauthenticated,
        text: "the client {client} doesn't have a shared secret",
        advice: "Give the client its client_secret again: client_secret_jwt needs the secret itself.",
    }

    /// Text 13 of `docs/contracts/oauth-token-endpoint.md` section 5.
    ASSERTION_NOT_JWE {
        id: "assertion_not_jwe", class: Unauthenticated,
        text: "the client assertion is not a JWE token",
        advice: "Send client_assertion as a compact JWS, or as a compact JWE around one.",
    }

    /// Text 14 of `docs/contracts/oauth-token-endpoint.md` section 5.
    JWE_UNDECRYPTABLE {
        id: "jwe_undecryptable", class: Unauthenticated,
        text: "the jwe token cannot be decrypted",
        advice: "Encrypt the assertion with dir, A*KW or A*GCMKW and the key that follows from the client secret.",
    }

    /// Text 15 of `docs/contracts/oauth-token-endpoint.md` section 5.
    ASSERTION_NOT_JWS {
        id: "assertion_not_jws", class: Unauthenticated,
        text: "the client assertion is not a JWS token",
        advice: "Send client_assertion as a signed compact JWS; alg none and crit are refused.",
    }

    /// Text 16 of `docs/contracts/oauth-token-endpoint.md` section 5.
    JWS_PAYLOAD_INVALID {
        id: "jws_payload_invalid", class: Unauthenticated,
        text: "the JWS payload cannot be extracted",
        advice: "Put a JSON object into the assertion and key its MAC with the client secret.",
    }

    /// Text 17 of `docs/contracts/oauth-token-endpoint.md` section 5.
    ASSERTION_CLIENT_INVALID {
        id: "assertion_client_invalid", class: Unauthenticated,
        text: "the client id passed in JWT is not correct",
        advice: "Set iss and sub of the assertion to the client id, and client_id to the same or leave it out.",
    }

    /// Text 18 of `docs/contracts/oauth-token-endpoint.md` section 5.
    ASSERTION_AUDIENCE {
        id: "assertion_audience", class: Unauthenticated,
        text: "the audience passed in JWT is not correct",
        advice: "Set aud of the assertion to the issuer, exactly as discovery writes it.",
    }

    /// Text 19 of `docs/contracts/oauth-token-endpoint.md` section 5.
    ASSERTION_EXPIRED {
        id: "assertion_expired", class: Unauthenticated,
        text: "the received JWT has expired",
        advice: "Make a new assertion with an exp in the future, and check both clocks.",
    }

    /// An assertion's signature is wrong, was made with another key, or uses an algorithm that the client may not use.
    ASSERTION_SIGNATURE {
        id: "assertion_signature", class: Unauthenticated,
        text: "the signature of the client assertion is not correct",
        advice: "Sign the assertion with a registered key, name it in kid, and use the registered algorithm.",
    }

    /// `typ` of an assertion names another kind of JWT (RFC 8725 section 3.12), such as an introspection response.
    ASSERTION_KIND {
        id: "assertion_kind", class: Unauthenticated,
        text: "the received JWT is not a client assertion",
        advice: "Leave typ out of the header of the assertion, or set it to JWT or client-authentication+jwt.",
    }

    /// `nbf` or `iat` lies in the future.
    ASSERTION_NOT_YET {
        id: "assertion_not_yet", class: Unauthenticated,
        text: "the received JWT is not valid yet",
        advice: "Check both clocks: nbf or iat of the assertion is in the future.",
    }

    /// `exp` lies more than a day ahead.
    ASSERTION_LONG_LIVED {
        id: "assertion_long_lived", class: Unauthenticated,
        text: "the received JWT is valid for too long",
        advice: "Make assertions that live a day at most; minutes are enough.",
    }

    /// The client's keys are not registered, cannot be read, or cannot be fetched.
    CLIENT_KEYS_UNAVAILABLE {
        id: "client_keys_unavailable", class: Unauthenticated,
        text: "the keys of the client cannot be read",
        advice: "Register jwks, or see that jwks_uri answers 200 with a key set within 3 seconds.",
    }
}
