//! Every route of a face, once: its router, the OpenAPI document, `docs/http.md`, metrics and tests derive from one list.

/// A route, for documents and tests.
#[derive(Clone, Copy, Debug)]
pub struct RouteDoc {
    /// HTTP methods, space-separated.
    pub methods: &'static str,
    /// Path.
    pub path: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// `form`, `query`, `json` or nothing: what it takes.
    pub takes: &'static str,
    /// Parameters or members it reads there.
    pub parameters: &'static [&'static str],
}

/// Writes down a face's routes: `ROUTES` for documents, and `routed` which puts them on a router.
///
/// Each line: methods, path, what it takes, parameters, summary, handler.
#[macro_export]
macro_rules! routes {
    ($state:ty; $($methods:literal $path:literal $takes:literal $parameters:expr, $summary:literal => $handler:expr;)*) => {
        /// Every route of the face.
        pub const ROUTES: &[$crate::RouteDoc] = &[$($crate::RouteDoc {
            methods: $methods,
            path: $path,
            summary: $summary,
            takes: $takes,
            parameters: $parameters,
        }),*];

        type Handler = fn() -> $crate::axum::routing::MethodRouter<$state>;

        const HANDLERS: &[(&str, Handler)] = &[$(($path, || $handler)),*];

        /// Puts every route on a router.
        fn routed(router: $crate::axum::Router<$state>) -> $crate::axum::Router<$state> {
            HANDLERS.iter().fold(router, |router, (path, handler)| router.route(path, handler()))
        }
    };
}
