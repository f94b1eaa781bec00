//! Refusals of UMA (UMA 2.0 Grant, Federated Authorization).

jeton_model::refusals! {
    /// A permission ticket is unknown, used, or another client's.
    TICKET_INVALID {
        id: "ticket_invalid", class: Gone,
        text: "the ticket is not correct",
        advice: "Ask the resource server again without a token: a ticket works once.",
    }

    /// A permission ticket has expired.
    TICKET_EXPIRED {
        id: "ticket_expired", class: Gone,
        text: "the ticket has expired",
        advice: "Redeem the ticket within its lifetime, uma.ticket_lifetime.",
    }

    /// A claim token is not a valid ID token of a configured provider for this client.
    CLAIM_TOKEN_INVALID {
        id: "claim_token_invalid", class: Malformed, code: "invalid_grant",
        text: "the claim token is not valid",
        advice: "Send an ID token that a provider of the policy issued to this client, not expired.",
    }

    /// More claims about the requesting party are needed (UMA 2.0 Grant section 3.3.6).
    UMA_NEED_INFO {
        id: "uma_need_info", class: NeedsInteraction, code: "need_info",
        text: "claims of the requesting party are needed",
        advice: "Send a claim_token with the required claims, and the new ticket.",
    }

    /// The owner must agree first.
    UMA_REQUEST_SUBMITTED {
        id: "uma_request_submitted", class: Pending, code: "request_submitted",
        text: "the resource owner has been asked",
        advice: "Wait for the owner's answer, then send the new ticket.",
    }

    /// The policies do not permit the access, and further claims would not change that.
    UMA_REQUEST_DENIED {
        id: "uma_request_denied", class: Forbidden, code: "request_denied",
        text: "the request is denied by the policies of the resource owner",
        advice: "The owner's policies do not let this client, or the person behind it, do this.",
    }

    /// A resource is unknown, or belongs to another resource server or owner.
    RESOURCE_UNKNOWN {
        id: "resource_unknown", class: Missing, code: "invalid_resource_id",
        text: "the resource is not registered",
        advice: "Register the resource first, with the PAT of the same resource server and owner.",
    }
}
