//! Requests as bytes, prepared as far as possible.

use std::io::Write as _;

use super::Endpoint;

/// A POST of which only one value changes from request to request.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Everything up to the `Content-Length` value.
    head: Vec<u8>,
    before: String,
    after: String,
}

impl Form {
    /// A form: the body will be `before`, the changing value, `after`; both are form-encoded already.
    pub(crate) fn new(place: &Endpoint, authorization: Option<&str>, before: String, after: String) -> Self {
        Self::of("application/x-www-form-urlencoded", place, authorization, (before, after))
    }

    /// The same with JSON.
    pub(crate) fn json(place: &Endpoint, authorization: Option<&str>, before: String, after: String) -> Self {
        Self::of("application/json", place, authorization, (before, after))
    }

    fn of(kind: &str, place: &Endpoint, authorization: Option<&str>, (before, after): (String, String)) -> Self {
        let mut head = start("POST", place, authorization);
        head.extend_from_slice(b"Content-Type: ");
        head.extend_from_slice(kind.as_bytes());
        head.extend_from_slice(b"\r\nContent-Length: ");
        Self { head, before, after }
    }

    /// Appends the request with this value (encoded as the body is) to `into`.
    pub(crate) fn write(&self, value: &str, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.head);
        let length = self.before.len() + value.len() + self.after.len();
        // Writing to a Vec cannot fail.
        let _ = write!(into, "{length}\r\n\r\n");
        into.extend_from_slice(self.before.as_bytes());
        into.extend_from_slice(value.as_bytes());
        into.extend_from_slice(self.after.as_bytes());
    }

    /// The whole request with this value.
    pub(crate) fn with(&self, value: &str) -> Vec<u8> {
        let mut request = Vec::new();
        self.write(value, &mut request);
        request
    }
}

/// A GET.
pub(crate) fn get(place: &Endpoint, authorization: Option<&str>) -> Vec<u8> {
    let mut request = start("GET", place, authorization);
    request.extend_from_slice(b"\r\n");
    request
}

fn start(method: &str, place: &Endpoint, authorization: Option<&str>) -> Vec<u8> {
    let mut head = format!("{method} {} HTTP/1.1\r\nHost: {}\r\n", place.path, place.host);
    if let Some(value) = authorization {
        head.push_str("Authorization: ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head.push_str("Accept: application/json\r\n");
    head.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_follows_the_value() {
        let place = Endpoint::parse("http://127.0.0.1:1/introspect").unwrap();
        let form = Form::new(&place, Some("Basic eA=="), "token=".to_owned(), "&client_id=c".to_owned());
        let text = String::from_utf8(form.with("abc")).unwrap();
        assert!(text.starts_with("POST /introspect HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAuthorization: Basic eA==\r\n"));
        assert!(text.ends_with("Content-Length: 21\r\n\r\ntoken=abc&client_id=c"));
    }

    #[test]
    fn a_get_has_no_body() {
        let place = Endpoint::parse("http://127.0.0.1:1/list?limit=10").unwrap();
        let text = String::from_utf8(get(&place, None)).unwrap();
        assert_eq!(text, "GET /list?limit=10 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAccept: application/json\r\n\r\n");
    }
}
