//! Names to addresses.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};

use futures::future::BoxFuture;

/// The most addresses of one name that are looked at; a name that has more is refused.
pub(crate) const MOST: usize = 64;

/// Resolves names.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of a name. Asked once for each request; what it answers is what is judged and connected to.
    fn addresses(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
#[derive(Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            // The system's call cannot be cancelled: it keeps its thread until it returns.
            let looked_up = tokio::task::spawn_blocking(move || {
                (name.as_str(), 0).to_socket_addrs().map(|all| all.map(|a| a.ip()).take(MOST + 1).collect())
            });
            looked_up.await.map_err(io::Error::other)?
        })
    }
}
