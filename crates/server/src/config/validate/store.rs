//! The store: a known engine, a whole key.

use std::path::Path;
use std::time::Duration;

use super::super::{Config, Problem};
use super::bounds::{number, within};

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let store = &config.store;
    if store.engine(Path::new("")).is_none() {
        let fix = "write sqlite:FILE or postgres://user:password@host:port/database";
        problems.push(Problem::new("store.url", "names no known store", fix));
    }
    if store.seal_key.is_some() && store.seal_key_bytes().is_none() {
        let fix = "write 32 random bytes in base64, as `openssl rand -base64 32` prints them";
        problems.push(Problem::new("store.seal_key", "is not a key", fix));
    }
    let bound = (Duration::ZERO, Duration::from_hours(1));
    within("store.revocation_bound", store.revocation_bound, bound, problems);
    number("store.readers", store.readers, (1, 64), problems);
    number("index.max_tokens", config.index.max_tokens, (1, 1_000_000_000), problems);
}
