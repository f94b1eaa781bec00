//! `docs/http.md` is made from the lists of routes.

use std::fmt::Write as _;

use jeton_served::FACES;

use crate::generated;

const HEAD: &str = "\
# Every route

This page is made from the lists of routes (`routes!`) in `crates/faces`: change those, then run
`JETON_WRITE_DOCS=1 cargo test -p jeton-house`. `GET /openapi.json` says the same for machines.

Parameters of a *form* stand in an `application/x-www-form-urlencoded` body, of a *query* in the URL (for a POST, in the
form body), of *json* in a JSON object. A parameter in the URL of a *form* route is ignored. How a request is refused is
in [refusals](refusals/README.md).

Each path is below the path of the issuer: of `https://id.example/auth`, `/token` is `https://id.example/auth/token`. Every service has all routes but
those of the API tokens and the robots, which are the default service's ([addresses](operating.md#issuers-and-their-addresses)).
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
    for face in FACES {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "\n## {}\n\n{}", face.name, face.about);
        text.push_str("\n| method | path | | takes |\n| --- | --- | --- | --- |\n");
        for route in face.routes() {
            let parameters: Vec<_> =
                jeton_face_oauth::parameters_of(route).iter().map(|name| format!("`{name}`")).collect();
            let takes = match (route.takes, parameters.is_empty()) {
                ("", _) => String::new(),
                (takes, true) => takes.to_owned(),
                (takes, false) => format!("{takes}: {}", parameters.join(", ")),
            };
            let _ = writeln!(text, "| {} | `{}` | {} | {takes} |", route.methods, route.path, route.summary);
        }
    }
    text.push_str(BESIDE);
    text
}

#[test]
fn every_route_is_on_its_page() {
    generated::whole("docs/http.md", &page());
}
