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
use jeton_wire::{Addresses, InternalOnly, InternalUrl, cross_origin, replace_path};

/// The path of a request for what is not served at its address: no face has it.
const NOWHERE: &str = "/-";

/// Where discovery documents are.
const WELL_KNOWN: &str = "/.well-known/";

/// The way into the faces.
#[derive(Clone)]
pub(super) struct Entrance {
    trusted: TrustedProxies,
    certificates: ForwardedCertificates,
    addresses: Addresses,
    /// Paths that only internal callers are served, with all below them.
    internal_only: InternalOnly,
    /// Whether these are served here.
    is_inside: bool,
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
            internal_only: InternalOnly(config.internal.only.as_slice().into()),
            is_inside: false,
            internal: None,
        }
    }

    /// At the internal addresses.
    pub(super) fn inside(&self, config: &Config) -> Self {
        let url = config.internal.url.as_deref().map(|url| url.trim_end_matches('/'));
        Self { is_inside: true, internal: url.map(|url| InternalUrl(url.into())), ..self.clone() }
    }
}

impl Passage for Entrance {
    fn enter(&self, peer: &Peer, head: &mut Parts) -> Option<Leave> {
        let addr = client_addr(peer, &head.headers, &self.trusted);
        let certificate = client_certificate(peer, &head.headers, &self.trusted, &self.certificates).map(own);
        match peer.local_socket {
            true => self.addresses.resolve_local(head),
            false => self.addresses.resolve(head, |headers| reported_address(peer, headers, &self.trusted)),
        }
        let internal = self.internal.as_ref().filter(|url| url.is_of(head));
        if let Some(url) = internal {
            head.extensions.insert(url.clone());
        }
        // Whoever is told the public URLs is not told of what is not served there.
        if internal.is_none() && !self.internal_only.0.is_empty() && head.uri.path().starts_with(WELL_KNOWN) {
            head.extensions.insert(self.internal_only.clone());
        }
        let internal_url = internal.map(|InternalUrl(url)| Arc::clone(url));
        head.extensions.insert(RequestSource { addr, certificate, sent_on_by: None, internal_url });
        // The local socket's owner is the administrator.
        if !self.is_inside && !peer.local_socket && self.internal_only.has(head.uri.path()) {
            replace_path(&mut head.uri, NOWHERE);
        }
        cross_origin::is_open(head.uri.path()).then_some(cross_origin::mark as Leave)
    }
}

fn own(certificate: PeerCertificate) -> ClientCertificate {
    let PeerCertificate { der, sha256, verified } = certificate;
    ClientCertificate { der, sha256, verified }
}
