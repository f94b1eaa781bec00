//! A certificate authority for a house, and its server's certificate.

use std::net::IpAddr;

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use zeroize::Zeroizing;

use crate::exit::{Done, Failure};

/// The files' texts, as PEM.
pub(super) struct Made {
    pub(super) authority: String,
    pub(super) authority_key: Zeroizing<String>,
    pub(super) server: String,
    pub(super) server_key: Zeroizing<String>,
}

/// Makes both. Keys are ECDSA with P-256: robots know it, and a handshake with it costs the server a tenth of one with RSA.
pub(super) fn make(names: &[String], addresses: &[IpAddr]) -> Done<Made> {
    let authority_key = KeyPair::generate().map_err(Failure::failed)?;
    let mut authority = validity();
    authority.distinguished_name.push(DnType::CommonName, "Jeton robots");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, &authority_key).map_err(Failure::failed)?;

    let server_key = KeyPair::generate().map_err(Failure::failed)?;
    let mut server = validity();
    let first = names.first().cloned().or_else(|| addresses.first().map(ToString::to_string)).unwrap_or_default();
    server.distinguished_name.push(DnType::CommonName, first);
    for name in names {
        let name = Ia5String::try_from(name.as_str())
            .map_err(|_| Failure::misuse(format_args!("--name {name}: write a name in ASCII, such as robots.local")))?;
        server.subject_alt_names.push(SanType::DnsName(name));
    }
    server.subject_alt_names.extend(addresses.iter().map(|address| SanType::IpAddress(*address)));
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let server = server.signed_by(&server_key, &authority).map_err(Failure::failed)?;
    Ok(Made {
        authority: authority.pem(),
        authority_key: Zeroizing::new(authority_key.serialize_pem()),
        server: format!("{}{}", server.pem(), authority.pem()),
        server_key: Zeroizing::new(server_key.serialize_pem()),
    })
}

/// Valid at any time that a robot's clock may show: it starts without the right one.
fn validity() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(1970, 1, 1);
    params.not_after = date_time_ymd(2099, 12, 31);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}
