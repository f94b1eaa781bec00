//! Refusals of API tokens.

jeton_model::refusals! {
    /// One address reports leaked tokens faster than allowed.
    LEAK_REPORTS_LIMIT {
        id: "leak_reports_limit", class: Throttled,
        text: "too many leaked tokens were reported, try again later",
        advice: "Send the rest a little later: a thousand at once and ten a second are accepted.",
    }
}
