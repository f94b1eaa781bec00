//! Headers of every answer (`docs/contracts/prodmanager.md` section 6).

use http::{HeaderMap, HeaderName, HeaderValue, header};
use jeton_core::prodmanager::RateLimitStatus;

/// The fixed headers, and the caller's name.
pub(crate) fn every(headers: &mut HeaderMap, name: Option<&str>) {
    let fixed = [
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'self' 'unsafe-inline'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // An addition to the original: an answer may contain a token.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (header, value) in fixed {
        headers.insert(header, HeaderValue::from_static(value));
    }
    if let Some(value) = name.and_then(latin_1) {
        headers.insert(HeaderName::from_static("x-username"), value);
    }
}

/// The caller's remaining rate.
pub(crate) fn rate(headers: &mut HeaderMap, rate_limit: &RateLimitStatus) {
    let client: String = rate_limit.client.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-ratelimit-client", client);
    set("x-ratelimit-limit", rate_limit.limit.to_string());
    set("x-ratelimit-reset", rate_limit.reset.seconds().to_string());
    set("x-ratelimit-remaining", rate_limit.remaining().to_string());
    set("x-ratelimit-used", rate_limit.used.to_string());
    if rate_limit.exceeded {
        set("retry-after", rate_limit.wait.to_string());
    }
}

/// A header's value in the encoding that clients of the original read; none for characters that it cannot express.
fn latin_1(text: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}
