//! What a client says of itself on the pages: its logo, and links to its site, its policy and its terms.

use url::Url;

/// The addresses that a client registered; all text of the links is this server's.
#[derive(Debug, Clone, Default)]
pub struct AboutClient {
    /// The host that vouches for the client, of those that are known by a document there. The name beside it is the client's claim.
    pub host: Option<String>,
    /// The logo. The browser loads it, without a `Referer`, and this page's policy allows this address only.
    pub logo: Option<Url>,
    /// The home page.
    pub home: Option<Url>,
    /// The privacy policy.
    pub policy: Option<Url>,
    /// The terms of service.
    pub terms: Option<Url>,
}

impl AboutClient {
    /// The links to show, with their words.
    pub(super) fn links(&self) -> Vec<(&'static str, &Url)> {
        let all = [("Website", &self.home), ("Privacy policy", &self.policy), ("Terms of service", &self.terms)];
        all.into_iter().filter_map(|(words, url)| Some((words, url.as_ref()?))).collect()
    }
}
