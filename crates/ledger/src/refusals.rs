//! Refusals of the ledger: about presented tokens, and about plans that may not be minted.

use jeton_model::Refusal;

jeton_model::refusals! {
    /// Text 8 of `docs/contracts/oauth-token-endpoint.md` section 5.
    CLIENT_UNKNOWN {
        id: "client_unknown", class: Unauthenticated,
        text: "the client doesn't exist",
        advice: "Register the client, enable it, or correct its client_id.",
    }

    /// Text 21 of `docs/contracts/oauth-token-endpoint.md` section 5, with the scope words that are not allowed, joined by
    /// commas.
    SCOPE_NOT_ALLOWED {
        id: "scope_not_allowed", class: Malformed, code: "invalid_scope",
        text: "the scopes {words} are not allowed or invalid",
        advice: "Request only scopes in the client's scope, or add the named ones to it.",
    }

    /// The request has no bearer token.
    BEARER_MISSING {
        id: "bearer_missing", class: Unauthenticated, code: "invalid_request",
        text: "an access token is needed",
        advice: "Send Authorization: Bearer with an access token.",
    }

    /// A bearer token is not valid (RFC 6750 section 3.1 `invalid_token`).
    BEARER_INVALID {
        id: "bearer_invalid", class: Unauthenticated, code: "invalid_token",
        text: "the access token is not valid",
        advice: "Get a new access token: this one is unknown, expired or revoked.",
    }

    /// A bearer token lacks a scope (RFC 6750 section 3.1 `insufficient_scope`).
    BEARER_SCOPE {
        id: "bearer_scope", class: Forbidden, code: "insufficient_scope",
        text: "the access token lacks the scope {scope}",
        advice: "Get an access token with the named scope.",
    }

    /// The ticket of a page is forged, expired, used, or belongs to another browser.
    INTERACTION_INVALID {
        id: "interaction_invalid", class: Gone, code: "invalid_request",
        text: "the page is no longer valid",
        advice: "Go back to the application and start again: the page was old, used, or opened in another browser.",
    }

    /// The service is disabled.
    SERVICE_DISABLED {
        id: "service_disabled", class: Unavailable, code: "temporarily_unavailable",
        text: "the service is switched off",
        advice: "Enable the service.",
    }

    /// The family was revoked or has ended.
    GRANT_ENDED {
        id: "grant_ended", class: Gone,
        text: "the authorization has ended",
        advice: "Let the person sign in again: the authorization was revoked or has ended.",
    }

    /// A plan asked for more than parent, client or policy allow: an error in the code that made the plan.
    PLAN_EXCEEDED {
        id: "plan_exceeded", class: Fault,
        text: "the server failed",
        advice: "A defect of the server: report it with the refusal's id.",
    }

    /// A token was to get a text that was made elsewhere, and a token of the service has it already.
    TOKEN_TEXT_TAKEN {
        id: "token_text_taken", class: Conflict,
        text: "the given {kind} token is already in use",
        advice: "Give another value for the named token, or none: then one is made.",
    }

    /// Two plans of a batch are for the same client and subject, where there is one authorization of a pair at a time.
    PAIR_REPEATED {
        id: "pair_repeated", class: Conflict,
        text: "the batch has two tokens for the same client and subject, and only one may be live",
        advice: "Leave one of them out, or let a subject have several authorizations at the client.",
    }

    /// An assertion was used a second time (RFC 7523 section 3, `jti`).
    ASSERTION_REPLAYED {
        id: "assertion_replayed", class: Unauthenticated,
        text: "the received JWT has been used before",
        advice: "Make a new assertion with a new jti for each request.",
    }
}

/// [`PLAN_EXCEEDED`] with the reason, for the log: the code that made the plan is at fault, not the caller.
#[must_use]
pub fn plan_exceeded(what: &str) -> Refusal {
    PLAN_EXCEEDED.because(format!("plan exceeded {what}"))
}
