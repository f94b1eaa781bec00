//! `grpc-timeout`: how long a caller waits for the answer of a call (the gRPC protocol over HTTP/2, "Timeout").
//!
//! Nobody is helped by a call whose caller is gone: one whose time is over is not begun, and one that still waits then gives up its
//! place. What it had begun to write is finished, as after a lost connection. Robots send no such header.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use tokio::time::timeout;
use tonic::Status;

const HEADER: &str = "grpc-timeout";
/// The most digits of a value.
const DIGITS: usize = 8;

/// Answers a call within its time, or with `DEADLINE_EXCEEDED`.
pub(crate) async fn kept(request: Request, next: Next) -> Response {
    let Some(limit) = limit(request.headers()) else { return next.run(request).await };
    if limit.is_zero() {
        return over();
    }
    timeout(limit, next.run(request)).await.unwrap_or_else(|_| over())
}

fn over() -> Response {
    Status::deadline_exceeded("the time for this call is over").into_http()
}

/// The time that the caller gives. A value that is none counts as none: the header is advice, not a demand.
fn limit(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if number.len() > DIGITS || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::post;
    use http::{HeaderName, HeaderValue};
    use std::future::pending;
    use tower::ServiceExt as _;

    /// The gRPC status of a call that waits in a queue for ever.
    async fn status(value: &str) -> String {
        let waits = Router::new().route("/", post(async || pending::<()>().await)).layer(from_fn(kept));
        let request = Request::post("/").header(HEADER, value).body(Body::empty()).unwrap();
        let response = waits.oneshot(request).await.unwrap();
        response.headers().get("grpc-status").unwrap().to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_call_that_waits_longer_than_its_caller_ends() {
        for value in ["0n", "0H", "1n", "20m", "20000u"] {
            assert_eq!(status(value).await, "4", "{value}");
        }
    }

    #[test]
    fn units_are_those_of_the_protocol_and_other_values_limit_nothing() {
        let of = |value: &[u8]| {
            limit(&HeaderMap::from_iter([(HeaderName::from_static(HEADER), HeaderValue::from_bytes(value).unwrap())]))
        };
        for (value, seconds) in [("1H", 3600), ("2M", 120), ("99999999S", 99_999_999), ("3000m", 3), ("4000000u", 4)] {
            assert_eq!(of(value.as_bytes()), Some(Duration::from_secs(seconds)), "{value}");
        }
        for value in ["", "1", "S", "1s", "-1S", "1.5S", "123456789S", "1\u{e4}"] {
            assert_eq!(of(value.as_bytes()), None, "{value}");
        }
        assert_eq!(of(b"\xff"), None);
        assert_eq!(limit(&HeaderMap::new()), None);
    }
}
