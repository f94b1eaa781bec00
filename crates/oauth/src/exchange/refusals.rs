//! Refusals of token exchange (RFC 8693).

jeton_model::refusals! {
    /// The subject token is not valid, or does not have the type that the request states (RFC 8693 section 2.2.2).
    SUBJECT_TOKEN_INVALID {
        id: "subject_token_invalid", class: Gone, code: "invalid_request",
        text: "the subject token is not valid",
        advice: "Get a new subject token of this issuer, and name its correct type.",
    }

    /// The actor token is not valid, or was not issued to the client (RFC 8693 section 2.2.2).
    ACTOR_TOKEN_INVALID {
        id: "actor_token_invalid", class: Gone, code: "invalid_request",
        text: "the actor token is not valid",
        advice: "Send an access token or an ID token that this issuer issued to the client itself.",
    }

    /// No rule allows the exchange (RFC 8693 section 2.2.2).
    EXCHANGE_NOT_ALLOWED {
        id: "exchange_not_allowed", class: Forbidden, code: "invalid_request",
        text: "no policy allows this exchange",
        advice: "Add an exchange rule for these two clients that permits the request.",
    }

    /// A client of the grid named no scope (`docs/contracts/indigo-iam.md` section 7.6).
    EXCHANGE_SCOPE_MISSING {
        id: "exchange_scope_missing", class: Malformed,
        text: "the scope parameter is required at a token exchange",
        advice: "Send scope with the request.",
    }

    /// A client of the grid asked for a delegation, which its contract does not have (`docs/contracts/indigo-iam.md` section 7.6).
    EXCHANGE_DELEGATION {
        id: "exchange_delegation", class: Malformed,
        text: "the parameter {parameter} is not supported: exchanges are impersonations",
        advice: "Leave actor_token and want_composite out; the token names the client as the actor anyway.",
    }

    /// A client of the grid asked for a refresh token in exchange for its own token (`docs/contracts/indigo-iam.md` section 7.6).
    EXCHANGE_OFFLINE {
        id: "exchange_offline", class: Forbidden,
        text: "Token exchange not allowed: the token is the client's own, and offline_access is asked for",
        advice: "Leave offline_access out, or refresh the token that the client got first.",
    }

    /// A scope is not among those of the client that the subject token was issued to (`docs/contracts/indigo-iam.md` section 7.6).
    EXCHANGE_SCOPE_ORIGIN {
        id: "exchange_scope_origin", class: Forbidden, code: "invalid_scope",
        text: "scope not allowed by origin client configuration: {scope}",
        advice: "Ask for less, or add the scope to the client that the subject token was issued to.",
    }

    /// The rule that allowed an exchange was removed, denies the exchange now, or no longer allows a refresh token.
    EXCHANGE_WITHDRAWN {
        id: "exchange_withdrawn", class: Gone,
        text: "the policy that allowed this exchange is no longer there",
        advice: "Restore the exchange rule for these two clients with `refresh`, or exchange again under another one.",
    }

    /// RFC 8693 `invalid_target`: an `audience` is unknown or not allowed.
    AUDIENCE_UNKNOWN {
        id: "audience_unknown", class: Malformed, code: "invalid_target",
        text: "the audience is not known or not allowed",
        advice: "Name an audience of the subject token, or one that the exchange rule lists.",
    }

    /// The policy that allows the exchange does not allow a scope (`docs/contracts/indigo-iam.md` section 7.6).
    EXCHANGE_SCOPE_DENIED {
        id: "exchange_scope_denied", class: Forbidden, code: "invalid_scope",
        text: "scope exchange not allowed by policy: {scope}",
        advice: "Ask for less, or change the scope policies of the exchange policy.",
    }
}
