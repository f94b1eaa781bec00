//! `GET /metrics`: what is counted, and how it is written.
//!
//! On the path of a request there is one look-up and one addition ([`Count`]). Everything else is read when someone asks.

mod count;
mod exposition;
mod routes;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use jeton_core::Jeton;
use prometheus_client::metrics::counter::Counter;

pub(crate) use count::Count;
use routes::Routes;

/// Prometheus reads it as it reads its own older format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted since the start.
pub(crate) struct Metrics {
    jeton: Arc<Jeton>,
    routes: Routes,
    swept: Counter,
    started: Instant,
}

impl Metrics {
    /// Nothing counted yet.
    #[expect(clippy::disallowed_methods, reason = "only the time since the start is measured")]
    pub(crate) fn new(jeton: Arc<Jeton>) -> Self {
        Self { jeton, routes: Routes::new(), swept: Counter::default(), started: Instant::now() }
    }

    /// So many ended rows were removed.
    pub(crate) fn swept(&self, rows: u64) {
        self.swept.inc_by(rows);
    }
}

/// The router of the metrics' own listener.
pub(crate) fn router(metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(metrics)
}

async fn scrape(State(metrics): State<Arc<Metrics>>) -> Response {
    let store_up = metrics.jeton.ledger.store().ping().await.is_ok();
    let notices = metrics.jeton.oauth.notices_pending().await.ok();
    match exposition::write(&metrics, store_up, notices) {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
