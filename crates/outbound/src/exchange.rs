//! One request, one answer, one connection.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jeton_jose::Secret;
use jeton_model::outbound::{OutboundAuthorization, OutboundBody, OutboundError, OutboundReply, OutboundRequest};

use crate::connect::Stream;
use crate::failure::broken;
use crate::reply;
use crate::target::Target;

/// The largest head of an answer, in bytes, and its most header lines.
const HEAD: usize = 32 * 1024;
const HEADERS: usize = 100;

/// Sends the request and reads the answer. Dropping the future closes the connection.
pub(crate) async fn exchange(
    stream: Box<dyn Stream>,
    target: &Target,
    request: &OutboundRequest,
) -> Result<OutboundReply, OutboundError> {
    let message = message(target, request)?;
    let mut http = http1::Builder::new();
    http.max_buf_size(HEAD).max_headers(HEADERS);
    let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let answered = async {
        let answer = sender.send_request(message).await.map_err(broken)?;
        reply::read(answer, request.limit).await
    };
    tokio::pin!(answered, connection);
    tokio::select! {
        biased;
        reply = &mut answered => return reply,
        // What was read from the connection shows how it ended.
        _ = &mut connection => {}
    }
    answered.await
}

fn message(target: &Target, request: &OutboundRequest) -> Result<Request<Full<Bytes>>, OutboundError> {
    let (method, content_type, body) = match &request.body {
        OutboundBody::None => (Method::GET, None, Bytes::new()),
        OutboundBody::Form(body) => (Method::POST, Some("application/x-www-form-urlencoded"), bytes(body)),
        OutboundBody::Json(body) => (Method::POST, Some("application/json"), bytes(body)),
    };
    let mut message = Request::builder()
        .method(method)
        .uri(target.path.as_str())
        .header(HOST, target.authority.as_str())
        .header(ACCEPT, request.accept)
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .header(USER_AGENT, concat!("jeton/", env!("CARGO_PKG_VERSION")));
    if let Some(content_type) = content_type {
        message = message.header(CONTENT_TYPE, content_type);
    }
    if let Some(authorization) = &request.authorization {
        let text = Secret::new(match authorization {
            OutboundAuthorization::Basic(user, password) => {
                format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.expose())))
            }
            OutboundAuthorization::Bearer(token) => format!("Bearer {}", token.expose()),
            OutboundAuthorization::Aws { date, signature } => {
                message = message.header("x-amz-date", date);
                signature.expose().to_owned()
            }
        });
        let mut value = HeaderValue::from_str(text.expose())
            .map_err(|_| OutboundError::Refused("the credentials are not ones that HTTP can carry"))?;
        value.set_sensitive(true);
        message = message.header(AUTHORIZATION, value);
    }
    message.body(Full::new(body)).map_err(|_| OutboundError::Refused("the URL is not one that HTTP can carry"))
}

fn bytes(body: &Secret) -> Bytes {
    Bytes::copy_from_slice(body.expose().as_bytes())
}
