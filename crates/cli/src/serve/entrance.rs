//! What every request passes before its face: its origin is noted (the listener's peer, and what trusted proxies report about the
//! client), its address is resolved to a service, and whether pages of other origins may read its answer is decided.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;
use jeton_core::RequestSource;
use jeton_core::request_source::ClientCertificate;
use jeton_server::config::Config;
use jeton_server::{
    ForwardedCertificates, Leave, Passage, Peer, PeerCertificate, TrustedProxies, client_addr, client_certificate,
    reported_address,
};
use jeton_wire::{Addresses, InternalUrl, cross_origin, replace_path};

/// The path of a request for what is not served at its address: no face has it.
const NOWHERE: &str = "/-";

/// The way into the faces.
#[derive(Clone)]
pub(super) struct Entrance {
    trusted: TrustedProxies,
    certificates: ForwardedCertificates,
    addresses: Addresses,
    /// Paths that are not served here, with all below them.
    hidden: Arc<[String]>,
    /// The URL of the internal addresses, at these.
    internal: Option<InternalUrl>,
}

impl Entrance {
    /// As configured.
    pub(super) fn new(config: &Config, addresses: &Addresses) -> Self {
        let http = &config.http;
        // A name that is none was refused when the configuration was read.
        let header: Option<HeaderName> = http.client_certificate_header.as_ref().and_then(|name| name.parse().ok());
        let certificates = ForwardedCertificates { header, verified: http.proxies_verify_client_certificates };
        Self {
            trusted: http.trusted_proxies.clone(),
            certificates,
            addresses: addresses.clone(),
            hidden: Arc::default(),
            internal: None,
        }
    }

    /// At the addresses of `[http]`.
    pub(super) fn outside(self, config: &Config) -> Self {
        Self { hidden: config.internal.only.as_slice().into(), ..self }
    }

    /// At the internal addresses.
    pub(super) fn inside(&self, config: &Config) -> Self {
        let url = config.internal.url.as_deref().map(|url| url.trim_end_matches('/'));
        Self { internal: url.map(|url| InternalUrl(url.into())), ..self.clone() }
    }

    fn is_hidden(&self, path: &str) -> bool {
        let below = |prefix: &String| {
            path.strip_prefix(&**prefix).is_some_and(|rest| matches!(rest.as_bytes().first(), None | Some(b'/')))
        };
        self.hidden.iter().any(below)
    }
}

impl Passage for Entrance {
    fn enter(&self, peer: &Peer, head: &mut Parts) -> Option<Leave> {
        let addr = client_addr(peer, &head.headers, &self.trusted);
        let certificate = client_certificate(peer, &head.headers, &self.trusted, &self.certificates).map(own);
        head.extensions.insert(RequestSource { addr, certificate, sent_on_by: None });
        self.addresses.resolve(head, |headers| reported_address(peer, headers, &self.trusted));
        if let Some(url) = self.internal.as_ref().filter(|url| url.is_of(head)) {
            head.extensions.insert(url.clone());
        }
        // The local socket's owner is the administrator.
        if peer.addr.is_some() && self.is_hidden(head.uri.path()) {
            replace_path(&mut head.uri, NOWHERE);
        }
        cross_origin::is_open(head.uri.path()).then_some(cross_origin::mark as Leave)
    }
}

fn own(certificate: PeerCertificate) -> ClientCertificate {
    let PeerCertificate { der, sha256, verified } = certificate;
    ClientCertificate { der, sha256, verified }
}
