//! A network with scripted answers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_core::Outbound;
use jeton_core::outbound::{
    OutboundAuthorization, OutboundBody, OutboundError, OutboundReply, OutboundRequest, UrlTrust,
};

/// A network without machines: each URL has the answer that the test gave it, all others are unreachable. Everything
/// that is asked is written down.
#[derive(Debug, Default)]
pub struct FakeOutbound {
    answers: Mutex<HashMap<String, FakeAnswer>>,
    asked: Mutex<Vec<Asked>>,
}

#[derive(Clone, Debug)]
struct FakeAnswer {
    status: u16,
    content_type: Option<String>,
    max_age: Option<Duration>,
    body: Vec<u8>,
    late: Duration,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub url: String,
    /// Whose URL it is.
    pub trust: UrlTrust,
    /// The body sent, as text; none for `GET`.
    pub body: Option<String>,
    /// The user of HTTP Basic, and the password.
    pub basic: Option<(String, String)>,
    /// The bearer token.
    pub bearer: Option<String>,
    /// `Authorization` of a request that is signed for AWS.
    pub signature: Option<String>,
}

impl FakeOutbound {
    /// A URL that answers 200 with JSON.
    pub fn json(&self, url: &str, body: &serde_json::Value) {
        self.answer(url, 200, body.to_string(), None);
    }

    /// A URL with this status, body and `max-age`.
    pub fn answer(&self, url: &str, status: u16, body: impl Into<Vec<u8>>, max_age: Option<Duration>) {
        let content_type = Some("application/json".to_owned());
        let answer = FakeAnswer { status, content_type, max_age, body: body.into(), late: Duration::ZERO };
        self.answers().insert(url.to_owned(), answer);
    }

    /// A URL that answers only after a while (of the runtime's clock).
    pub fn late(&self, url: &str, by: Duration) {
        if let Some(answer) = self.answers().get_mut(url) {
            answer.late = by;
        }
    }

    /// Changes the `Content-Type` of an answer.
    pub fn typed(&self, url: &str, content_type: Option<&str>) {
        if let Some(answer) = self.answers().get_mut(url) {
            answer.content_type = content_type.map(str::to_owned);
        }
    }

    /// A URL that no longer answers.
    pub fn gone(&self, url: &str) {
        self.answers().remove(url);
    }

    /// Everything asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a URL was asked.
    pub fn count(&self, url: &str) -> usize {
        self.asked().iter().filter(|asked| asked.url == url).count()
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, HashMap<String, FakeAnswer>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbound for FakeOutbound {
    fn send(&self, request: OutboundRequest) -> BoxFuture<'static, Result<OutboundReply, OutboundError>> {
        let body = match &request.body {
            OutboundBody::None => None,
            OutboundBody::Form(text) | OutboundBody::Json(text) => Some(text.expose().to_owned()),
        };
        let (mut basic, mut bearer, mut signature) = (None, None, None);
        match &request.authorization {
            None => {}
            Some(OutboundAuthorization::Basic(user, password)) => {
                basic = Some((user.clone(), password.expose().to_owned()));
            }
            Some(OutboundAuthorization::Bearer(token)) => bearer = Some(token.expose().to_owned()),
            Some(OutboundAuthorization::Aws { signature: text, .. }) => signature = Some(text.expose().to_owned()),
        }
        let asked = Asked { url: request.url.clone(), trust: request.trust, body, basic, bearer, signature };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        let answer = self.answers().get(&request.url).cloned();
        Box::pin(async move {
            let Some(answer) = answer else { return Err(OutboundError::Unreachable("nobody is there".to_owned())) };
            if answer.late > request.budget {
                tokio::time::sleep(request.budget).await;
                return Err(OutboundError::Timeout);
            }
            if !answer.late.is_zero() {
                tokio::time::sleep(answer.late).await;
            }
            if answer.body.len() > request.limit {
                return Err(OutboundError::TooLarge);
            }
            Ok(OutboundReply {
                status: answer.status,
                content_type: answer.content_type,
                max_age: answer.max_age,
                body: answer.body,
            })
        })
    }
}
