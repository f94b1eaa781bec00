//! A running server, by its admin API.
//!
//! It is found by `--url` (or `JETON_URL`) and the token in `JETON_TOKEN`, or on the same machine by the Unix socket in its
//! data folder, whose owner is the administrator.

mod connect;
mod roots;
mod server_address;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::args::Target;
use crate::exit::{Done, Failure};
use server_address::ServerAddress;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an answer to a health check may take: the server answers within 5 s, also when its store hangs.
const HEALTH_PATIENCE: Duration = Duration::from_secs(8);
/// The largest answer that is read, in bytes: a page of 1000 long tokens is a tenth of it.
const LARGEST: usize = 64 * 1024 * 1024;

/// A running server.
pub(crate) struct Remote {
    place: ServerAddress,
    service: Option<u64>,
    runtime: Runtime,
}

impl Remote {
    /// Finds it; nothing is sent yet.
    pub(crate) fn find(target: &Target) -> Done<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
        Ok(Self { place: ServerAddress::find(target)?, service: target.service, runtime })
    }

    /// The same for what everybody may ask: no administrator's token is needed.
    pub(crate) fn find_open(target: &Target) -> Done<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
        Ok(Self { place: ServerAddress::find_open(target)?, service: None, runtime })
    }

    /// Ends tokens that were found where they should not be.
    pub(crate) fn report_leaked(&self, texts: Vec<String>) -> Done {
        self.ask(Method::POST, &["leaked"], &[], Some(json!({ "token": texts })), None).map(drop)
    }

    /// Where it is, for people.
    pub(crate) fn place(&self) -> String {
        self.place.to_string()
    }

    /// Sends a request. `path` are the segments after `/admin/v1`, unescaped; `query` may contain more parameters.
    pub(crate) fn get(&self, path: &[&str], query: &[(&str, String)]) -> Done<Value> {
        self.call(Method::GET, path, query, None)
    }

    /// Sends a document.
    pub(crate) fn send(&self, method: Method, path: &[&str], document: Map<String, Value>) -> Done<Value> {
        self.call(method, path, &[], Some(Value::Object(document)))
    }

    /// Whether the server is healthy: the status and the line of `/health/KIND`. No token is sent.
    pub(crate) fn health(&self, kind: &str) -> Done<(StatusCode, String)> {
        let target = self.place.target(&["health", kind], std::iter::empty())?;
        let request = Request::get(target).header(header::HOST, self.place.host());
        let request = request.body(Full::default()).map_err(Failure::failed)?;
        let (status, body) = self.send_within(request, HEALTH_PATIENCE)?;
        Ok((status, String::from_utf8_lossy(&body).trim().to_owned()))
    }

    fn call(&self, method: Method, path: &[&str], query: &[(&str, String)], body: Option<Value>) -> Done<Value> {
        let path: Vec<_> = ["admin", "v1"].iter().chain(path).copied().collect();
        self.ask(method, &path, query, body, self.place.authorization()?)
    }

    fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<Value>,
        authorization: Option<HeaderValue>,
    ) -> Done<Value> {
        let service = self.service.map(|id| ("service", id.to_string()));
        let target = self.place.target(path, query.iter().cloned().chain(service))?;
        let mut request = Request::builder().method(method).uri(target).header(header::HOST, self.place.host());
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let body = match body {
            None => Bytes::new(),
            Some(document) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                serde_json::to_vec(&document).map_err(Failure::failed)?.into()
            }
        };
        let request = request.body(Full::new(body)).map_err(Failure::failed)?;
        let (status, body) = self.send_within(request, PATIENCE)?;
        read(&self.place, status, &body)
    }

    fn send_within(&self, request: Request<Full<Bytes>>, patience: Duration) -> Done<(StatusCode, Bytes)> {
        let answer = self.runtime.block_on(async { timeout(patience, self.exchange(request)).await });
        answer.map_err(|_| Failure::failed(format_args!("{} does not answer", self.place)))?
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Done<(StatusCode, Bytes)> {
        let lost = |error: &dyn std::fmt::Display| {
            Failure::failed(format_args!("the connection to {} failed: {error}", self.place))
        };
        let mut sender = connect::to(&self.place).await?;
        let response = sender.send_request(request).await.map_err(|error| lost(&error))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|error| lost(&error))?;
        Ok((status, body.to_bytes()))
    }
}

/// The document of an answer, or the refusal in it as a line.
fn read(place: &ServerAddress, status: StatusCode, body: &[u8]) -> Done<Value> {
    let document = if body.is_empty() { Some(Value::Null) } else { serde_json::from_slice::<Value>(body).ok() };
    match document {
        Some(document) if status.is_success() => Ok(document),
        Some(Value::Object(refusal)) if refusal.contains_key("message") => {
            let member = |name: &str| refusal.get(name).and_then(Value::as_str).unwrap_or_default();
            let line = format!("{} ({}). {}", member("message"), member("error"), member("advice"));
            Err(match member("error") {
                "bearer_missing" | "bearer_invalid" | "bearer_scope" => {
                    Failure::failed(format_args!("JETON_TOKEN is refused by {place}: {line}"))
                }
                _ => Failure::failed(line),
            })
        }
        _ if status == StatusCode::NOT_FOUND => Err(Failure::failed(format_args!(
            "{place} answered {status}: is it a Jeton server? With `internal.only` it may serve /admin at another address"
        ))),
        _ => Err(Failure::failed(format_args!("{place} answered {status}: is it a Jeton server?"))),
    }
}
