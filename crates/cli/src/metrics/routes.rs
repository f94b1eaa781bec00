//! Requests by route and status.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

/// Statuses with their own counter; any other counts as the first of its class.
const STATUSES: [u16; 22] =
    [200, 201, 204, 300, 302, 303, 304, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429, 431, 500, 501, 502, 503];

/// What is counted for a request that met no route.
const NO_ROUTE: &str = "none";

/// A counter for each route and status, made once: counting allocates nothing and locks nothing.
pub(super) struct Routes {
    /// Where a route's counters are.
    places: HashMap<&'static str, usize>,
    names: Vec<&'static str>,
    counters: Vec<[AtomicU64; STATUSES.len()]>,
}

impl Routes {
    /// All routes of all faces.
    pub(super) fn new() -> Self {
        let faces = crate::openapi::FACES.iter().flat_map(|face| face.routes().map(|route| route.path));
        let mut names = vec![NO_ROUTE];
        for name in faces.chain([crate::openapi::PATH]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let places = names.iter().enumerate().map(|(place, name)| (*name, place)).collect();
        let counters = names.iter().map(|_| std::array::from_fn(|_| AtomicU64::new(0))).collect();
        Self { places, names, counters }
    }

    /// The place of a route's counters.
    pub(super) fn place(&self, route: Option<&str>) -> usize {
        route.and_then(|route| self.places.get(route).copied()).unwrap_or(0)
    }

    /// One more answer.
    pub(super) fn count(&self, place: usize, status: StatusCode) {
        if let Some(counter) = self.counters.get(place).and_then(|row| row.get(column(status.as_u16()))) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Route, status and count, where something was counted.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u16, u64)> {
        self.names.iter().zip(&self.counters).flat_map(|(name, row)| {
            let row = STATUSES.iter().zip(row).map(|(status, count)| (*name, *status, count.load(Ordering::Relaxed)));
            row.filter(|(_, _, count)| *count > 0)
        })
    }
}

fn column(status: u16) -> usize {
    // The most frequent first: it needs no search.
    if status == 200 {
        return 0;
    }
    let known = STATUSES.iter().position(|known| *known == status);
    let class = || STATUSES.iter().position(|known| *known == status / 100 * 100);
    known.or_else(class).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_route_and_status() {
        let routes = Routes::new();
        let token = routes.place(Some("/token"));
        assert_ne!(token, routes.place(Some("/no/such/route")));
        for status in [200, 200, 400, 418] {
            routes.count(token, StatusCode::from_u16(status).unwrap());
        }
        let counts: Vec<_> = routes.counts().collect();
        assert_eq!(counts, [("/token", 200, 2), ("/token", 400, 2)]);
    }
}
