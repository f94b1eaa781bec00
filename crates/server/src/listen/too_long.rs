//! The answer to a request whose head is too long, in place of the empty one that the protocol gives: a page for a browser, an error of
//! OAuth for a program.
//!
//! Such a head is never read whole, so no router sees the request. HTTP/1 only: over HTTP/2 the answer is empty.

/// The largest head of a request, in bytes.
pub(super) const MAX_HEAD: usize = 16 * 1024;

/// How the protocol's own answer begins. Routers give no other answer with this status.
const OWN: &[u8] = b"HTTP/1.1 431 ";
const EMPTY: &[u8] = b"content-length: 0\r\n";

/// In shorter reads nothing is looked for.
const SUSPICIOUS: usize = 4096;

const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>Too much was sent</title>
<style>body{margin:4rem auto;max-width:26rem;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.5rem;line-height:1.25}</style>
</head>
<body>
<h1>Your browser sent too much</h1>
<p>The address that you opened is too long, or this site has too many cookies in your browser. Delete the cookies of this site, go back to the
app that you want to use, and start again there. If that does not help, tell the people who run the app.</p>
</body>
</html>
";

/// Whether what has just been read is a part of a browser's request for a page, as far as it shows; none: it does not. `bytes`: one
/// read, the first of which has few bytes.
pub(super) fn is_for_a_page(bytes: &[u8]) -> Option<bool> {
    const ACCEPTED: &[u8] = b"text/html";
    let says = bytes.len() >= SUSPICIOUS && bytes.windows(ACCEPTED.len()).any(|part| part == ACCEPTED);
    if says || bytes.starts_with(b"GET ") {
        return Some(true);
    }
    bytes.starts_with(b"POST ").then_some(false)
}

/// The answer to write instead of `written`; none: that is no such answer.
pub(super) fn instead(written: &[u8], page: bool) -> Option<Vec<u8>> {
    if !written.starts_with(OWN) || !written.ends_with(b"\r\n\r\n") {
        return None;
    }
    let at = written.windows(EMPTY.len()).position(|part| part.eq_ignore_ascii_case(EMPTY))?;
    let (before, rest) = written.split_at_checked(at)?;
    let after = rest.get(EMPTY.len()..)?;
    let (kind, body) = match page {
        true => ("text/html; charset=utf-8", PAGE.to_owned()),
        false => {
            let said = format!("the request line and the headers are too long: send less than {MAX_HEAD} bytes");
            ("application/json", format!("{{\"error\":\"invalid_request\",\"error_description\":\"{said}\"}}"))
        }
    };
    let more = format!(
        "content-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n",
        body.len()
    );
    Some([before, more.as_bytes(), after, body.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_protocols_own_answer_is_replaced() {
        let own = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\ndate: now\r\n\r\n";
        for (page, kind) in [(true, "text/html; charset=utf-8"), (false, "application/json")] {
            let answer = String::from_utf8(instead(own, page).unwrap()).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("\r\ncontent-type: {kind}\r\n")), "{head}");
            assert!(head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())), "{head}");
            assert!(head.contains("\r\nconnection: close\r\n") && head.ends_with("\r\ndate: now"), "{head}");
        }
        for other in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 3\r\n\r\nno!",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert_eq!(instead(other, true), None);
        }
    }

    #[test]
    fn a_long_read_says_who_asks() {
        let of = |head: &str| is_for_a_page(format!("{head}{}", "x".repeat(SUSPICIOUS)).as_bytes());
        assert_eq!(of("GET /authorization?state="), Some(true));
        assert_eq!(of("POST /authorization/sign-in HTTP/1.1\r\naccept: text/html,*/*\r\ncookie: "), Some(true));
        assert_eq!(of("POST /token HTTP/1.1\r\naccept: */*\r\nx: "), Some(false));
        assert_eq!(of("and more"), None);
        assert_eq!(is_for_a_page(b"GET /authorization?stat"), Some(true));
    }
}
