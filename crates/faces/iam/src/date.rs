//! Dates as the two generations of INDIGO IAM write them (`docs/contracts/indigo-iam.md` section 3.4).

use jeton_core::Timestamp;
use jiff::Timestamp as Moment;

/// `2014-05-28T22:02:09+0000`: seconds, a numeric offset without a colon.
pub(crate) fn text(at: Timestamp) -> String {
    written(at, "%Y-%m-%dT%H:%M:%S%z")
}

/// `2018-02-27T06:26:21.000Z`, of SCIM.
pub(crate) fn scim(at: Timestamp) -> String {
    written(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// `2018-02-27T06:26:21.000+00:00`, of policies.
pub(crate) fn with_offset(at: Timestamp) -> String {
    written(at, "%Y-%m-%dT%H:%M:%S%.3f+00:00")
}

/// A time beyond the year 9999 gives an empty text.
fn written(at: Timestamp, form: &str) -> String {
    Moment::from_millisecond(at.millis()).map(|moment| moment.strftime(form).to_string()).unwrap_or_default()
}
