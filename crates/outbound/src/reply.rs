//! An answer, read up to its limit.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use jeton_model::outbound::{OutboundError, OutboundReply};

use crate::failure::broken;

/// Reads all of it, or reports that it is too large as soon as that is known.
pub(crate) async fn read(answer: Response<Incoming>, limit: usize) -> Result<OutboundReply, OutboundError> {
    let (head, mut body) = answer.into_parts();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    if text(CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        // Nothing that unpacks to more than it weighs.
        return Err(OutboundError::Unreachable("the answer is compressed, which was not asked for".to_owned()));
    }
    if text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > limit as u64) {
        return Err(OutboundError::TooLarge);
    }
    let content_type = text(CONTENT_TYPE).map(str::to_owned);
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        if read.len() + data.len() > limit {
            return Err(OutboundError::TooLarge);
        }
        read.extend_from_slice(&data);
    }
    Ok(OutboundReply { status: head.status.as_u16(), content_type, max_age: max_age(&head.headers), body: read })
}

/// How long the answer may be cached (RFC 9111 section 5.2.2); the shortest of the stated times.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all(CACHE_CONTROL).into_iter().filter_map(|value| value.to_str().ok());
    let directives = lines.flat_map(|line| line.split(',')).map(str::trim);
    directives
        .filter_map(|directive| match directive.to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => Some(Duration::ZERO),
            other => {
                let seconds = other.strip_prefix("max-age=")?.trim_matches('"').parse().ok()?;
                Some(Duration::from_secs(seconds))
            }
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_age_that_is_said_counts() {
        for (written, seconds) in [
            ("max-age=60", Some(60)),
            ("public, Max-Age=\"60\"", Some(60)),
            ("max-age=60, no-cache", Some(0)),
            ("no-store", Some(0)),
            ("s-maxage=9", None),
            ("max-age=-1", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, written.parse().unwrap());
            assert_eq!(max_age(&headers), seconds.map(Duration::from_secs), "{written}");
        }
    }
}
