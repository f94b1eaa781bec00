//! Refusals of API tokens.

jeton_model::refusals! {
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

    /// One address reports more leaked tokens than are checked.
    LEAK_REPORTS_LIMIT {
        id: "leak_reports_limit", class: Throttled,
        text: "too many leaked tokens were reported, try again later",
        advice: "Send the rest a little later: a thousand at once and ten a second are accepted.",
    }
}
