//! The HTTP client that the crate is given: the tests' own `reqwest`.

use openidconnect::{HttpClientError, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;

/// Sends one of the crate's requests.
///
/// The crate revokes only over https (RFC 7009 requires it), which the server under test does not use here: the fixture
/// gives this one URL with https, and this function reverts it.
pub(crate) async fn send(request: HttpRequest) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().map_err(Box::new)?;
    let (parts, body) = request.into_parts();
    let address = parts.uri.to_string().replacen("https://127.0.0.1:", "http://127.0.0.1:", 1);
    let request = client.request(parts.method, address).headers(parts.headers).body(body);
    let answer = request.send().await.map_err(Box::new)?;
    let mut response = HttpResponse::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await.map_err(Box::new)?.to_vec();
    Ok(response)
}
