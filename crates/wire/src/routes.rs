//! The routes of a face, declared once: its router, the OpenAPI document, `docs/http.md`, metrics and tests derive from one list.

/// A route, for documents and tests.
#[derive(Clone, Copy, Debug)]
pub struct RouteDoc {
    /// HTTP methods, space-separated.
    pub methods: &'static str,
    /// Path.
    pub path: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// What it takes: `form`, `query`, `json` or nothing.
    pub takes: &'static str,
    /// The parameters or members that it reads.
    pub parameters: &'static [&'static str],
}

/// A face, for documents, metrics and tests.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    /// Its name in the documents.
    pub name: &'static str,
    /// The text before its routes in `docs/http.md`, in Markdown.
    pub about: &'static str,
    /// Its lists of routes: one for each module that holds handlers.
    pub routes: &'static [&'static [RouteDoc]],
}

impl Face {
    /// Every route of the face.
    pub fn routes(&self) -> impl Iterator<Item = &'static RouteDoc> + use<> {
        self.routes.iter().copied().flatten()
    }
}

/// Declares the routes of a module's handlers, in the file that declares the module: `ROUTES` for documents, and `routed`, which
/// adds them to a router.
///
/// Each entry: methods, path, what it takes, parameters, summary, handler. After the state, `also below "/prefix"` serves every
/// route at a second path, and `below "/first" and "/second"` serves it below both, with one trailing slash or without.
#[macro_export]
macro_rules! routes {
    (@written $state:ty; $($methods:expr, $path:expr, $takes:expr, $parameters:expr, $summary:expr, $handler:expr;)*) => {
        /// The routes of this module.
        pub(crate) const ROUTES: &[$crate::RouteDoc] = &[$($crate::RouteDoc {
            methods: $methods,
            path: $path,
            summary: $summary,
            takes: $takes,
            parameters: $parameters,
        }),*];

        type Handler = fn() -> $crate::axum::routing::MethodRouter<$state>;

        const HANDLERS: &[(&str, Handler)] = &[$(($path, || $handler)),*];

        /// Adds these routes to a router.
        pub(crate) fn routed(router: $crate::axum::Router<$state>) -> $crate::axum::Router<$state> {
            let with_preflight = $crate::cross_origin::with_preflight;
            HANDLERS.iter().fold(router, |router, (path, handler)| router.route(path, with_preflight(path, handler())))
        }
    };
    ($state:ty; $($methods:literal $path:literal $takes:literal $parameters:expr, $summary:literal => $handler:expr;)*) => {
        $crate::routes! { @written $state; $($methods, $path, $takes, $parameters, $summary, $handler;)* }
    };
    ($state:ty, below $first:literal and $second:literal;
     $($methods:literal $path:literal $takes:literal $parameters:expr, $summary:literal => $handler:expr;)*) => {
        $crate::routes! { @written $state;
            $($methods, concat!($first, $path), $takes, $parameters, $summary, $handler;)*
            $($methods, concat!($second, $path), $takes, $parameters, $summary, $handler;)*
        }

        /// Adds these routes with a trailing slash, where a path does not end with a rest.
        pub(crate) fn routed_with_slash(router: $crate::axum::Router<$state>) -> $crate::axum::Router<$state> {
            let whole = HANDLERS.iter().filter(|(path, _)| !path.ends_with("*identifier}"));
            whole.fold(router, |router, (path, handler)| router.route(&format!("{path}/"), handler()))
        }
    };
    ($state:ty, also below $prefix:literal;
     $($methods:literal $path:literal $takes:literal $parameters:expr, $summary:literal => $handler:expr;)*) => {
        $crate::routes! { @written $state;
            $($methods, $path, $takes, $parameters, $summary, $handler;)*
            $($methods, concat!($prefix, $path), $takes, $parameters, concat!($summary, " (below `", $prefix, "`)"), $handler;)*
        }
    };
}
