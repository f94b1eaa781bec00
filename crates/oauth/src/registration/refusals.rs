//! Refusals of client registration (RFC 7591, RFC 7592).

jeton_model::refusals! {
    /// RFC 7591 `invalid_redirect_uri`: a redirect URI is missing, is not absolute, has a fragment, or does not fit the type of
    /// application.
    REGISTERED_REDIRECT_INVALID {
        id: "registered_redirect_invalid", class: Malformed, code: "invalid_redirect_uri",
        text: "{text}",
        advice: "Register absolute redirect URIs without a fragment: https for web applications, a loopback address or a scheme of its own for native ones.",
    }

    /// RFC 7591 `invalid_client_metadata`: a member's value is wrong, or a registrant may not choose it.
    CLIENT_METADATA_INVALID {
        id: "client_metadata_invalid", class: Malformed, code: "invalid_client_metadata",
        text: "{text}",
        advice: "Correct the metadata member that the message names.",
    }

    /// RFC 7591 `invalid_software_statement`: it is not a JWT.
    SOFTWARE_STATEMENT_INVALID {
        id: "software_statement_invalid", class: Malformed, code: "invalid_software_statement",
        text: "the software statement is not a JWT",
        advice: "Leave software_statement out: no statements are accepted.",
    }

    /// RFC 7591 `unapproved_software_statement`: no issuer of statements is trusted.
    SOFTWARE_STATEMENT_UNAPPROVED {
        id: "software_statement_unapproved", class: Forbidden, code: "unapproved_software_statement",
        text: "the software statement is not from an issuer that is trusted here",
        advice: "Leave software_statement out and send its claims as metadata: no statements are accepted.",
    }

    /// Too many clients were registered by open registration, or changed. The value: how many seconds to wait.
    REGISTRATION_LIMIT {
        id: "registration_limit", class: Throttled,
        text: "too many clients were registered, try again later",
        advice: "Try again later, register with a token of the scope register_client, or raise registration.quota.",
    }

    /// A registrant asks for a grant type that is not open to them (the text is INDIGO IAM's).
    GRANT_TYPE_CLOSED {
        id: "grant_type_closed", class: Forbidden, code: "invalid_client_metadata",
        text: "Grant type not allowed: {grant}",
        advice: "Leave the grant out of grant_types, or let an administrator register the client.",
    }
}
