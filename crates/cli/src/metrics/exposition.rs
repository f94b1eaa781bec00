//! The text of the metrics: one line here for each.

use std::fmt;
use std::time::Duration;

use jeton_core::refusals::{BUSY, FAULT, STORE_UNAVAILABLE};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::Metrics;

/// Writes everything as it is now. `notices`: logout notices that are not delivered yet; unknown while the store does not answer.
pub(super) fn write(metrics: &Metrics, store_up: bool, notices: Option<u64>) -> Result<String, fmt::Error> {
    let (ledger, oauth) = (&metrics.jeton.ledger, &metrics.jeton.oauth);
    let (remembered, (failed, given_up)) = (ledger.remembered(), oauth.notices_failed());
    let refusals: Vec<(&str, u64)> = ledger.refusals().counts().collect();
    let (indexed, lag) = (ConstGauge::new(remembered.tokens as u64), ConstGauge::new(remembered.behind.as_secs_f64()));
    let uptime = ConstGauge::new(metrics.started.elapsed().as_secs_f64());

    let mut to = Registry::with_prefix("jeton");
    to.register("requests", "Requests by route and status", metrics.routes.answers());
    to.register("refusals", "Refusals by id", by_id(&refusals));
    to.register("store_errors", "Requests that the store could not answer", ConstCounter::new(faults(&refusals)));
    to.register("swept_rows", "Ended rows that were removed", metrics.swept.clone());
    to.register("index_tokens", "Tokens held in memory", indexed);
    let seconds = Unit::Seconds;
    to.register_with_unit("revocation_lag", "Seconds that this node may be behind the others", seconds.clone(), lag);
    if let Some(notices) = notices {
        to.register("logout_notices_pending", "Logout notices that are not delivered yet", ConstGauge::new(notices));
    }
    let (failed, given_up) = (ConstCounter::new(failed), ConstCounter::new(given_up));
    to.register("logout_notices_failed", "Failed attempts to deliver a logout notice", failed);
    to.register("logout_notices_given_up", "Logout notices that were given up", given_up);
    let slow = remembered.slow;
    let took = |time: Duration| (seconds.clone(), ConstCounter::new(time.as_secs_f64()));
    let (unit, time) = took(slow.signatures.took);
    to.register("signatures", "Signatures with RSA", ConstCounter::new(slow.signatures.times));
    to.register_with_unit("signatures", "How long signatures with RSA took in all", unit, time);
    let (unit, time) = took(slow.signing_waits.took);
    to.register("signing_waits", "Waits for a place to sign with RSA", ConstCounter::new(slow.signing_waits.times));
    to.register_with_unit("signing_waits", "How long the waits for a place to sign took in all", unit, time);
    let (unit, time) = took(slow.commits.took);
    to.register("commits", "Commits that requests waited for", ConstCounter::new(slow.commits.times));
    to.register_with_unit("commits", "How long requests waited for commits in all", unit, time);
    to.register("store_up", "Whether the store answers", ConstGauge::new(u64::from(store_up)));
    to.register_with_unit("uptime", "Time since the start", seconds, uptime);

    let mut text = String::with_capacity(4096);
    encode(&mut text, &to)?;
    Ok(text)
}

fn by_id(refusals: &[(&'static str, u64)]) -> Family<[(&'static str, &'static str); 1], Counter> {
    let family = Family::<_, Counter>::default();
    for (id, count) in refusals {
        family.get_or_create(&[("id", *id)]).inc_by(*count);
    }
    family
}

fn faults(refusals: &[(&str, u64)]) -> u64 {
    let faults = [FAULT, STORE_UNAVAILABLE, BUSY];
    let is_fault = |id: &str| faults.iter().any(|fault| fault.id() == id);
    refusals.iter().filter(|(id, _)| is_fault(id)).map(|(_, count)| count).sum()
}
