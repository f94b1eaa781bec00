//! Refusals of ProdManager's API tokens (`docs/contracts/prodmanager.md`).

jeton_model::refusals! {
    /// Fields of the request for a token are missing or wrong.
    API_TOKEN_FIELDS {
        id: "api_token_fields", class: Malformed,
        text: "fields of the token are missing or not valid",
        advice: "Correct the fields that the answer names under reasons.",
    }

    /// The secret is not the one under `[api_tokens]`.
    API_TOKEN_SECRET {
        id: "api_token_secret", class: Unauthenticated,
        text: "Application secret invalid",
        advice: "Send the secret under [api_tokens] in the server's configuration.",
    }

    /// The `Authorization` header has no valid token of this kind.
    API_TOKEN_MISFIT {
        id: "api_token_misfit", class: Unauthenticated, code: "invalid_token",
        text: "{misfit}",
        advice: "Make a new token at /api/token/create and send it as Authorization: Bearer.",
    }

    /// `page` or `per_page` in the query is too large.
    PAGINATION_OVERFLOW {
        id: "pagination_overflow", class: Malformed,
        text: "Pagination value overflow",
        advice: "Ask for page 10000000 at most, and for 50 entries a page at most.",
    }

    /// The caller sent too many requests.
    API_RATE_LIMIT {
        id: "api_rate_limit", class: Throttled,
        text: "API rate limit has been reached",
        advice: "Wait as many seconds as Retry-After says, or raise the rates under [api_tokens].",
    }
}
