//! Numbers and durations within sane bounds.

use std::time::Duration;

use super::super::{Problem, duration};

/// A duration from `least` to `most`.
pub(super) fn within(
    key: impl Into<String>,
    value: Duration,
    (least, most): (Duration, Duration),
    problems: &mut Vec<Problem>,
) {
    let text = duration::text;
    if value < least {
        let complaint = format!("is {}, too short", text(value));
        problems.push(Problem::new(key, &complaint, format!("{} at least", text(least))));
    } else if value > most {
        let complaint = format!("is {}, too long", text(value));
        problems.push(Problem::new(key, &complaint, format!("{} at most", text(most))));
    }
}

/// A number from `least` to `most`.
pub(super) fn number(key: &str, value: usize, (least, most): (usize, usize), problems: &mut Vec<Problem>) {
    if value < least {
        problems.push(Problem::new(key, &format!("is {value}, too few"), format!("{least} at least")));
    } else if value > most {
        problems.push(Problem::new(key, &format!("is {value}, too many"), format!("{most} at most")));
    }
}
