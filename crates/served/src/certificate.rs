//! Client certificates.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType,
    date_time_ymd,
};
use serde_json::{Value, json};

/// A certificate under construction.
pub struct Maker(CertificateParams);

/// A certificate and its key.
pub struct Made {
    /// DER.
    pub der: Vec<u8>,
    /// Its key.
    pub key: KeyPair,
}

impl Maker {
    /// A subject with these attributes, from the root on; valid from 2000 to 2100.
    pub fn new(subject: &[(DnType, &str)]) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for (kind, value) in subject {
            params.distinguished_name.push(kind.clone(), *value);
        }
        Self(params).lives(2000, 2100)
    }

    /// The certificate of `app`.
    pub fn app() -> Self {
        Self::new(&[
            (DnType::CountryName, "FR"),
            (DnType::OrganizationName, "Example, Inc."),
            (DnType::CommonName, "app"),
        ])
    }

    /// Valid from the start of one year to the start of another.
    pub fn lives(mut self, from: i32, to: i32) -> Self {
        (self.0.not_before, self.0.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        self
    }

    /// With another subject alternative name.
    pub fn named(mut self, name: SanType) -> Self {
        self.0.subject_alt_names.push(name);
        self
    }

    /// The certificate of a subject with this common name only.
    pub fn called(name: &str) -> Self {
        Self::new(&[(DnType::CommonName, name)])
    }

    /// For servers, not for clients.
    pub fn for_servers(mut self) -> Self {
        self.0.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self
    }

    /// Signed by an authority.
    pub fn signed_by(self, authority: &Authority) -> Made {
        let key = KeyPair::generate().unwrap();
        Made { der: self.0.signed_by(&key, &authority.0).unwrap().der().to_vec(), key }
    }

    /// Self-signed.
    pub fn made(self) -> Made {
        let key = KeyPair::generate().unwrap();
        Made { der: self.0.self_signed(&key).unwrap().der().to_vec(), key }
    }
}

/// An authority that signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// One that nobody has signed.
    pub fn root(name: &str) -> Self {
        Self(CertifiedIssuer::self_signed(Self::params(name), KeyPair::generate().unwrap()).unwrap())
    }

    /// One that this one has signed.
    pub fn below(&self, name: &str) -> Self {
        Self(CertifiedIssuer::signed_by(Self::params(name), KeyPair::generate().unwrap(), &self.0).unwrap())
    }

    /// Its certificate.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    fn params(name: &str) -> CertificateParams {
        let mut maker = Maker::called(name);
        maker.0.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        maker.0
    }
}

impl Made {
    /// Its public key as a JWK (P-256).
    pub fn jwk(&self) -> Value {
        let point = self.key.public_key_raw();
        let (x, y) = (&point[1..33], &point[33..]);
        let encode = |bytes: &[u8]| jeton_jose::base64url::encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)})
    }

    /// `x5t#S256`.
    pub fn print(&self) -> String {
        jeton_jose::base64url::encode(jeton_jose::digest::sha256(&self.der))
    }
}
