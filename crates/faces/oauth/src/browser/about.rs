//! What the pages show of what a client registered about itself.

use jeton_core::client_documents;
use jeton_core::model::{Client, Service};
use url::Url;

use crate::pages::AboutClient;

/// The addresses of a client for its pages. A browser does not load an image without TLS into a page with TLS.
pub(super) fn about(client: &Client, service: &Service) -> AboutClient {
    let metadata = &client.metadata;
    let web = |text: &Option<Box<str>>| {
        let url = Url::parse(text.as_deref()?).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
    };
    let plain = service.issuer.starts_with("http:");
    AboutClient {
        host: client_documents::host(client),
        logo: web(&metadata.logo_uri).filter(|url| plain || url.scheme() == "https"),
        home: web(&metadata.client_uri),
        policy: web(&metadata.policy_uri),
        terms: web(&metadata.tos_uri),
    }
}
