//! Refusals that any feature may give.

crate::refusals! {
    /// Text 28 of `docs/contracts/oauth-token-endpoint.md` section 5: the body is absent, empty or not a form.
    BODY_MISSING {
        id: "body_missing", class: Malformed,
        text: "no parameter in body request",
        advice: "Send the parameters as an application/x-www-form-urlencoded body.",
    }

    /// The body is JSON where a form is expected (RFC 6749 section 3.2).
    BODY_NOT_FORM {
        id: "body_not_form", class: Malformed,
        text: "no parameter in body request: it is JSON, send a form (application/x-www-form-urlencoded)",
        advice: "Send the parameters as an application/x-www-form-urlencoded body, not as JSON.",
    }

    /// Text 1–7 of `docs/contracts/oauth-token-endpoint.md` section 5: a parameter is absent or blank.
    PARAMETER_MISSING {
        id: "parameter_missing", class: Malformed,
        text: "the parameter {name} is missing",
        advice: "Send the named parameter with a value that is not blank.",
    }

    /// A parameter came twice (RFC 6749 section 3.2).
    PARAMETER_REPEATED {
        id: "parameter_repeated", class: Malformed,
        text: "the parameter {name} is repeated",
        advice: "Send the named parameter once.",
    }

    /// A parameter's value is not valid.
    PARAMETER_INVALID {
        id: "parameter_invalid", class: Malformed,
        text: "the parameter {name} is not valid",
        advice: "Correct the named parameter's value.",
    }

    /// The body or a value is larger than allowed.
    REQUEST_TOO_LARGE {
        id: "request_too_large", class: TooLarge,
        text: "the request is too large",
        advice: "Send less: the body or one value is over the limit.",
    }

    /// A record of this name exists, or is not in the state that the caller expected.
    CONFLICT {
        id: "conflict", class: Conflict,
        text: "the {what} is already taken",
        advice: "Choose another name, or read the record again before changing it.",
    }

    /// At each attempt, another request changed the record between reading and writing.
    RECORD_CHANGED {
        id: "record_changed", class: Conflict,
        text: "the record was changed at the same moment, try again",
        advice: "Send the same request again: others changed the record while it was answered.",
    }

    /// There is no such record.
    NOT_FOUND {
        id: "not_found", class: Missing,
        text: "there is no such {what}",
        advice: "Check the name or number.",
    }

    /// The path is known, but not with this method (RFC 9110 section 15.5.6).
    METHOD_NOT_ALLOWED {
        id: "method_not_allowed", class: Malformed,
        text: "this path does not take this method",
        advice: "Use one of the methods that the header Allow of the answer lists.",
    }

    /// A value that an administrator sent is not valid.
    INVALID {
        id: "invalid", class: Malformed,
        text: "{text}",
        advice: "Correct the value that the message names.",
    }

    /// The queue is full; try again.
    BUSY {
        id: "busy", class: Unavailable,
        text: "the server is busy, try again",
        advice: "Try again shortly; raise limits if it lasts.",
    }

    /// The store cannot be reached, is full or does not answer in time; whether a write took effect is unknown. The source is
    /// for the log, never for an answer.
    STORE_UNAVAILABLE {
        id: "store_unavailable", class: Unavailable,
        text: "the store does not answer, try again",
        advice: "Send the same request again after Retry-After; if it lasts, see that the database runs and its disk has room.",
    }

    /// The random source or a seal failed, or a row cannot be read; the source is for the log, never for an answer.
    FAULT {
        id: "fault", class: Fault,
        text: "the server failed",
        advice: "Look in the server's log for the refusal's id.",
    }

    /// The limit on the number of such things is reached.
    TOO_MANY {
        id: "too_many", class: Malformed,
        text: "there are too many {what}",
        advice: "Remove some that are no longer needed.",
    }
}
