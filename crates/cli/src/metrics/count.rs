//! The layer that counts requests.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::extract::MatchedPath;
use axum::response::Response;
use http::Request;
use tower::{Layer, Service};

use super::Metrics;

/// Counts every answer by route and status.
#[derive(Clone)]
pub(crate) struct Count(Arc<Metrics>);

impl Count {
    /// Counts into these metrics.
    pub(crate) fn new(metrics: &Arc<Metrics>) -> Self {
        Self(Arc::clone(metrics))
    }
}

impl<S> Layer<S> for Count {
    type Service = Counting<S>;

    fn layer(&self, inner: S) -> Counting<S> {
        Counting { inner, metrics: Arc::clone(&self.0) }
    }
}

/// A service whose answers are counted.
#[derive(Clone)]
pub(crate) struct Counting<S> {
    inner: S,
    metrics: Arc<Metrics>,
}

impl<S, B> Service<Request<B>> for Counting<S>
where
    S: Service<Request<B>, Response = Response>,
    S::Future: Unpin,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Counted<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let place = self.metrics.routes.place(route, request.uri().path());
        Counted { inner: self.inner.call(request), metrics: Arc::clone(&self.metrics), place }
    }
}

/// A future answer, to be counted.
pub(crate) struct Counted<F> {
    inner: F,
    metrics: Arc<Metrics>,
    place: usize,
}

impl<F, E> Future for Counted<F>
where
    F: Future<Output = Result<Response, E>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let outcome = ready!(Pin::new(&mut self.inner).poll(cx));
        if let Ok(response) = &outcome {
            self.metrics.routes.count(self.place, response.status());
        }
        Poll::Ready(outcome)
    }
}
