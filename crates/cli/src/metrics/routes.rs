//! Requests by route and status.

use std::collections::HashMap;
use std::sync::OnceLock;

use http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// What is counted for a request that met no route.
const NO_ROUTE: &str = "none";

/// What one counter counts: the answers of a route with a status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Answers {
    route: &'static str,
    status: u16,
}

/// A route, and the counter of its answers with 200: counting those locks nothing.
struct Route {
    name: &'static str,
    ok: OnceLock<Counter>,
}

/// All routes of all faces, and how they were answered. Only what was counted has a counter.
pub(super) struct Routes {
    answers: Family<Answers, Counter>,
    routes: Vec<Route>,
    places: HashMap<&'static str, usize>,
    /// Those of gRPC, by path.
    methods: HashMap<&'static str, usize>,
}

impl Routes {
    /// Nothing is counted yet.
    pub(super) fn new() -> Self {
        let faces = crate::openapi::FACES.iter().flat_map(|face| face.routes().map(|route| route.path));
        let (mut routes, mut places) = (Vec::new(), HashMap::new());
        for name in [NO_ROUTE].into_iter().chain(faces).chain([crate::openapi::PATH]) {
            places.entry(name).or_insert_with(|| {
                routes.push(Route { name, ok: OnceLock::new() });
                routes.len() - 1
            });
        }
        let methods = jeton_face_vector::METHODS.iter().map(|name| {
            routes.push(Route { name, ok: OnceLock::new() });
            (*name, routes.len() - 1)
        });
        let methods = methods.collect();
        Self { answers: Family::default(), routes, places, methods }
    }

    /// The place of a route, for [`Self::count`]. The routes of gRPC are services: there the path names the method.
    pub(super) fn place(&self, route: Option<&str>, path: &str) -> usize {
        let place = |name: &str| self.places.get(name).copied();
        route.and_then(|route| place(route).or_else(|| self.methods.get(path).copied())).unwrap_or(0)
    }

    /// One more answer.
    pub(super) fn count(&self, place: usize, status: StatusCode) {
        let Some(route) = self.routes.get(place) else { return };
        let answers = Answers { route: route.name, status: status.as_u16() };
        if status == StatusCode::OK {
            route.ok.get_or_init(|| self.answers.get_or_create_owned(&answers)).inc();
        } else {
            self.answers.get_or_create(&answers).inc();
        }
    }

    /// All counters.
    pub(super) fn answers(&self) -> Family<Answers, Counter> {
        self.answers.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_route_and_status() {
        let routes = Routes::new();
        let token = routes.place(Some("/token"), "/token");
        assert_ne!(token, routes.place(Some("/no/such/route"), "/token"));
        for status in [200, 200, 400, 418] {
            routes.count(token, StatusCode::from_u16(status).unwrap());
        }
        for (status, count) in [(200, 2), (400, 1), (418, 1)] {
            let counted = routes.answers.get(&Answers { route: "/token", status }).map(|counter| counter.get());
            assert_eq!(counted, Some(count), "{status}");
        }
    }

    #[test]
    fn a_call_of_grpc_is_counted_by_its_method() {
        let (routes, refresh) = (Routes::new(), "/tokenpb.Token/RefreshToken");
        let place = routes.place(Some("/tokenpb.Token/{*rest}"), refresh);
        assert_eq!(routes.routes[place].name, refresh);
        for (route, path) in [(Some("/tokenpb.Token/{*rest}"), "/tokenpb.Token/NoSuchMethod"), (None, refresh)] {
            assert_eq!(routes.routes[routes.place(route, path)].name, NO_ROUTE, "{path}");
        }
    }
}
