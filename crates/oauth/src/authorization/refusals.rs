//! Refusals of the authorization endpoint (RFC 6749 section 4.1, OIDC Core, RFC 9101, RFC 9126).

jeton_model::refusals! {
    /// RFC 9396 section 5: `authorization_details` that cannot be read, or of a type that the service does not know.
    AUTHORIZATION_DETAILS_INVALID {
        id: "authorization_details_invalid", class: Malformed, code: "invalid_authorization_details",
        text: "authorization_details is not valid",
        advice: "Send a JSON list of objects, each with a type that the authorization server supports.",
    }

    /// The response type is unknown (RFC 6749 section 4.1.2.1 `unsupported_response_type`).
    RESPONSE_TYPE_UNKNOWN {
        id: "response_type_unknown", class: Malformed, code: "unsupported_response_type",
        text: "the response type is not supported",
        advice: "Use a response_type that the discovery document lists.",
    }

    /// The redirect URI is not registered for the client.
    REDIRECT_URI_UNREGISTERED {
        id: "redirect_uri_unregistered", class: Malformed,
        text: "the redirect URI is not registered for the client",
        advice: "Register this exact redirect URI for the client.",
    }

    /// The URI to go to after the sign-out is not registered for the client (RP-Initiated Logout section 3).
    POST_LOGOUT_REDIRECT_URI_UNREGISTERED {
        id: "post_logout_redirect_uri_unregistered", class: Malformed,
        text: "the post-logout redirect URI is not registered for the client",
        advice: "Register this exact URI among the client's post_logout_redirect_uris.",
    }

    /// This client must use PKCE, and the request has no code challenge.
    CODE_CHALLENGE_MISSING {
        id: "code_challenge_missing", class: Malformed,
        text: "the client must use PKCE: code_challenge is missing",
        advice: "Send code_challenge with code_challenge_method=S256.",
    }

    /// The challenge method is not `S256`.
    CODE_CHALLENGE_METHOD_UNKNOWN {
        id: "code_challenge_method_unknown", class: Malformed,
        text: "the code challenge method is not supported, use S256",
        advice: "Use code_challenge_method=S256.",
    }

    /// `prompt=none` and the user is not signed in (OIDC Core section 3.1.2.6).
    LOGIN_REQUIRED {
        id: "login_required", class: NeedsInteraction, code: "login_required",
        text: "the resource owner is not signed in",
        advice: "Send the person to sign in: prompt=none needs a session.",
    }

    /// `prompt=none` and consent is needed.
    CONSENT_REQUIRED {
        id: "consent_required", class: NeedsInteraction, code: "consent_required",
        text: "the resource owner has not consented yet",
        advice: "Ask the person: prompt=none needs an earlier consent.",
    }

    /// `acr` is essential and names only classes that no sign-in of this service reaches (OIDC Core section 5.5.1.1).
    ACR_UNMET {
        id: "acr_unmet", class: NeedsInteraction, code: "unmet_authentication_requirements",
        text: "no sign-in reaches the authentication context that is asked for",
        advice: "Ask for an acr that the discovery document lists, or do not make it essential.",
    }

    /// RFC 9449 section 10.1: a request names another key than the one that it proves.
    DPOP_JKT_FOREIGN {
        id: "dpop_jkt_foreign", class: Malformed, code: "invalid_dpop_proof",
        text: "dpop_jkt is not the thumbprint of the key that the request proves",
        advice: "Send the thumbprint of the proof's own key as dpop_jkt, or leave dpop_jkt out: the proof alone binds the code.",
    }

    /// A caller's ticket was answered before.
    TICKET_USED {
        id: "ticket_used", class: Gone, code: "invalid_request",
        text: "the ticket has been used before",
        advice: "Read the authorization request again: its ticket works once.",
    }

    /// RFC 9101: the request object is not from the client, is not signed by one of its keys, or is not valid now.
    REQUEST_OBJECT_INVALID {
        id: "request_object_invalid", class: Malformed, code: "invalid_request_object",
        text: "the request object is not valid",
        advice: "Sign the request object with a registered key and algorithm, for this issuer, with client_id and valid times.",
    }

    /// RFC 9101 section 10.5: the client is registered to sign its requests, and this one is unsigned.
    REQUEST_OBJECT_REQUIRED {
        id: "request_object_required", class: Malformed,
        text: "the client must sign its request",
        advice: "Send the request in a signed request object: the client has require_signed_request_object.",
    }

    /// The reference to a pushed request is unknown, used, expired or another client's, or the URL is not registered or
    /// does not answer.
    REQUEST_URI_INVALID {
        id: "request_uri_invalid", class: Gone, code: "invalid_request_uri",
        text: "the request URI is not valid",
        advice: "Push the request again: a reference works for 60 seconds, until somebody signs in with it; or register the address in request_uris.",
    }

    /// RFC 9126 section 6: only pushed requests are accepted.
    PUSHED_REQUEST_REQUIRED {
        id: "pushed_request_required", class: Malformed,
        text: "the request must be pushed first",
        advice: "Send the request to /par first and its request_uri here: client or service requires pushed requests.",
    }
}
