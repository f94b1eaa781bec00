//! What one process has open.

use std::sync::Arc;

use jeton_core::api_tokens::TrackUse;
use jeton_core::{Jeton, Refusal, Store, SystemClock, SystemEntropy};
use jeton_core::{Options, Ports};
use jeton_server::config::{self, Config};

use super::{data_dir, engine, outbound, runtime, seal, sms};
use crate::exit::{Done, Failure};

/// A ledger on its store.
pub(crate) struct Node {
    /// The product.
    pub(crate) jeton: Arc<Jeton>,
    /// Its store, for what concerns the installation and not the ledger.
    pub(crate) store: Arc<dyn Store>,
}

impl Node {
    /// Opens folder, store, seal key and ledger.
    pub(crate) async fn open(config: &Config) -> Done<Self> {
        data_dir::make(&config.data_dir)?;
        let outbound = outbound::open(config)?;
        let store = engine::open(config).await?;
        let jeton = match seal::find(config, &*store).await {
            Ok(key) => {
                let options = Options {
                    max_tokens: config.index.max_tokens,
                    revocation_bound: config.store.revocation_bound,
                    hashing: runtime::processors(),
                    confirmation: sms::limits(&config.sms),
                    track_use: track_use(config.tokens.track_use),
                    ..Options::default()
                };
                let ports = Ports::new(Arc::clone(&store), Arc::new(SystemClock), Arc::new(SystemEntropy));
                let ports = Ports { sender: sms::sender(&config.sms, &outbound), outbound, ..ports };
                Jeton::open(ports, key, options).await.map_err(|refusal| fault(&refusal))
            }
            Err(failure) => Err(failure),
        };
        match jeton {
            Ok(jeton) => Ok(Self { jeton, store }),
            Err(failure) => {
                // The original failure is the one to report.
                let _ = store.close().await;
                Err(failure)
            }
        }
    }

    /// Writes what is pending and lets go of the store.
    pub(crate) async fn close(&self) -> Done {
        self.jeton.ledger.close().await.map_err(|refusal| fault(&refusal))
    }
}

fn track_use(which: config::TrackUse) -> TrackUse {
    match which {
        config::TrackUse::Api => TrackUse::Api,
        config::TrackUse::All => TrackUse::All,
        config::TrackUse::None => TrackUse::None,
    }
}

/// A refusal as a line for the operator, who may see the cause.
pub(super) fn fault(refusal: &Refusal) -> Failure {
    refusal.cause().map_or_else(|| Failure::failed(refusal), Failure::failed)
}
