//! The addresses.

use std::net::SocketAddr;
use std::sync::Arc;

use jeton_server::config::Config;
use jeton_server::{BoundServer, LargerBodies, Limits, Network, Server, Tcp, TlsReloader};

use super::live::Live;
use super::{Node, SOCKET, request_source, routes};
use crate::exit::{Done, Failure};
use crate::metrics::Metrics;

/// Takes all addresses; requests wait until the server serves.
pub(super) async fn bind(
    node: &Node,
    config: &Config,
    live: &Live,
    tls: Option<Arc<TlsReloader>>,
    metrics: &Arc<Metrics>,
) -> Done<BoundServer> {
    let routes = routes::all(node, config, live, metrics)?;
    let main = Tcp::new(config.http.listen);
    let main = match tls {
        Some(tls) => main.tls(tls),
        None => main,
    };
    let this_machine = [Network::LOOPBACK_V4, Network::LOOPBACK_V6];
    let unlimited = this_machine.iter().chain(config.http.trusted_proxies.networks()).copied().collect();
    let larger = LargerBodies { at: jeton_face_authlete::is_own, most: jeton_face_authlete::LARGEST_BODY };
    let mut server = Server::new(routes.public)
        .limits(Limits { larger_bodies: Some(larger), ..Limits::from(&config.http) })
        .note(request_source::note(config))
        .unlimited(unlimited)
        .tcp(main)
        .unix(config.data_dir.join(SOCKET), routes.local);
    if let Some(listen) = config.metrics.listen {
        server = server.tcp(Tcp::new(listen).router(crate::metrics::router(Arc::clone(metrics))));
    }
    server.bind().await.map_err(Failure::failed)
}

/// The main listener's URL, with the port that it really has.
pub(super) fn url(config: &Config, addresses: &[SocketAddr]) -> String {
    let address = addresses.first().copied().unwrap_or(config.http.listen);
    let scheme = if config.http.tls_cert.is_some() { "https" } else { "http" };
    format!("{scheme}://{address}")
}
