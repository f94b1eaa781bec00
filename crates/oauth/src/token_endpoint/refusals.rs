//! Refusals that all grant types share.

jeton_model::refusals! {
    /// The request names no scope, and the client has none by default (RFC 6749 section 3.3).
    SCOPE_NEEDED {
        id: "scope_needed", class: Malformed, code: "invalid_scope",
        text: "the parameter scope is missing",
        advice: "Send scope, or give the client a default_scope.",
    }

    /// The grant type is unknown (RFC 6749 section 5.2 `unsupported_grant_type`).
    GRANT_TYPE_UNKNOWN {
        id: "grant_type_unknown", class: Malformed, code: "unsupported_grant_type",
        text: "the grant type is not supported",
        advice: "Use a grant_type that the discovery document lists.",
    }

    /// Text 22 of `docs/contracts/oauth-token-endpoint.md` section 5.
    GRANT_NOT_ALLOWED {
        id: "grant_not_allowed", class: Forbidden, code: "unauthorized_client",
        text: "the client {client} doesn't support the grant type {grant}",
        advice: "Add the grant to the client's grant_types.",
    }

    /// Text 23 of `docs/contracts/oauth-token-endpoint.md` section 5.
    RESPONSE_TYPE_NOT_ALLOWED {
        id: "response_type_not_allowed", class: Forbidden, code: "unauthorized_client",
        text: "the client '{client}' doesn't support the response type: '{response_type}'",
        advice: "Add the response type to the client's response_types; if it contains token or id_token, also add implicit to its grant_types.",
    }

    /// Text 26 of `docs/contracts/oauth-token-endpoint.md` section 5.
    REDIRECT_URI_MALFORMED {
        id: "redirect_uri_malformed", class: Malformed,
        text: "Based on the RFC-3986 the redirection-uri is not well formed",
        advice: "Send redirect_uri as an absolute URI without a fragment.",
    }

    /// RFC 8707 `invalid_target`: the client may not name the audience, or it is too long or not printable.
    RESOURCE_INVALID {
        id: "resource_invalid", class: Malformed, code: "invalid_target",
        text: "the resource is not valid or not allowed",
        advice: "Send resource, aud or audience as names that the client may ask for.",
    }

    /// A client whose tokens must be bound to a certificate sent no certificate (RFC 8705 section 3).
    CERTIFICATE_NEEDED {
        id: "certificate_needed", class: Malformed,
        text: "a client certificate is needed to bind the token to",
        advice: "Call the token endpoint over TLS with a client certificate.",
    }

    /// A family is bound to another certificate than the one sent (RFC 8705 sections 3 and 4).
    CERTIFICATE_FOREIGN {
        id: "certificate_foreign", class: Forbidden, code: "invalid_grant",
        text: "the authorization is bound to another client certificate",
        advice: "Use the certificate with which the tokens were obtained.",
    }

    /// The client must use DPoP (RFC 9449 section 5.2), and the request has no proof.
    DPOP_PROOF_NEEDED {
        id: "dpop_proof_needed", class: Malformed, code: "invalid_dpop_proof",
        text: "the client must prove its key with DPoP",
        advice: "Send a DPoP proof with the request, or clear dpopRequired at the client.",
    }

    /// A family is bound to another key than the one that the request proves (RFC 9449 section 5).
    DPOP_KEY_FOREIGN {
        id: "dpop_key_foreign", class: Forbidden, code: "invalid_grant",
        text: "the authorization is bound to another key",
        advice: "Use the key with which the tokens were obtained.",
    }

    /// RFC 8707 `invalid_target`: a `resource` is not an absolute URI without query and fragment.
    RESOURCE_MALFORMED {
        id: "resource_malformed", class: Malformed, code: "invalid_target",
        text: "{why}: {value}",
        advice: "Send each resource as an absolute URI without a fragment.",
    }

    /// RFC 8707 section 2.2 `invalid_target`: the request names resources beyond those that were authorized.
    RESOURCE_NOT_GRANTED {
        id: "resource_not_granted", class: Forbidden, code: "invalid_target",
        text: "The requested resource was not originally granted",
        advice: "Ask for resources of the first request, or start a new authorization that names this one.",
    }
}
