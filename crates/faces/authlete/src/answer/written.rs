//! Answers that are written as they are made, without a map of their members in between: for the calls that come thousands of times
//! a second.

use serde::Serialize;

use super::{Answer, Code, Operation};

/// An answer with its result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithResult<'a, T> {
    result_code: &'static str,
    result_message: String,
    action: &'static str,
    #[serde(flatten)]
    members: &'a T,
}

impl Answer {
    /// The answer of an operation that was carried out, with these members; none of them may be `null`.
    pub(crate) fn written(operation: &Operation, code: Code, action: &'static str, members: &impl Serialize) -> Self {
        let result_message = code.message(operation.done);
        let answer = WithResult { result_code: code.text(), result_message, action, members };
        // Values in memory can always be written.
        Self::Written(serde_json::to_vec(&answer).unwrap_or_default())
    }
}
