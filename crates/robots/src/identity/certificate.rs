//! What is read of a certificate. Its bytes come from anybody.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use jeton_jose::digest::sha256;
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;

use jeton_model::clock::Timestamp;

/// The algorithms with which a certificate may be signed, by their OIDs (RFC 4055, RFC 5758, RFC 8410). The curve of an ECDSA
/// signature is that of the key: each is tried.
const ALGORITHMS: &[(&str, &[&dyn VerificationAlgorithm])] = &[
    ("1.2.840.113549.1.1.11", &[&signature::RSA_PKCS1_2048_8192_SHA256]),
    ("1.2.840.113549.1.1.12", &[&signature::RSA_PKCS1_2048_8192_SHA384]),
    ("1.2.840.113549.1.1.13", &[&signature::RSA_PKCS1_2048_8192_SHA512]),
    ("1.2.840.10045.4.3.2", &[&signature::ECDSA_P256_SHA256_ASN1, &signature::ECDSA_P384_SHA256_ASN1]),
    ("1.2.840.10045.4.3.3", &[&signature::ECDSA_P384_SHA384_ASN1, &signature::ECDSA_P256_SHA384_ASN1]),
    ("1.3.101.112", &[&signature::ED25519]),
];

/// The organization of every factory certificate (`docs/contracts/vector.md` section 3).
const MAKER: &str = "Anki Inc.";

/// A parsed certificate.
pub(super) struct Certificate<'a>(X509Certificate<'a>);

impl<'a> Certificate<'a> {
    /// Parses DER; trailing bytes are refused.
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        let (rest, certificate) = parse_x509_certificate(der).ok()?;
        rest.is_empty().then_some(Self(certificate))
    }

    /// The one common name of its subject.
    pub(super) fn common_name(&self) -> Option<&str> {
        let mut names = self.0.subject().iter_common_name();
        let name = names.next()?.as_str().ok()?;
        names.next().is_none().then_some(name)
    }

    /// Whether its subject names an organization other than the maker of robots, or several. One that names none is let pass: the
    /// name proves nothing by itself.
    pub(super) fn names_another_maker(&self) -> bool {
        let mut named = self.0.subject().iter_organization().map(|name| name.as_str());
        match (named.next(), named.next()) {
            (None, _) => false,
            (Some(name), None) => name != Ok(MAKER),
            (Some(_), Some(_)) => true,
        }
    }

    /// SHA-256 of its public key, with the key's algorithm.
    pub(super) fn key_pin(&self) -> [u8; 32] {
        sha256(self.0.public_key().raw)
    }

    /// Whether its time is over. Whether it has begun is not asked: the clocks of robots and homes start late.
    pub(super) fn has_ended(&self, now: Timestamp) -> bool {
        self.0.validity().not_after.timestamp() < now.seconds()
    }

    /// Whether it says that it signs no certificates.
    pub(super) fn signs_none(&self) -> bool {
        self.0.basic_constraints().ok().flatten().is_some_and(|limits| !limits.value.ca)
    }

    /// Whether `issuer` signed it.
    pub(super) fn is_signed_by(&self, issuer: &Certificate<'_>) -> bool {
        if self.0.issuer().as_raw() != issuer.0.subject().as_raw() {
            return false;
        }
        let oid = self.0.signature_algorithm.algorithm.to_id_string();
        let known = ALGORITHMS.iter().find(|(id, _)| *id == oid).map_or(&[][..], |(_, algorithms)| algorithms);
        let key: &[u8] = &issuer.0.public_key().subject_public_key.data;
        let signed: &[u8] = self.0.tbs_certificate.as_ref();
        let verifies = |algorithm: &&'static dyn VerificationAlgorithm| {
            UnparsedPublicKey::new(*algorithm, key).verify(signed, &self.0.signature_value.data).is_ok()
        };
        known.iter().any(verifies)
    }
}
