//! The text of the metrics: one line here for each.

use std::fmt;
use std::sync::atomic::Ordering;

use jeton_core::refusals::{BUSY, FAULT, STORE_UNAVAILABLE};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::Metrics;

/// Writes everything as it is now.
pub(super) fn write(metrics: &Metrics, store_up: bool, notices: Option<u64>) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("jeton");
    registry.register_collector(Box::new(Snapshot::of(metrics, store_up, notices)));
    let mut text = String::with_capacity(4096);
    encode(&mut text, &registry)?;
    Ok(text)
}

/// Everything at one moment.
#[derive(Debug)]
struct Snapshot {
    requests: Vec<(&'static str, u16, u64)>,
    refusals: Vec<(&'static str, u64)>,
    indexed: u64,
    behind: f64,
    swept: u64,
    uptime: f64,
    store_up: bool,
    /// Logout notices that are not delivered yet; unknown while the store does not answer.
    notices: Option<u64>,
    notices_failed: u64,
    notices_given_up: u64,
}

impl Snapshot {
    fn of(metrics: &Metrics, store_up: bool, notices: Option<u64>) -> Self {
        let jeton = &metrics.jeton;
        let (notices_failed, notices_given_up) = jeton.oauth.notices_failed();
        Self {
            requests: metrics.routes.counts().collect(),
            refusals: jeton.ledger.refusals().counts().collect(),
            indexed: jeton.ledger.remembered().tokens as u64,
            behind: jeton.ledger.remembered().behind.as_secs_f64(),
            swept: metrics.swept.load(Ordering::Relaxed),
            uptime: metrics.started.elapsed().as_secs_f64(),
            store_up,
            notices,
            notices_failed,
            notices_given_up,
        }
    }

    fn faults(&self) -> u64 {
        let faults = [FAULT, STORE_UNAVAILABLE, BUSY];
        let is_fault = |id: &str| faults.iter().any(|fault| fault.id() == id);
        self.refusals.iter().filter(|(id, _)| is_fault(id)).map(|(_, count)| count).sum()
    }
}

impl Collector for Snapshot {
    fn encode(&self, mut to: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let to = &mut to;
        let counter = ConstCounter::new(0_u64);
        let mut family =
            to.encode_descriptor("requests", "Requests by route and status", None, counter.metric_type())?;
        for (route, status, count) in &self.requests {
            let labels = [("route", (*route).to_owned()), ("status", status.to_string())];
            ConstCounter::new(*count).encode(family.encode_family(&labels)?)?;
        }
        let mut family = to.encode_descriptor("refusals", "Refusals by id", None, counter.metric_type())?;
        for (id, count) in &self.refusals {
            ConstCounter::new(*count).encode(family.encode_family(&[("id", *id)])?)?;
        }
        one(to, "store_errors", "Requests that the store could not answer", None, &ConstCounter::new(self.faults()))?;
        one(to, "swept_rows", "Ended rows that were removed", None, &ConstCounter::new(self.swept))?;
        one(to, "index_tokens", "Tokens held in memory", None, &ConstGauge::new(self.indexed))?;
        let lag = ConstGauge::new(self.behind);
        one(to, "revocation_lag", "Seconds that this node may be behind the others", Some(&Unit::Seconds), &lag)?;
        if let Some(notices) = self.notices {
            one(
                to,
                "logout_notices_pending",
                "Logout notices that are not delivered yet",
                None,
                &ConstGauge::new(notices),
            )?;
        }
        let failed = ConstCounter::new(self.notices_failed);
        one(to, "logout_notices_failed", "Failed attempts to deliver a logout notice", None, &failed)?;
        let given_up = ConstCounter::new(self.notices_given_up);
        one(to, "logout_notices_given_up", "Logout notices that were given up", None, &given_up)?;
        let up = ConstGauge::new(u64::from(self.store_up));
        one(to, "store_up", "Whether the store answers", None, &up)?;
        let uptime = ConstGauge::new(self.uptime);
        one(to, "uptime", "Time since the start", Some(&Unit::Seconds), &uptime)
    }
}

fn one(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    metric: &impl EncodeMetric,
) -> Result<(), fmt::Error> {
    metric.encode(to.encode_descriptor(name, help, unit, metric.metric_type())?)
}
