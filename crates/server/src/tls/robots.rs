//! Why a Vector robot would refuse a certificate of its listener (`docs/contracts/vector.md` sections 2 and 10).

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;

use super::TlsError;
use super::files::certificates;

/// SHA-256 of the public key of a leaf for `escapepod.local` whose private key is published with it, by the community server.
const PUBLISHED: [u8; 32] = [
    0xd6, 0xee, 0x84, 0xdc, 0xd1, 0x3e, 0xc7, 0x89, 0x16, 0x83, 0x9b, 0xf3, 0x25, 0x3d, 0x76, 0xc3, 0xac, 0x03, 0x72,
    0x23, 0x5a, 0xe8, 0xd8, 0x89, 0x71, 0x29, 0xf7, 0x94, 0x18, 0x69, 0x02, 0x6d,
];

/// A robot's clock may be behind by so many seconds when it starts: a year.
const CLOCK_BEHIND: i64 = 365 * 86_400;

/// What a robot would not accept in this chain, and what its owner should know: one line each. `now`: seconds since 1970.
///
/// # Errors
/// When the file cannot be read.
pub fn robot_certificate_problems(chain: &Path, now: i64) -> Result<Vec<String>, TlsError> {
    let chain = certificates(chain)?;
    let leaf = chain.first().and_then(|leaf| parse_x509_certificate(leaf).ok());
    Ok(leaf.map_or_else(|| vec!["cannot be read as a certificate".to_owned()], |(_, leaf)| problems(&leaf, now)))
}

fn problems(leaf: &X509Certificate<'_>, now: i64) -> Vec<String> {
    let mut problems = Vec::new();
    if !has_names(leaf) {
        problems.push(
            "names no host: robots look for the one that they dial in subjectAltName, not in the subject".to_owned(),
        );
    }
    let from = leaf.validity().not_before.timestamp();
    if from > now - CLOCK_BEHIND {
        problems.push(
            "is valid for less than a year: a robot that starts with a clock that is behind refuses it".to_owned(),
        );
    }
    match leaf.public_key().parsed() {
        Ok(PublicKey::RSA(key)) if key.key_size() < 2048 => {
            problems.push("has an RSA key of less than 2048 bits".to_owned())
        }
        Ok(PublicKey::RSA(_)) => {}
        Ok(PublicKey::EC(key)) if matches!(key.key_size(), 256 | 384 | 521) => {}
        _ => problems.push("has a key that robots do not know: use RSA, or ECDSA with P-256".to_owned()),
    }
    if let Ok(Some(usage)) = leaf.extended_key_usage()
        && !usage.value.server_auth
        && !usage.value.any
    {
        problems.push("is not for servers: its extended key usage lacks serverAuth".to_owned());
    }
    if digest(&SHA256, leaf.public_key().raw).as_ref() == PUBLISHED {
        problems.push(
            "has a key that is public: everybody can pose as this server. Robots that know no other keep working"
                .to_owned(),
        );
    }
    problems
}

fn has_names(leaf: &X509Certificate<'_>) -> bool {
    let names = leaf.subject_alternative_name().ok().flatten();
    names.is_some_and(|names| {
        let host = |name: &GeneralName<'_>| matches!(name, GeneralName::DNSName(_) | GeneralName::IPAddress(_));
        names.value.general_names.iter().any(host)
    })
}

#[cfg(test)]
mod tests {
    use rcgen::{
        CertificateParams, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, date_time_ymd,
    };

    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn found(
        algorithm: &'static rcgen::SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Vec<String> {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let mut params = CertificateParams::new(["escapepod.local".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        change(&mut params);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cert.pem");
        std::fs::write(&path, params.self_signed(&key).unwrap().pem()).unwrap();
        robot_certificate_problems(&path, NOW).unwrap()
    }

    #[test]
    fn what_robots_refuse_is_said() {
        let p256 = &PKCS_ECDSA_P256_SHA256;
        assert_eq!(found(p256, |_| ()), [""; 0]);
        let one = |lines: Vec<String>, word: &str| {
            assert!(lines.len() == 1 && lines.iter().all(|line| line.contains(word)), "{word}: {lines:?}");
        };
        one(found(p256, |params| params.subject_alt_names.clear()), "names no host");
        one(found(p256, |params| params.not_before = date_time_ymd(2026, 6, 1)), "a clock that is behind");
        one(found(&PKCS_ED25519, |_| ()), "robots do not know");
        let client =
            |params: &mut CertificateParams| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        one(found(p256, client), "serverAuth");
    }
}
