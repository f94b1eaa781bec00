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
        advice: "Make a new API token for the service (jeton token mint --kind api) and configure it.",
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

    /// The scheme is `DPoP`, and the API credential is bound to no key (RFC 9449 section 7.1).
    API_CREDENTIAL_UNBOUND {
        id: "api_credential_unbound", class: Forbidden,
        text: "the API credential is bound to no key, and was sent as DPoP",
        advice: "Send it as Authorization: Bearer, or make an API token that is bound to your key.",
    }

    /// The API token is bound to a key, and the request has no proof of it, or several (RFC 9449 section 7.1).
    API_PROOF_MISSING {
        id: "api_proof_missing", class: Forbidden,
        text: "the API credential is bound to a key, and the request does not prove it",
        advice: "Send the token as Authorization: DPoP, with one DPoP header that has a proof for this request.",
    }

    /// The proof of the key that the API token is bound to is not valid (RFC 9449 section 4.3).
    API_PROOF_INVALID {
        id: "api_proof_invalid", class: Forbidden,
        text: "the proof of the API credential's key is not valid: {why}",
        advice: "Make a proof for each request: its method, its address, the hash of the token, the time, and a new jti.",
    }

    /// The body of a call is no JSON object and no form, or a member comes twice (`docs/contracts/authlete.md` section 1.5).
    CALL_UNREADABLE {
        id: "call_unreadable", class: Malformed,
        text: "the body of the call cannot be read: {why}",
        advice: "Send one JSON object, or a form, in UTF-8, in which each member comes once; a batch is a list of such objects.",
    }

    /// A ticket was not made by this server for this service, or has expired (`docs/contracts/authlete.md` section 4.1).
    TICKET_UNKNOWN {
        id: "ticket_unknown", class: Gone, code: "invalid_request",
        text: "there is no such ticket, or it has expired",
        advice: "Send the ticket as it was given out, to the same service; if it is too old, begin the request again.",
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

    /// The default service is not changed by this API, nor are its clients that other APIs made.
    API_SERVICE_CONFIGURED {
        id: "api_service_configured", class: Forbidden,
        text: "what Jeton's configuration file describes is not changed here",
        advice: "Change Jeton's configuration file, or use the administration API. A [[service]] is taken out of the file before it is deleted here; an authorization server needs a service of its own.",
    }

    /// The organization's credential is needed, since the call concerns no single service.
    API_ORGANIZATION_NEEDED {
        id: "api_organization_needed", class: Forbidden,
        text: "this call needs the organization's credential",
        advice: "Use the access token of the organization ([organization] access_token), or an API token with backend:organization.",
    }

    /// A record needs a subject (`docs/contracts/authlete.md` section 2.1).
    SUBJECT_MISSING {
        id: "subject_missing", class: Malformed,
        text: "the subject is missing",
        advice: "Send the subject that the token is for.",
    }

    /// A subject has more than 100 characters.
    SUBJECT_TOO_LONG {
        id: "subject_too_long", class: Malformed,
        text: "the subject has more than 100 characters",
        advice: "Use a shorter identifier of the person.",
    }

    /// A subject has characters outside ASCII.
    SUBJECT_NOT_ASCII {
        id: "subject_not_ascii", class: Malformed,
        text: "the subject has characters outside printable ASCII",
        advice: "Use an identifier of the person in printable ASCII.",
    }

    /// The result of this grant cannot be created.
    RECORD_GRANT_UNSUPPORTED {
        id: "record_grant_unsupported", class: Malformed,
        text: "a token of the grant {grant} cannot be created",
        advice: "Name the grant that the token is the result of; refresh_token is none, since a refresh changes a record.",
    }

    /// A record would have a scope that the client may not have.
    RECORD_SCOPE_UNSUPPORTED {
        id: "record_scope_unsupported", class: Malformed,
        text: "the scope {scope} is not supported for this client",
        advice: "Ask for scopes that the service has and the client may request.",
    }

    /// A record gives access to endpoints of this server, which no authorization server decides about.
    RECORD_RIGHTS_EXCEEDED {
        id: "record_rights_exceeded", class: Forbidden,
        text: "the token has the scope {scope}, which is this server's own",
        advice: "Change such a token at the administration API, or give it other scopes with the call.",
    }

    /// The client is locked.
    RECORD_CLIENT_LOCKED {
        id: "record_client_locked", class: Forbidden,
        text: "the client is locked",
        advice: "Unlock the client first.",
    }

    /// A request that an authorization server sends on has credentials of a public client, which has none (RFC 6749 section 2.1), or is
    /// of a kind that such a client cannot make.
    CLIENT_PUBLIC {
        id: "client_public", class: Unauthenticated,
        text: "the client is public, and cannot authenticate",
        advice: "Let the client send the request without credentials if the endpoint allows that, or make it CONFIDENTIAL.",
    }

    /// The client that a call names does not exist in the service.
    RECORD_CLIENT_UNKNOWN {
        id: "record_client_unknown", class: Malformed,
        text: "there is no such client in this service",
        advice: "Check the client id or the alias; an alias works where client and service enable it.",
    }

    /// A record needs a client, and the call names none (`docs/contracts/authlete.md` section 2.1).
    RECORD_CLIENT_UNNAMED {
        id: "record_client_unnamed", class: Malformed,
        text: "the call names no client",
        advice: "Send clientId, or clientIdentifier with the id or the alias of the client.",
    }

    /// The client that a call of the organization names belongs to another service.
    RECORD_CLIENT_FOREIGN {
        id: "record_client_foreign", class: Forbidden,
        text: "the client belongs to another service",
        advice: "Call the path of the client's own service, or name a client of this one.",
    }

    /// An alias names a client, and the service or the client does not let it work (`docs/contracts/authlete.md` section 8).
    CLIENT_ALIAS_DISABLED {
        id: "client_alias_disabled", class: Malformed,
        text: "the alias of the client is not enabled",
        advice: "Enable clientIdAliasEnabled at the service and at the client, or name the client by its id.",
    }

    /// A DPoP proof is not valid (RFC 9449 section 4.3).
    DPOP_PROOF_INVALID {
        id: "dpop_proof_invalid", class: Malformed, code: "invalid_dpop_proof",
        text: "the DPoP proof is not valid",
        advice: "Make a new proof for each request, with its method and address, the time of now, and the public key.",
    }

    /// An access token that an API asks about has expired (RFC 6750 section 3.1 `invalid_token`).
    TOKEN_EXPIRED {
        id: "token_expired", class: Unauthenticated, code: "invalid_token",
        text: "the access token has expired",
        advice: "Refresh the token, or let the person sign in again.",
    }

    /// An access token is for another subject than the API asks about.
    TOKEN_SUBJECT_FOREIGN {
        id: "token_subject_foreign", class: Forbidden, code: "invalid_request",
        text: "the access token is for another subject",
        advice: "Send a token of the subject that the call names, or leave the subject out of the call.",
    }

    /// An access token is bound to a certificate (RFC 8705 section 3), and the call has none, or another one.
    TOKEN_CERTIFICATE_UNPROVEN {
        id: "token_certificate_unproven", class: Unauthenticated, code: "invalid_token",
        text: "the request was not sent with the certificate that the access token is bound to",
        advice: "Send the request with the certificate with which the token was obtained, and pass it on as clientCertificate.",
    }

    /// An access token is bound to a key (RFC 9449), and the call has no proof of it, or a wrong one.
    TOKEN_KEY_UNPROVEN {
        id: "token_key_unproven", class: Unauthenticated, code: "invalid_dpop_proof",
        text: "the request does not prove the key that the access token is bound to",
        advice: "Send a DPoP proof of the token's key that was made for this request, and pass it on with htm and htu.",
    }

    /// An access token is for other resources (RFC 8707) than the API asks about.
    TOKEN_RESOURCE_FOREIGN {
        id: "token_resource_foreign", class: Forbidden, code: "invalid_token",
        text: "the access token is for other resources",
        advice: "Ask for a token with the resource that the call names.",
    }

    /// The sign-in behind an access token is too old, or was of another kind (RFC 9470 section 3).
    TOKEN_SIGN_IN_INSUFFICIENT {
        id: "token_sign_in_insufficient", class: Unauthenticated, code: "insufficient_user_authentication",
        text: "the person must sign in again, or in another way",
        advice: "Start an authorization with the acr_values or the max_age that the API demands.",
    }

    /// A key in the `jwks` of a service cannot be taken over (`docs/contracts/authlete.md` section 8).
    SERVICE_KEY_UNUSABLE {
        id: "service_key_unusable", class: Malformed,
        text: "the key {name} of jwks cannot be used: {why}",
        advice: "Send private keys for signatures, at least 2048 bits for RSA, whole and each with a kid of its own; or leave the key out.",
    }

    /// The service does not let clients register themselves.
    REGISTRATION_UNSUPPORTED {
        id: "registration_unsupported", class: Forbidden,
        text: "the service does not support dynamic registration",
        advice: "Set dynamicRegistrationSupported at the service first.",
    }

    /// The properties of a record are larger than 65,535 bytes.
    RECORD_PROPERTIES_TOO_LARGE {
        id: "record_properties_too_large", class: Malformed,
        text: "the properties take more than 65535 bytes",
        advice: "Store less with the token, and keep the rest in your own database.",
    }

    /// A refresh token was given for a record that cannot have one.
    RECORD_REFRESH_UNSUPPORTED {
        id: "record_refresh_unsupported", class: Malformed,
        text: "a token of the grant {grant} has no refresh token here",
        advice: "Leave the refresh token out, or let the service support refresh_token.",
    }

    /// No identifier says which record is meant.
    RECORD_UNNAMED {
        id: "record_unnamed", class: Malformed,
        text: "the call names no token",
        advice: "Send the token, its hash, or its tokenId.",
    }

    /// There is no live record of this name.
    RECORD_UNKNOWN {
        id: "record_unknown", class: Missing,
        text: "there is no such token",
        advice: "Check the token or its hash; one that was revoked or has expired cannot be changed.",
    }

    /// The token that a call of the organization names belongs to another service.
    RECORD_FOREIGN {
        id: "record_foreign", class: Forbidden,
        text: "the token belongs to another service",
        advice: "Call the path of the token's own service.",
    }

    /// There is no batch of this name in the service, or it ended more than a week ago (`docs/contracts/authlete.md` section 2.8).
    BATCH_UNKNOWN {
        id: "batch_unknown", class: Missing,
        text: "there is no such batch",
        advice: "Check the requestId; how a batch ended can be asked for during a week, by the service that sent it.",
    }

    /// An introspection response is to be signed with an algorithm, or by a key, that the service does not have (RFC 9701).
    INTROSPECTION_KEY_MISSING {
        id: "introspection_key_missing", class: Conflict,
        text: "the service has no such key that signs with {alg}",
        advice: "Name an algorithm in introspectionSignAlg that the service has a key for, or give the service such a key.",
    }

    /// An operation of Authlete's API that is not served yet (`docs/authlete.md`, the table of operations).
    OPERATION_NOT_SERVED {
        id: "operation_not_served", class: Malformed,
        text: "this operation is not served yet",
        advice: "See docs/authlete.md for what is served; use another operation, or go on with another server for this one.",
    }
}
