//! The way out: a bound that leaves requests time, and networks that are not the whole Internet.

use std::time::Duration;

use super::super::{Config, Problem};
use super::bounds::within;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let bound = (Duration::from_millis(100), Duration::from_mins(1));
    within("outbound.timeout", config.outbound.timeout, bound, problems);
}

pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    if config.outbound.allow.iter().any(|network| network.is_everything()) {
        let fix = "name only the networks of your own key servers: every client can now make Jeton contact any machine";
        warnings.push(Problem::new("outbound.allow", "contains every address", fix));
    }
}
