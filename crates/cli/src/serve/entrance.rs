//! What every request passes before its face: its origin is noted (the listener's peer, and what trusted proxies report about the
//! client), and whether pages of other origins may read its answer is decided.

use http::HeaderName;
use http::request::Parts;
use jeton_core::RequestSource;
use jeton_core::request_source::ClientCertificate;
use jeton_server::config::Config;
use jeton_server::{
    ForwardedCertificates, Leave, Passage, Peer, PeerCertificate, TrustedProxies, client_addr, client_certificate,
};
use jeton_wire::cross_origin;

/// The way into the faces.
pub(super) struct Entrance {
    trusted: TrustedProxies,
    certificates: ForwardedCertificates,
}

impl Entrance {
    /// As configured.
    pub(super) fn new(config: &Config) -> Self {
        let http = &config.http;
        // A name that is none was refused when the configuration was read.
        let header: Option<HeaderName> = http.client_certificate_header.as_ref().and_then(|name| name.parse().ok());
        let certificates = ForwardedCertificates { header, verified: http.proxies_verify_client_certificates };
        Self { trusted: http.trusted_proxies.clone(), certificates }
    }
}

impl Passage for Entrance {
    fn enter(&self, peer: &Peer, head: &mut Parts) -> Option<Leave> {
        let addr = client_addr(peer, &head.headers, &self.trusted);
        let certificate = client_certificate(peer, &head.headers, &self.trusted, &self.certificates).map(own);
        head.extensions.insert(RequestSource { addr, certificate, sent_on_by: None });
        cross_origin::is_open(head.uri.path()).then_some(cross_origin::mark as Leave)
    }
}

fn own(certificate: PeerCertificate) -> ClientCertificate {
    let PeerCertificate { der, sha256, verified } = certificate;
    ClientCertificate { der, sha256, verified }
}
