//! One request: its limits, and its place in the connection's count.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::Limited;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};
use tower_service::Service as _;

use super::Limits;
use super::connections::Connection;

/// Has the router answer a request, within the limits.
pub(super) async fn answer(
    mut router: Router,
    request: Request<Incoming>,
    limits: Limits,
    running: Running,
) -> Result<Response<Counted>, Infallible> {
    let request = request.map(|body| Limited::new(body, limits.max_body));
    let response = router.call(request);
    let response = match limits.request_timeout {
        Some(limit) => within(limit, response).await,
        None => Some(response.await),
    };
    let response = response.unwrap_or_else(|| Ok(too_slow()))?;
    Ok(response.map(|body| Counted { body, _running: running }))
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

/// Counts as a running request of its connection until it is dropped.
pub(super) struct Running(Arc<Connection>);

impl Running {
    pub(super) fn begin(connection: &Arc<Connection>, request: &Request<Incoming>) -> Self {
        connection.begin_request(request.version() == Version::HTTP_2);
        Self(Arc::clone(connection))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.end_request();
    }
}

/// A body that counts as a running request until it is wholly handed over.
pub(super) struct Counted {
    body: Body,
    _running: Running,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
