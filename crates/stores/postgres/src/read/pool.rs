//! Connections for everything that is not on the hot path.

use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, PoolError, RecyclingMethod, Runtime};
use jeton_core::store::StoreError;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, NoTls, Row};

use crate::failure::{is_passing, of_pool, pause};
use crate::link;
use crate::open::Place;

/// How long a read waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool of sessions.
pub(crate) struct Pool(deadpool_postgres::Pool);

/// Opens none yet: a connection is made when one is needed.
pub(crate) fn open_pool(place: &Place, size: usize) -> Result<Pool, deadpool_postgres::BuildError> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(place.config.clone(), NoTls, recycling);
    let limit = place.statement_timeout;
    let set_up = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
        Box::pin(async move { link::prepare(client, limit).await.map_err(HookError::Backend) })
    });
    deadpool_postgres::Pool::builder(manager)
        .max_size(size.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .post_create(set_up)
        .build()
        .map(Pool)
}

/// How often a statement that others crossed, or whose connection had gone, is tried again.
const ATTEMPTS: u32 = 24;

/// A statement. All that go through the pool may be repeated.
enum Ask<'a> {
    /// Prepared once a session.
    Prepared(&'a str, &'a [&'a (dyn ToSql + Sync)]),
    /// Planned for its very values.
    Planned(&'a str, &'a [(&'a (dyn ToSql + Sync), Type)]),
}

impl Pool {
    /// The rows of a statement, which is prepared once a session.
    pub(crate) async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        self.ask(Ask::Prepared(sql, parameters)).await
    }

    /// The one row of a statement, or none.
    pub(crate) async fn row(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, parameters).await?.into_iter().next())
    }

    /// The rows of a statement that is planned for these very values.
    pub(crate) async fn planned(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        self.ask(Ask::Planned(sql, parameters)).await
    }

    /// A connection for more than one statement.
    pub(super) async fn client(&self) -> Result<deadpool_postgres::Object, PoolError> {
        self.0.get().await
    }

    /// Closes every connection that is not in use, and the others when they come back.
    pub(crate) fn close(&self) {
        self.0.close();
    }

    async fn ask(&self, ask: Ask<'_>) -> Result<Vec<Row>, StoreError> {
        let mut attempt = 0;
        loop {
            let client = self.0.get().await.map_err(of_pool)?;
            match ask.of(&client).await {
                Ok(rows) => return Ok(rows),
                Err(error) if attempt < ATTEMPTS && is_passing(&error) => attempt += 1,
                Err(error) => return Err(StoreError::failed(error)),
            }
            drop(client);
            tokio::time::sleep(pause(attempt)).await;
        }
    }
}

impl Ask<'_> {
    async fn of(&self, client: &deadpool_postgres::Object) -> Result<Vec<Row>, Error> {
        match *self {
            Self::Prepared(sql, parameters) => {
                let statement = client.prepare_cached(sql).await?;
                client.query(&statement, parameters).await
            }
            Self::Planned(sql, parameters) => client.query_typed(sql, parameters).await,
        }
    }
}
