//! Keys that are set and do nothing.

use super::super::{Config, Effect, Problem};

/// Names each key that is set but not read by this version. A secret in a separate file is named by its key.
pub(super) fn warn(config: &Config, warnings: &mut Vec<Problem>) {
    for (_, place) in config.written().filter(|(key, _)| key.effect == Effect::Nothing) {
        warnings.push(Problem::new(place, "has no effect in this version", "remove it"));
    }
}
