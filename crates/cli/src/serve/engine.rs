//! The engines: one line each. Nothing else in the program knows which one runs.

use std::sync::Arc;

use jeton_core::Store;
use jeton_server::config::{Config, Engine};
use jeton_store_postgres::PostgresStore;
use jeton_store_sqlite::SqliteStore;

use crate::exit::{Done, Failure};
use crate::logging;

/// Opens the store that the configuration names.
pub(super) async fn open(config: &Config) -> Done<Arc<dyn Store>> {
    let engine =
        config.store.engine(&config.data_dir).ok_or_else(|| Failure::misuse("`store.url` names no known store"))?;
    match engine {
        Engine::Sqlite(path) => {
            let options = jeton_store_sqlite::Options {
                readers: config.store.readers,
                worker_loss: logging::worker_loss(),
                ..Default::default()
            };
            let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&path, options)).await;
            let store = opened.map_err(Failure::failed)?.map_err(unusable)?;
            Ok(Arc::new(store))
        }
        Engine::Postgres(url) => {
            let mut options = jeton_store_postgres::Options::with_revocation_bound(config.store.revocation_bound);
            options.pool_size = config.store.readers.max(1);
            options.worker_loss = logging::worker_loss();
            let store = PostgresStore::connect(url.expose(), options).await.map_err(|error| {
                let failure = if error.is_of_url() { Failure::misuse(error) } else { Failure::failed(error) };
                failure.context("`store.url`: ")
            })?;
            Ok(Arc::new(store))
        }
    }
}

fn unusable(error: impl std::fmt::Display) -> Failure {
    Failure::failed(error).context("`store.url`: ")
}

/// The engine's description without a password.
pub(crate) fn describe(config: &Config) -> String {
    match config.store.engine(&config.data_dir) {
        Some(Engine::Sqlite(path)) => format!("SQLite at {}", path.display()),
        Some(Engine::Postgres(_)) => "PostgreSQL".to_owned(),
        None => "nothing".to_owned(),
    }
}
