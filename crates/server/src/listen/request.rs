//! One request: its limits, and its place in the connection's count.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, Request, StatusCode, Version, header};
use http_body_util::Limited;
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};
use tower_service::Service as _;

use super::Limits;
use super::body::{CountedBody, Expected};
use super::host;
use super::passage::Leave;
use super::state::Connection;

/// Has the router answer a request, within the limits.
pub(super) async fn answer(
    mut router: Router,
    request: Request<Incoming>,
    limits: Limits,
    running: Running,
    leave: Option<Leave>,
) -> Result<Response<CountedBody>, Infallible> {
    if let Err(wrong) = host::check(&request) {
        return Ok(running.answered(wrong_host(wrong, request.version())));
    }
    let most = limits.body_at(request.uri().path());
    let request = request.map(|body| Limited::new(Expected::new(body, running.connection()), most));
    let response = router.call(request);
    let response = match limits.request_timeout {
        Some(limit) => within(limit, response).await,
        None => Some(response.await),
    };
    let mut response = response.unwrap_or_else(|| Ok(too_slow()))?;
    if let Some(leave) = leave {
        leave(&mut response);
    }
    Ok(running.answered(response))
}

/// What the future yields; `None` when it took too long. The timer is only set when it is not ready at once.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut timer = pin!(None::<Sleep>);
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        if timer.is_none() {
            timer.set(Some(sleep(limit)));
        }
        match timer.as_mut().as_pin_mut() {
            Some(timer) => timer.poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

fn too_slow() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The request took too long.\n").into_response()
}

/// RFC 9112 3.2. Where such a request ends may be read differently by a proxy, so nothing more is read after it.
fn wrong_host(wrong: host::WrongHost, version: Version) -> Response {
    let mut response = (StatusCode::BAD_REQUEST, format!("{wrong}\n")).into_response();
    if version != Version::HTTP_2 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Counts as a request at work until it is answered; as one that its client took back when it is dropped before.
pub(super) struct Running {
    connection: Option<Arc<Connection>>,
    /// Whether its answer is sent with its body.
    with_body: bool,
}

impl Running {
    pub(super) fn begin(connection: &Arc<Connection>, request: &Request<Incoming>) -> Self {
        connection.begin_request(request.version() == Version::HTTP_2);
        Self { connection: Some(Arc::clone(connection)), with_body: request.method() != Method::HEAD }
    }

    fn connection(&self) -> Option<Arc<Connection>> {
        self.connection.clone()
    }

    fn answered(mut self, response: Response<Body>) -> Response<CountedBody> {
        let connection = self.connection.take();
        response.map(|body| CountedBody::new(body, self.with_body, connection))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            connection.abandon_request();
        }
    }
}
