//! Refusals of sign-in, and of writes for callers that are not authenticated.

jeton_model::refusals! {
    /// There were too many wrong secrets, and this one was not checked. The value: seconds until the next one is checked.
    SECRETS_SLOWED {
        id: "secrets_slowed", class: Throttled,
        text: "too many wrong secrets came from this address, try again later",
        advice: "Wait as many seconds as Retry-After says, and stop what sends wrong secrets from the same address.",
    }

    /// Text 20 of `docs/contracts/oauth-token-endpoint.md` section 5.
    CREDENTIALS_INVALID {
        id: "credentials_invalid", class: Unauthenticated, code: "invalid_grant",
        text: "resource owner credentials are not valid",
        advice: "Check user name and password.",
    }

    /// Text 20 of `docs/contracts/oauth-token-endpoint.md` section 5 as well: there were too many wrong passwords, and this one
    /// was not checked. The value: seconds until the next one is checked.
    SIGN_IN_SLOWED {
        id: "sign_in_slowed", class: Throttled, code: "invalid_grant",
        text: "resource owner credentials are not valid",
        advice: "Wait as many seconds as Retry-After says: after several wrong passwords the next one was not checked, whether right or wrong.",
    }

    /// One address or client has used up what may be written for it now. The value: after how many seconds there is room again.
    REQUEST_PACE {
        id: "request_pace", class: Throttled,
        text: "too many requests come from there, try again later",
        advice: "Wait as many seconds as Retry-After says; behind a proxy, list it under http.trusted_proxies.",
    }
}
