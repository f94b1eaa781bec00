//! The page after the sign-out confirmation.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_wire::pages::{ClientName, FormTargets, Sources, respond_with};
use url::Url;

/// Confirms that the session ended, or that it was kept.
#[derive(Debug, Clone)]
pub struct SignedOutPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// What happened.
    pub outcome: SignOutOutcome,
    /// A link to the client, if a registered URL is known.
    pub back: Option<WayBack<'a>>,
    /// The addresses at which clients are told in this browser that the session ended. With them, the page leads to `back` by
    /// itself after a moment.
    pub told: Vec<Url>,
}

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOutOutcome {
    /// It ended.
    Ended,
    /// There was none.
    NobodyWas,
    /// It was kept.
    Kept,
}

/// A link to the client that the person came from.
#[derive(Debug, Clone, Copy)]
pub struct WayBack<'a> {
    /// The client's display name.
    pub client_name: &'a str,
    /// One of the client's registered URLs.
    pub address: &'a str,
}

impl SignedOutPage<'_> {
    /// The page, 200.
    #[must_use]
    pub fn render(self) -> Response {
        let back = self.back.map(|way| Link {
            client: ClientName::new(way.client_name),
            address: way.address,
            place: Url::parse(way.address).map_or_else(|_| way.address.to_owned(), |url| place(&url)),
        });
        let frames: Vec<_> = self.told.iter().map(Url::as_str).collect();
        let goes_on = !frames.is_empty() && back.is_some();
        let view = View {
            issuer_name: self.issuer_name,
            kept: self.outcome == SignOutOutcome::Kept,
            ended: self.outcome == SignOutOutcome::Ended,
            back,
            goes_on,
            frames,
        };
        respond_with(StatusCode::OK, &view, &FormTargets::own(), &Sources::of_frames(self.told.clone()))
    }
}

struct Link<'a> {
    client: ClientName,
    address: &'a str,
    /// The link's target, formatted for people.
    place: String,
}

/// A web server's host, or an application's scheme.
fn place(url: &Url) -> String {
    match url.host_str() {
        Some(host) if matches!(url.scheme(), "http" | "https") => host.to_owned(),
        _ => format!("{}:", url.scheme()),
    }
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct View<'a> {
    issuer_name: &'a str,
    kept: bool,
    ended: bool,
    back: Option<Link<'a>>,
    /// Whether the browser follows the link by itself.
    goes_on: bool,
    frames: Vec<&'a str>,
}
