//! The addresses.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jeton_server::config::Config;
use jeton_server::{BoundServer, LargerBodies, Limits, Network, Passage, Server, Tcp, TlsReloader};

use super::entrance::Entrance;
use super::live::Live;
use super::routes::RobotRoutes;
use super::{Certificates, Node, SOCKET, routes};
use crate::exit::{Done, Failure};
use crate::metrics::Metrics;

/// Takes all addresses; requests wait until the server serves.
pub(super) async fn bind(
    node: &Node,
    config: &Config,
    live: &Live,
    certificates: &Certificates,
    metrics: &Arc<Metrics>,
) -> Done<BoundServer> {
    let routes = routes::all(node, config, live, metrics)?;
    let entrance = Entrance::new(config, &live.addresses);
    let inside = entrance.inside(config);
    let this_machine = [Network::LOOPBACK_V4, Network::LOOPBACK_V6];
    let unlimited = this_machine.iter().chain(config.http.trusted_proxies.networks()).copied().collect();
    let larger = LargerBodies { at: jeton_face_authlete::is_own, most: jeton_face_authlete::LARGEST_BODY };
    let mut server = Server::new(routes.public)
        .limits(Limits { larger_bodies: Some(larger), ..Limits::from(&config.http) })
        .passage(Arc::new(entrance))
        .unlimited(unlimited)
        .unix(config.data_dir.join(SOCKET), routes.local);
    for address in &config.http.listen {
        server = server.tcp(with(Tcp::new(*address), certificates.http.as_ref()));
    }
    let inside: Arc<dyn Passage> = Arc::new(inside);
    for address in &config.internal.listen {
        server = server.tcp(with(Tcp::new(*address), certificates.internal.as_ref()).passage(Arc::clone(&inside)));
    }
    if let Some(listen) = config.metrics.listen {
        server = server.tcp(Tcp::new(listen).router(crate::metrics::router(Arc::clone(metrics))));
    }
    if let (Some(robots), Some(tls)) = (routes.robots, &certificates.vector) {
        for address in &config.vector.listen {
            server = server.tcp(of_robots(*address, &robots, Arc::clone(tls), Limits::from(&config.http)));
        }
    }
    server.bind().await.map_err(Failure::failed)
}

fn with(tcp: Tcp, tls: Option<&Arc<TlsReloader>>) -> Tcp {
    match tls {
        Some(tls) => tcp.tls(Arc::clone(tls)),
        None => tcp,
    }
}

/// How long a robot may take for its handshake: after an outage all come at once, and the last ones wait for their turn.
const ROBOTS_PATIENCE: Duration = Duration::from_secs(30);

/// The largest call of a robot, in bytes.
const ROBOTS_BODY: usize = 64 * 1024;

/// A listener for robots.
fn of_robots(address: SocketAddr, routes: &RobotRoutes, tls: Arc<TlsReloader>, limits: Limits) -> Tcp {
    let limits = Limits {
        // All robots of a house, or of a fleet, may have one address.
        max_connections_per_address: None,
        header_timeout: limits.header_timeout.max(ROBOTS_PATIENCE),
        request_timeout: limits.request_timeout.map(|timeout| timeout.max(ROBOTS_PATIENCE)),
        max_body: ROBOTS_BODY,
        ..limits
    };
    let tcp = Tcp::new(address).tls(tls).limits(limits).router(routes.secret.clone());
    tcp.also_plain(routes.plain.clone()).explain_handshakes()
}

/// The main listener's URLs, with the ports that they really have.
pub(super) fn urls(config: &Config, addresses: &[SocketAddr]) -> Vec<String> {
    let scheme = if config.http.tls_cert.is_some() { "https" } else { "http" };
    let main = addresses.iter().take(config.http.listen.len());
    main.map(|address| format!("{scheme}://{address}")).collect()
}
