//! Where a request comes from, as the faces read it: the listener's peer, and what trusted proxies tell of the client.

use std::sync::Arc;

use http::Extensions;
use jeton_core::Origin;
use jeton_core::origin::ClientCertificate;
use jeton_server::config::Config;
use jeton_server::{Note, PeerCertificate, client_addr, client_certificate};

/// Notes an [`Origin`] in every request.
pub(super) fn note(config: &Config) -> Note {
    let trusted = config.http.trusted_proxies.clone();
    let verified = config.http.proxies_verify_client_certificates;
    Arc::new(move |peer, headers| {
        // Nobody on the local socket has an address.
        let addr = peer.addr.map(|_| client_addr(peer, headers, &trusted));
        let certificate = client_certificate(peer, headers, &trusted, verified).map(own);
        let mut extensions = Extensions::new();
        extensions.insert(Origin { addr, certificate });
        extensions
    })
}

fn own(certificate: PeerCertificate) -> ClientCertificate {
    let PeerCertificate { der, sha256, verified } = certificate;
    ClientCertificate { der, sha256, verified }
}
