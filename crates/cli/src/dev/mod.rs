//! `jeton dev`: everything on, on this machine alone, with credentials that are ready to paste.

mod config;
mod credentials;
mod welcome;

use std::net::{SocketAddr, TcpListener};

use crate::args;
use crate::exit::{Done, Failure};
use crate::logging;
use crate::serve::{self, Source};

/// Does what `jeton dev` was asked for.
pub(crate) fn run(args: &args::Dev) -> Done {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::misuse(format_args!(
            "--listen {}: `jeton dev` prints its secrets and serves plain HTTP, so it listens on loopback only: use 127.0.0.1:{}, or `jeton init` and `jeton serve`",
            args.listen,
            args.listen.port()
        )));
    }
    logging::start(args.log_format);
    serve::make_data_dir(&args.data)?;
    let data = args.data.canonicalize().map_err(Failure::failed)?;
    let credentials = credentials::load_or_make(&data)?;
    let listen = with_port(args.listen)?;
    let config = config::of(listen, &data, &credentials);
    let runtime = serve::runtime(None)?;
    let source = Source::Made(Box::new(config.clone()));
    let json = args.json;
    let done = runtime.block_on(serve::serve(config, source, |url| welcome::print(url, &data, &credentials, json)));
    runtime.shutdown_background();
    done
}

/// The issuer names the port, so port 0 is settled before anything else.
fn with_port(listen: SocketAddr) -> Done<SocketAddr> {
    if listen.port() != 0 {
        return Ok(listen);
    }
    let free = TcpListener::bind(listen).and_then(|socket| socket.local_addr());
    free.map_err(|error| Failure::failed(format_args!("cannot listen on {listen}: {error}")))
}
