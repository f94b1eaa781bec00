//! Certificates for one test: an authority, the server's, a client's signed by the authority, and a self-signed one of
//! the client.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The subject of the client's certificate, as a client registers it (RFC 4514).
pub const CLIENT_DN: &str = "CN=tides,O=Tide Tables";

/// An authority with a folder of PEM files: `ca`, and `NAME` with `NAME.key` for `server`, `client` and `own`.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
    own_der: String,
}

impl Authority {
    /// Makes them all.
    ///
    /// # Errors
    /// No certificate can be made or written.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("jeton-pki-").tempdir()?;
        // Apache reads them as the user `nobody`.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let mut params = CertificateParams::new([])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        std::fs::write(folder.path().join("ca"), authority.pem())?;

        let mut made = Self { folder, own_der: String::new() };
        let (mut server, key) = leaf(&["127.0.0.1", "localhost"], ExtendedKeyUsagePurpose::ServerAuth)?;
        server.distinguished_name.push(DnType::CommonName, "Jeton of a test");
        made.keep("server", &server.signed_by(&key, &authority)?, &key)?;
        let (mut client, key) = leaf(&[], ExtendedKeyUsagePurpose::ClientAuth)?;
        client.distinguished_name.push(DnType::OrganizationName, "Tide Tables");
        client.distinguished_name.push(DnType::CommonName, "tides");
        made.keep("client", &client.signed_by(&key, &authority)?, &key)?;
        let (own, key) = leaf(&[], ExtendedKeyUsagePurpose::ClientAuth)?;
        let own = own.self_signed(&key)?;
        made.keep("own", &own, &key)?;
        made.own_der = body(&own.pem())?;
        Ok(made)
    }

    /// Where a PEM file is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The key set with which a client registers its self-signed certificate.
    #[must_use]
    pub fn own_jwks(&self) -> Value {
        json!({ "keys": [{ "kty": "EC", "use": "sig", "crv": "P-256", "x5c": [self.own_der] }] })
    }

    fn keep(&self, name: &str, certificate: &Certificate, key: &KeyPair) -> Result<()> {
        std::fs::write(self.path(name), certificate.pem())?;
        Ok(std::fs::write(self.path(&format!("{name}.key")), key.serialize_pem())?)
    }
}

fn leaf(names: &[&str], purpose: ExtendedKeyUsagePurpose) -> Result<(CertificateParams, KeyPair)> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.extended_key_usages = vec![purpose];
    params.distinguished_name = rcgen::DistinguishedName::new();
    Ok((params, KeyPair::generate()?))
}

/// A certificate in base64: the content of its PEM.
fn body(pem: &str) -> Result<String> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    ensure!(!text.is_empty(), "a certificate without a body");
    Ok(text)
}
