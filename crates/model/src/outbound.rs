//! The port to the network: the only way the product sends requests to other servers.
//!
//! One guarded implementation serves URLs that clients supply (a client's `jwks_uri`, a provider's discovery document)
//! and URLs that the operator configured (a message provider, a webhook). It follows no redirect.

use std::time::Duration;

use futures::future::BoxFuture;
use jeton_jose::Secret;

use crate::records::Client;

/// Sends a request to another machine.
pub trait Outbound: Send + Sync + 'static {
    /// Sends it and reads the answer whole, within the request's budget and limit.
    fn send(&self, request: OutboundRequest) -> BoxFuture<'static, Result<OutboundReply, OutboundError>>;
}

/// Who vouches for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UrlTrust {
    /// A URL that came over the network, from a client, a tenant or an administrator: `https` and public addresses only, and what
    /// the operator permits by `outbound.allow`.
    Untrusted,
    /// The same, if not even a client has registered it: so that nobody can take the places of those that are.
    Stranger,
    /// A URL of the configuration file: `http` and private addresses are the operator's to choose.
    Operator,
}

impl UrlTrust {
    /// How a URL in a client's metadata is treated: who wrote it decides.
    #[must_use]
    pub fn of(client: &Client, url: &str) -> Self {
        let is_operators = client.operator_urls.iter().any(|own| own == url);
        if is_operators { Self::Operator } else { Self::Untrusted }
    }
}

/// One request.
#[derive(Debug)]
pub struct OutboundRequest {
    /// An absolute `http` or `https` URL.
    pub url: String,
    /// Who vouches for it.
    pub trust: UrlTrust,
    /// What is sent.
    pub body: OutboundBody,
    /// `Accept`.
    pub accept: &'static str,
    /// What is sent as `Authorization`.
    pub authorization: Option<OutboundAuthorization>,
    /// The largest answer that is read, in bytes.
    pub limit: usize,
    /// How long all of it may take, name lookup included.
    pub budget: Duration,
}

impl OutboundRequest {
    /// Reads what is at an address, at most `limit` bytes of it within `budget`.
    #[must_use]
    pub fn get(url: &str, trust: UrlTrust, accept: &'static str, (limit, budget): (usize, Duration)) -> Self {
        Self { url: url.to_owned(), trust, body: OutboundBody::None, accept, authorization: None, limit, budget }
    }
}

/// What is sent as `Authorization`.
#[derive(Debug)]
pub enum OutboundAuthorization {
    /// HTTP Basic: user and password.
    Basic(String, Secret),
    /// `Bearer` with this token.
    Bearer(Secret),
    /// A signature of the request over `X-Amz-Date` (AWS Signature Version 4).
    Aws {
        /// `X-Amz-Date`.
        date: String,
        /// `Authorization`.
        signature: Secret,
    },
}

/// What is sent.
#[derive(Debug)]
pub enum OutboundBody {
    /// `GET`.
    None,
    /// `POST` of `application/x-www-form-urlencoded`, already encoded.
    Form(Secret),
    /// `POST` of `application/json`.
    Json(Secret),
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct OutboundReply {
    /// The status; a redirect is an answer like any other.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `max-age` of `Cache-Control`; zero for `no-store` and `no-cache`.
    pub max_age: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

/// Nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The address is not one that may be asked; nothing was sent.
    #[error("the address is refused: {0}")]
    Refused(&'static str),
    /// Nobody answered, or not in HTTP.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The answer is larger than the limit.
    #[error("the answer is too large")]
    TooLarge,
    /// The budget ran out.
    #[error("the answer took too long")]
    Timeout,
}

/// A network that refuses every URL.
#[derive(Debug, Default)]
pub struct NoOutbound;

impl Outbound for NoOutbound {
    fn send(&self, _: OutboundRequest) -> BoxFuture<'static, Result<OutboundReply, OutboundError>> {
        Box::pin(std::future::ready(Err(OutboundError::Refused("this process reaches nobody"))))
    }
}
