//! The client for requests to other servers, from the configuration.

use std::sync::Arc;

use jeton_core::outbound::Outbound;
use jeton_outbound::{Guarded, Options};
use jeton_server::config::Config;

use crate::exit::{Done, Failure};

/// Opens it.
pub(crate) fn open(config: &Config) -> Done<Arc<dyn Outbound>> {
    let section = config.outbound.clone();
    let options = Options {
        ca: section.ca.clone(),
        longest: section.timeout,
        allowed: Arc::new(move |address| section.allows(address)),
    };
    let opened = Guarded::open(options).map_err(|error| Failure::misuse(format_args!("`outbound.ca`: {error}")))?;
    Ok(Arc::new(opened))
}
