//! `docs/http.md` is made from the lists of routes.

use std::fmt::Write as _;

use jeton_wire::RouteDoc;

use crate::tree::{read, root};

/// The page's text before each face's routes.
const FACES: &[(&str, &[RouteDoc])] = &[
    (OAUTH, jeton_face_oauth::ROUTES),
    (IAM, jeton_face_iam::ROUTES),
    (API_TOKENS, jeton_face_api_tokens::ROUTES),
    (ADMIN, jeton_face_admin::ROUTES),
];

/// Every route of every face.
pub(crate) fn routes() -> impl Iterator<Item = &'static RouteDoc> {
    FACES.iter().flat_map(|(_, routes)| routes.iter())
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

const IAM: &str = "
## INDIGO IAM

For clients of INDIGO IAM. Under `/iam/api/` and `/access-tokens`, `/refresh-tokens` a caller shows a bearer token with
`iam:admin.read` to read and `iam:admin.write` to change, or the session of an administrator.
";

const API_TOKENS: &str = "
## API tokens

For clients of ProdManager. On when `[api_tokens] secret` is set.
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
    for (head, routes) in FACES {
        text.push_str(head);
        text.push_str("\n| method | path | | takes |\n| --- | --- | --- | --- |\n");
        for route in *routes {
            let parameters: Vec<_> =
                jeton_face_oauth::parameters_of(route).iter().map(|name| format!("`{name}`")).collect();
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
