//! Refusals of confirmation codes (`docs/contracts/oauth-token-endpoint.md` section 11).

jeton_model::refusals! {
    /// No sender of messages is configured.
    CONFIRMATION_OFF {
        id: "confirmation_off", class: Missing, code: "invalid_request",
        text: "confirmation codes are not offered",
        advice: "Configure a sender under [sms].",
    }

    /// A code was sent a moment ago, or too many were sent today.
    CONFIRMATION_THROTTLED {
        id: "confirmation_throttled", class: Throttled,
        text: "no further code is sent now, try again later",
        advice: "Wait as many seconds as Retry-After says; a code that was sent within five minutes is still good.",
    }

    /// The sender failed; the source is for the log, never for an answer.
    CONFIRMATION_FAILED {
        id: "confirmation_failed", class: Fault, code: "unhandled_exception",
        text: "the code was not sent",
        advice: "Look in the server's log for the refusal's id: the message provider did not answer.",
    }
}
