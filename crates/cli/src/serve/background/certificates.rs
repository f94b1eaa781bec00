//! Certificates that are replaced on disk are taken over, and one that will end soon is named every day.

use std::time::Duration;

use jeton_server::config::Config;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::super::Certificates;

/// Between two looks. What has changed is read after the second look that finds it the same.
const REST: Duration = Duration::from_secs(2);
/// Between two warnings about the same certificate.
const DAY: Duration = Duration::from_hours(24);

/// Looks until the process ends; not at all without certificates. `config`: what the server was started with, which says
/// where the files are.
pub(super) async fn run(certificates: Certificates, config: Config) {
    let mut watches = certificates.watches();
    let mut warned = Instant::now();
    while !watches.is_empty() {
        sleep(REST).await;
        let looked = spawn_blocking(move || {
            let outcomes: Vec<_> = watches.iter_mut().map(|(section, watch)| (*section, watch.look())).collect();
            (watches, outcomes)
        });
        let outcomes = match looked.await {
            Ok((same, outcomes)) => {
                watches = same;
                outcomes
            }
            Err(error) => {
                tracing::error!(%error, "the look at the certificates was cut off");
                watches = certificates.watches();
                continue;
            }
        };
        let mut replaced = false;
        for (section, outcome) in outcomes {
            match outcome {
                Ok(false) => {}
                Ok(true) => {
                    replaced = true;
                    tracing::info!("`{section}.tls_cert` was replaced: new connections get the new certificate");
                }
                Err(error) => {
                    tracing::warn!("`{section}.tls_cert` was replaced and cannot be used, the old one stays: {error}");
                }
            }
        }
        if replaced || warned.elapsed() >= DAY {
            warned = Instant::now();
            for warning in certificates.warnings(&config) {
                tracing::warn!("{warning}");
            }
        }
    }
}
