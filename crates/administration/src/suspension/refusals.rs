//! Refusals when many tokens are suspended or revoked.

jeton_model::refusals! {
    /// The filter matches every token, and the request does not confirm that this is intended.
    FILTER_EMPTY {
        id: "filter_empty", class: Malformed,
        text: "the filter is empty: it means every live token",
        advice: "Name in filter the tokens to revoke; to revoke all of them, set all as well.",
    }

    /// The filter matches many more tokens than the preview counted.
    MATCHES_GROWN {
        id: "matches_grown", class: Conflict,
        text: "{found} tokens match now, where {expected} were expected",
        advice: "Request a new preview, and send its count as expect.",
    }

    /// It is too late to undo a suspension, or to end it early.
    SUSPENSION_OVER {
        id: "suspension_over", class: Conflict,
        text: "the tokens are not suspended any more",
        advice: "Look at the revocation's state: it was undone, or its tokens have been or are being revoked.",
    }
}
