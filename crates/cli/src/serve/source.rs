//! The source of a configuration, so that it can be read again.

use std::path::PathBuf;

use jeton_server::config::Config;

use crate::exit::{Done, Failure};

/// Variables of the program and its tests that begin like configuration keys and are none.
const NOT_KEYS: [&str; 2] = ["JETON_BIN", "JETON_BENCH_"];

/// The source of a configuration.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A file, with the environment over it.
    File(PathBuf),
    /// Made by `jeton dev`.
    Made(Box<Config>),
}

impl Source {
    /// Reads it: a configuration without problems, or every problem as a line.
    pub(crate) fn read(&self) -> Done<Config> {
        let path = match self {
            Self::Made(config) => return Ok(Config::clone(config)),
            Self::File(path) => path,
        };
        let config =
            Config::load(Some(path), environment()).map_err(|error| Failure::misuses(error.to_string().lines()))?;
        let problems = config.problems();
        if problems.is_empty() { Ok(config) } else { Err(Failure::misuses(problems)) }
    }
}

/// The environment, for the configuration. A value that is not Unicode is ignored.
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !NOT_KEYS.iter().any(|own| name.starts_with(own)))
}
