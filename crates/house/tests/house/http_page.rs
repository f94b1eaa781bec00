//! `docs/http.md` is made from the lists of routes.

use std::fmt::Write as _;

use crate::tree::{read, root};

/// A route of any face.
pub(crate) struct Route {
    pub(crate) methods: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) takes: &'static str,
    pub(crate) parameters: &'static [&'static str],
}

macro_rules! routes_of {
    ($list:expr) => {
        $list.iter().map(|r| Route {
            methods: r.methods,
            path: r.path,
            summary: r.summary,
            takes: r.takes,
            parameters: r.parameters,
        })
    };
}

fn oauth() -> Vec<Route> {
    routes_of!(jeton_face_oauth::ROUTES).collect()
}

fn admin() -> Vec<Route> {
    routes_of!(jeton_face_admin::ROUTES).collect()
}

/// Every route of every face.
pub(crate) fn routes() -> Vec<Route> {
    oauth().into_iter().chain(admin()).collect()
}

const HEAD: &str = "\
# Every route

This page is made from the lists of routes in `crates/faces/*/src/routes.rs`: change those, then run
`JETON_WRITE_DOCS=1 cargo test -p jeton-house`. `GET /openapi.json` says the same for machines.

Parameters of a *form* stand in an `application/x-www-form-urlencoded` body, of a *query* in the URL (for a POST, in the
form body), of *json* in a JSON object. A parameter in the URL of a *form* route is ignored. How a request is refused is
in [refusals](refusals/README.md).
";

const OAUTH: &str = "
## OAuth 2.0 and OpenID Connect

On the listener of `[http]`, below the issuer. Machine endpoints take no cookies and answer any origin; pages need no
JavaScript.
";

const ADMIN: &str = "
## Administration, console, health

Under `/admin/` a caller shows `Authorization: Bearer` with a token of the scope `jeton:admin`, or comes over the
administrators' socket, whose owner needs none. `?service=NUMBER` names another issuer than the default one. The
console is for people with the role `admin`; it works without JavaScript.
";

const BESIDE: &str = "
## Beside the faces

| method | path | |
| --- | --- | --- |
| GET | `/openapi.json` | The routes above as an OpenAPI document |
| GET | `/metrics` | Measurements, on the listener of `[metrics]` only: [operating](operating.md#measurements) |
";

fn page() -> String {
    let mut text = HEAD.to_owned();
    for (head, routes) in [(OAUTH, oauth()), (ADMIN, admin())] {
        text.push_str(head);
        text.push_str("\n| method | path | | takes |\n| --- | --- | --- | --- |\n");
        for route in routes {
            let parameters: Vec<_> = route.parameters.iter().map(|name| format!("`{name}`")).collect();
            let takes = match (route.takes, parameters.is_empty()) {
                ("", _) => String::new(),
                (takes, true) => takes.to_owned(),
                (takes, false) => format!("{takes}: {}", parameters.join(", ")),
            };
            // Writing into a String cannot fail.
            let _ = writeln!(text, "| {} | `{}` | {} | {takes} |", route.methods, route.path, route.summary);
        }
    }
    text.push_str(BESIDE);
    text
}

#[test]
fn every_route_is_on_its_page() {
    let page = page();
    if std::env::var_os("JETON_WRITE_DOCS").is_some() {
        std::fs::write(root().join("docs/http.md"), &page).expect("docs/http.md can be written");
    }
    assert!(
        read("docs/http.md") == page,
        "docs/http.md no longer equals the lists of routes: run JETON_WRITE_DOCS=1 cargo test -p jeton-house"
    );
}
