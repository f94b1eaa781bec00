//! What comes with a call beside its message: metadata, the peer's certificate and address.

use http::HeaderMap;
use jeton_core::RequestSource;
use jeton_core::robots::Presented;

/// The key of an app.
pub(crate) const APP_KEY: &str = "anki-app-key";
/// The session of an account.
pub(crate) const SESSION: &str = "anki-user-session";
/// The JWT of a robot.
const JWT: &str = "anki-access-token";

/// No key, session or JWT: what stands for a value that is repeated or not text.
const JUNK: &str = "\u{fffd}";

/// Metadata and source of one call.
pub(crate) struct Call {
    headers: HeaderMap,
    source: RequestSource,
}

impl Call {
    /// Of an HTTP request.
    pub(crate) fn new(headers: HeaderMap, source: RequestSource) -> Self {
        Self { headers, source }
    }

    /// Of a gRPC call, with its message.
    pub(crate) fn of<M>(request: tonic::Request<M>) -> (Self, M) {
        let (metadata, mut extensions, message) = request.into_parts();
        let source = extensions.remove::<RequestSource>().unwrap_or_default();
        (Self::new(metadata.into_headers(), source), message)
    }

    /// What the verbs of the robots are shown. Other metadata is ignored.
    pub(crate) fn presented(&self) -> Presented<'_> {
        Presented {
            app_key: self.value(APP_KEY),
            session: self.value(SESSION),
            jwt: self.value(JWT),
            certificate: self.source.certificate.as_ref().map(|certificate| &*certificate.der),
            address: self.source.addr,
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        if values.next().is_some() {
            return Some(JUNK);
        }
        Some(value.to_str().unwrap_or(JUNK))
    }
}
