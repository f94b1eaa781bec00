//! Services: ids and issuers that cannot be confused.

use super::super::{Config, Problem};
use super::unique;

/// 2^53 - 1: JSON numbers that JavaScript reads exactly.
const LARGEST_ID: u64 = 9_007_199_254_740_991;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let ids: Vec<String> = config.service.iter().map(|service| service.id.to_string()).collect();
    unique::check("service", "id", ids.iter().map(String::as_str), problems);
    unique::check("service", "issuer", config.service.iter().map(|service| service.issuer.as_str()), problems);
    for (position, service) in config.service.iter().enumerate() {
        if service.id == 0 || service.id > LARGEST_ID {
            let fix = format!("a number from 1 to {LARGEST_ID}");
            problems.push(Problem::new(format!("service[{position}].id"), "is out of range", fix));
        }
    }
}
