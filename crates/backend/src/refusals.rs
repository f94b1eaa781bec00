//! Refusals of callers of the backend.

jeton_model::refusals! {
    /// The request has no credential (`docs/contracts/authlete.md` section 1.5).
    API_CREDENTIAL_MISSING {
        id: "api_credential_missing", class: Unauthenticated,
        text: "the request has no API credential",
        advice: "Send the access token of the service or the organization as Authorization: Bearer, or a key pair as Basic.",
    }

    /// The `Authorization` header cannot be read, or there are several.
    API_CREDENTIAL_MALFORMED {
        id: "api_credential_malformed", class: Malformed,
        text: "the API credential cannot be read",
        advice: "Send one Authorization header: Bearer with an access token, or Basic with a key pair.",
    }

    /// No such token, or a wrong key pair.
    API_CREDENTIAL_UNKNOWN {
        id: "api_credential_unknown", class: Unauthenticated,
        text: "the API credential is unknown",
        advice: "Check the access token or the key pair; a rotated or deleted one does not come back.",
    }

    /// The token was valid once and has ended.
    API_CREDENTIAL_ENDED {
        id: "api_credential_ended", class: Forbidden,
        text: "the API credential has expired or was revoked",
        advice: "Make a new API token for the service (jeton token create --kind api) and configure it.",
    }

    /// The credential is for another service.
    API_CREDENTIAL_FOREIGN {
        id: "api_credential_foreign", class: Forbidden,
        text: "the API credential is not for this service",
        advice: "Use the credential of the service in the path, or one of the organization.",
    }

    /// The credential lacks a right.
    API_RIGHT_MISSING {
        id: "api_right_missing", class: Forbidden,
        text: "the API credential lacks the right {right}",
        advice: "Use an API token that has the named right, or one that includes it.",
    }

    /// The proof of the key that the API token is bound to is missing or wrong (RFC 9449, RFC 8705).
    API_CREDENTIAL_UNPROVEN {
        id: "api_credential_unproven", class: Forbidden,
        text: "the request does not prove the key that the API credential is bound to",
        advice: "Send the request with the certificate or key for which the API token was made.",
    }

    /// There is no service with this number.
    API_SERVICE_UNKNOWN {
        id: "api_service_unknown", class: Missing,
        text: "there is no such service",
        advice: "Check the service id in the path; jeton service list shows them.",
    }

    /// The service is disabled.
    API_SERVICE_DISABLED {
        id: "api_service_disabled", class: Forbidden,
        text: "the service is disabled",
        advice: "Enable the service first: jeton service enable.",
    }

    /// The organization's credential is needed, since the call concerns no single service.
    API_ORGANIZATION_NEEDED {
        id: "api_organization_needed", class: Forbidden,
        text: "this call needs the organization's credential",
        advice: "Use the access token of the organization ([organization] access_token), or an API token with backend:organization.",
    }
}
