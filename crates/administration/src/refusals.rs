//! Refusals of administration, and of API tokens wherever they are handled.

jeton_model::refusals! {
    /// The caller must be a person, or a person with a role (`docs/contracts/indigo-iam.md` section 3.2).
    ROLE_NEEDED {
        id: "role_needed", class: Forbidden,
        text: "the role {role} is needed",
        advice: "Sign in as a person with the named role, or use a token in such a person's name.",
    }

    /// An administrator creates or changes something that would have more rights than they have.
    AUTHORITY_EXCEEDED {
        id: "authority_exceeded", class: Forbidden, code: "insufficient_scope",
        text: "this needs {scope}, which the caller does not hold",
        advice: "Let somebody with the named scope do it, or leave out what needs that scope.",
    }

    /// The browser's headers say that another site caused the request.
    FOREIGN_SITE {
        id: "foreign_site", class: Forbidden,
        text: "the request comes from another site",
        advice: "Send the request from a page of the issuer, as application/json, or with a bearer token instead of the session.",
    }

    /// An API token would live longer than the policy allows. The value: the longest lifetime, in seconds.
    API_TOKEN_LIFETIME {
        id: "api_token_lifetime", class: Malformed,
        text: "an API token may live {most} seconds at most",
        advice: "Ask for a shorter lifetime, or raise api_tokens.max_lifetime (for ever: api_tokens.allow_never).",
    }

    /// A token cannot be replaced by a new one with the same rights. The value: why.
    TOKEN_NOT_ROTATABLE {
        id: "token_not_rotatable", class: Conflict,
        text: "the token cannot be rotated: {why}",
        advice: "Rotate a valid API token that was not rotated yet, or make a new one.",
    }
}
