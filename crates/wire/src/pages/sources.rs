//! What a page shows of other sites: a client's logo, and frames at sign-out. Each address is listed in the page's policy, and
//! nothing else of its site can be loaded.

use jeton_core::redirect_uri::names_one_host;
use url::Url;

/// Addresses of other sites that a page may load.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    image: Option<Url>,
    frames: Vec<Url>,
}

impl Sources {
    /// One image.
    #[must_use]
    pub fn image(image: Option<Url>) -> Self {
        Self { image, frames: Vec::new() }
    }

    /// These frames.
    #[must_use]
    pub fn of_frames(frames: Vec<Url>) -> Self {
        Self { image: None, frames }
    }

    /// The image's source, to be added to a list.
    pub(super) fn images(&self) -> String {
        self.image.as_ref().and_then(source).map(|source| format!(" {source}")).unwrap_or_default()
    }

    /// The directive for frames, if there are any.
    pub(super) fn frames(&self) -> String {
        let sources: Vec<_> = self.frames.iter().filter_map(source).collect();
        if sources.is_empty() { String::new() } else { format!(" frame-src {};", sources.join(" ")) }
    }
}

/// A URL as a source of a policy (CSP 3 section 2.3.1): without its query, and without the characters that separate sources and
/// directives. A browser compares the path exactly. None: the host is none or several ones; such an address is not loaded.
fn source(url: &Url) -> Option<String> {
    let place = url.origin().ascii_serialization();
    let path = url.path().replace(';', "%3B").replace(',', "%2C");
    names_one_host(url).then(|| format!("{place}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_adds_nothing_to_the_policy() {
        let of = |text: &str| source(&Url::parse(text).unwrap());
        let path = "https://app.example/a%3Bscript-src%20*%2Cb";
        assert_eq!(of("https://app.example/a;script-src *,b?x=;y#z").as_deref(), Some(path));
        assert_eq!(of("http://127.0.0.1:9000/logo.png").as_deref(), Some("http://127.0.0.1:9000/logo.png"));
        assert_eq!(of("http://[::1]/logo.png").as_deref(), Some("http://[::1]/logo.png"));
        for several in
            ["https://*/x", "https://*.example/x", "https://a;sandbox;b/x", "https://a,b/x", "data:image/png,x"]
        {
            assert_eq!(Url::parse(several).ok().and_then(|url| source(&url)), None, "{several}");
        }
    }
}
