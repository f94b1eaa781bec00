//! The origin of a request, for the faces: the listener's peer, and what trusted proxies report about the client.

use std::sync::Arc;

use http::Extensions;
use jeton_core::RequestSource;
use jeton_core::request_source::ClientCertificate;
use jeton_server::config::Config;
use jeton_server::{ForwardedCertificates, Note, PeerCertificate, client_addr, client_certificate};

/// Notes a [`RequestSource`] in every request.
pub(super) fn note(config: &Config) -> Note {
    let trusted = config.http.trusted_proxies.clone();
    let forwarded = ForwardedCertificates {
        // A name that is none was refused when the configuration was read.
        header: config.http.client_certificate_header.as_ref().and_then(|name| name.parse().ok()),
        verified: config.http.proxies_verify_client_certificates,
    };
    Arc::new(move |peer, headers| {
        let addr = client_addr(peer, headers, &trusted);
        let certificate = client_certificate(peer, headers, &trusted, &forwarded).map(own);
        let mut extensions = Extensions::new();
        extensions.insert(RequestSource { addr, certificate, sent_on_by: None });
        extensions
    })
}

fn own(certificate: PeerCertificate) -> ClientCertificate {
    let PeerCertificate { der, sha256, verified } = certificate;
    ClientCertificate { der, sha256, verified }
}
