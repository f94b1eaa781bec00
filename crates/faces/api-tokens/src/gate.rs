//! What applies to every request, whatever its path and method: the check of its token, the rate limit, the check of its page;
//! and the headers of every answer (`docs/contracts/prodmanager.md` section 6).

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use jeton_core::RequestSource;
use jeton_core::prodmanager::{Entry, Known};
use jeton_core::refusals::NOT_FOUND;
use jeton_wire::{RouteDoc, ServiceRef};

use crate::other::other_method;
use crate::state::ApiTokensState;
use crate::wire::headers;
use crate::wire::query::bounded;
use crate::wire::refuse::refuse;

/// The state of the gate: that of every handler, and the routes behind it.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) state: ApiTokensState,
    pub(crate) routes: &'static [RouteDoc],
}

/// A header that is not text is treated as an unreadable token.
const NO_TEXT: &str = "";

/// Passes a request to its endpoint, or answers it here.
pub(crate) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let Gate { state, routes } = gate;
    // The secret, and so the face, is the default service's: at the addresses of others there is nothing.
    if request.extensions().get::<ServiceRef>().is_some() {
        return refuse(&state, &NOT_FOUND.with("route"), "/api/token");
    }
    let addr = request.extensions().get::<RequestSource>().and_then(|origin| origin.addr);
    let entry = state
        .administration
        .named_tokens
        .enter(state.service, &state.token_api, authorization(request.headers()), addr)
        .await;
    let Entry { known, rate_limit } = entry;
    let name = known.as_ref().ok().and_then(Option::as_ref).map(|known| known.name().to_owned());
    let passed = known.and_then(|known| bounded(request.uri().query()).map(|()| known));
    let mut response = match passed {
        Err(refusal) => refuse(&state, &refusal, "/api/token"),
        Ok(known) => on(routes, known, request, next).await,
    };
    headers::every(response.headers_mut(), name.as_deref());
    if let Some(rate_limit) = rate_limit {
        headers::rate(response.headers_mut(), &rate_limit);
    }
    response
}

async fn on(routes: &[RouteDoc], known: Option<Known>, mut request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(known);
    let response = next.run(request).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED { other_method(routes, &method, &path) } else { response }
}

/// The `Authorization` header; several are treated as unreadable.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let only = all.next()?;
    Some(if all.next().is_some() { NO_TEXT } else { only.to_str().unwrap_or(NO_TEXT) })
}
