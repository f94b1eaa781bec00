//! Refusals of clients that are known by a document.

jeton_model::refusals! {
    /// The document at a client id is not one, or describes a client that cannot be: what is wrong with it.
    CLIENT_DOCUMENT_INVALID {
        id: "client_document_invalid", class: Malformed, code: "invalid_client",
        text: "the document at the client_id cannot be used: {why}",
        advice: "Tell the makers of the application to correct the document at its client_id.",
    }

    /// The document at a client id cannot be read now.
    CLIENT_DOCUMENT_UNAVAILABLE {
        id: "client_document_unavailable", class: Unavailable,
        text: "the document at the client_id cannot be read now",
        advice: "Try again later; if it lasts, see that the address of the application answers, without a redirect.",
    }
}
