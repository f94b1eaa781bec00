//! `jeton serve`: from a configuration to a running server, and back to nothing.
//!
//! 1. [`source`] reads the configuration; [`node`] opens what it names: folder, store, seal key, ledger.
//! 2. [`listeners`] takes the addresses, [`declare`] applies what the configuration declares.
//! 3. The server serves, and [`supervisor`] tells systemd so; [`background`] sweeps, follows the other nodes, watches the
//!    certificates and answers SIGHUP.
//! 4. A signal ends it: what runs finishes, the store is closed.

mod api_tokens;
mod background;
mod data_dir;
mod declare;
mod engine;
mod entrance;
mod listeners;
mod live;
mod node;
mod outbound;
mod routes;
mod runtime;
mod seal;
mod signals;
mod sms;
mod source;
mod supervisor;
mod tls;
mod vector;

use std::sync::Arc;

use jeton_server::config::Config;

pub(crate) use data_dir::{make as make_data_dir, write_private};
pub(crate) use declare::{DEFAULT_SERVICE, Declared, rehearse};
pub(crate) use engine::describe as describe_engine;
pub(crate) use node::Node;
pub(crate) use outbound::open as open_outbound;
pub(crate) use runtime::runtime;
pub(crate) use seal::warning as seal_warning;
pub(crate) use source::{Source, environment};
pub(crate) use tls::Certificates;
pub(crate) use vector::settings as robot_settings;

use crate::args;
use crate::exit::Done;
use crate::logging;
use crate::metrics::Metrics;
use crate::stderr::note;

/// The file name of the local socket in the data folder.
pub(crate) const SOCKET: &str = "jeton.sock";

/// Does what `jeton serve` was asked for.
pub(crate) fn run(args: &args::Serve) -> Done {
    logging::start(args.log_format);
    let source = Source::File(args.config.clone());
    let config = source.read()?;
    let runtime = runtime(config.http.workers)?;
    for warning in config.warnings().iter().map(ToString::to_string).chain(seal::warning(&config)) {
        tracing::warn!("{warning}");
    }
    let done = runtime.block_on(serve(config, source, |_| Ok(())));
    // Nothing important is left to wait for: at most a password hash that is no longer needed.
    runtime.shutdown_background();
    done
}

/// Serves until a signal ends it. `announce` is called with the server's URL once it is ready.
pub(crate) async fn serve(config: Config, source: Source, announce: impl FnOnce(&str) -> Done) -> Done {
    // Before anything counts on it: each connection needs a descriptor.
    jeton_server::raise_open_files();
    let declared = Declared::read(&config)?;
    // Before anything is opened, so that a signal during the start is not lost.
    let mut signals = signals::Signals::listen()?;
    let node = Node::open(&config).await?;
    let outcome = on(&node, &config, declared, source, &mut signals, announce).await;
    let closed = node.close().await;
    outcome.and(closed)
}

async fn on(
    node: &Node,
    config: &Config,
    declared: Declared,
    source: Source,
    signals: &mut signals::Signals,
    announce: impl FnOnce(&str) -> Done,
) -> Done {
    let certificates = Certificates::load(config)?;
    for warning in certificates.warnings(config) {
        tracing::warn!("{warning}");
    }
    node.jeton.robots.configure(robot_settings(config)?);
    let metrics = Arc::new(Metrics::new(Arc::clone(&node.jeton)));
    let live = live::Live::of(config, node.jeton.backend.credentials.clone());
    let bound = listeners::bind(node, config, &live, &certificates, &metrics).await?;
    declared.apply(&node.jeton).await?;
    let urls = listeners::urls(config, bound.addresses());
    let reload = background::Reload { source, started_with: config.clone(), certificates, live };
    let _background = background::start(node, &metrics, reload, signals.hangup.take());
    for url in &urls {
        note!("listening on {url}");
    }
    announce(urls.first().map(String::as_str).unwrap_or_default())?;
    supervisor::ready();
    let stop = async {
        signals.stop().await;
        supervisor::stopping();
    };
    let drained = bound.serve(stop).await;
    if drained.cut > 0 {
        tracing::warn!(connections = drained.cut, "cut: they had not finished in time");
    }
    Ok(())
}
