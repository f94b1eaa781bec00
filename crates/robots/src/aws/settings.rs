//! Which security token service is asked, and for what.

use std::time::Duration;

use jeton_jose::Secret;
use url::{Position, Url};

/// What the operator writes.
#[derive(Clone, Debug, Default)]
pub struct StsOptions {
    /// URL of the service.
    pub endpoint: String,
    /// Its region, which a signature names.
    pub region: String,
    /// The key that signs.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: Secret,
    /// The role to assume; none: a session of the key itself.
    pub role: Option<String>,
    /// Where robots upload: `s3://bucket/prefix`, as in their configuration.
    pub logfiles: String,
    /// How long credentials live.
    pub lifetime: Duration,
}

/// A security token service, and the folder that its credentials open.
#[derive(Clone, Debug)]
pub struct StsSettings {
    pub(super) endpoint: Url,
    pub(super) region: String,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: Secret,
    pub(super) role: Option<String>,
    pub(super) bucket: String,
    pub(super) prefix: String,
    pub(super) lifetime: Duration,
}

/// Why these settings cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSts {
    /// The URL of the service.
    #[error("the URL must be http or https, without user name, path and query")]
    Endpoint,
    /// The folder.
    #[error("logfiles must be s3://BUCKET/PREFIX")]
    Logfiles,
}

impl StsSettings {
    /// Reads them.
    ///
    /// # Errors
    /// When a URL cannot be used.
    pub fn read(options: StsOptions) -> Result<Self, NotSts> {
        let endpoint = Url::parse(&options.endpoint).map_err(|_| NotSts::Endpoint)?;
        let is_plain = endpoint.username().is_empty() && endpoint.password().is_none() && endpoint.fragment().is_none();
        // What is signed as the path is then the same in every spelling.
        let has_no_path = matches!(&endpoint[Position::BeforePath..], "" | "/");
        if !matches!(endpoint.scheme(), "http" | "https") || endpoint.host().is_none() || !is_plain || !has_no_path {
            return Err(NotSts::Endpoint);
        }
        let (bucket, prefix) = folder(&options.logfiles).ok_or(NotSts::Logfiles)?;
        let StsOptions { region, access_key_id, secret_access_key, role, lifetime, .. } = options;
        Ok(Self { endpoint, region, access_key_id, secret_access_key, role, bucket, prefix, lifetime })
    }

    /// What is sent as `Host`.
    pub(super) fn host(&self) -> &str {
        &self.endpoint[Position::BeforeHost..Position::AfterPort]
    }
}

/// Bucket and prefix. Only plain characters: they stand in a policy.
fn folder(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("s3://")?.trim_end_matches('/');
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let is_plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let is_folder = !bucket.is_empty() && is_plain(bucket, ".-") && is_plain(prefix, "/_.-");
    is_folder.then(|| (bucket.to_owned(), prefix.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(endpoint: &str, logfiles: &str) -> Result<StsSettings, NotSts> {
        StsSettings::read(StsOptions { endpoint: endpoint.into(), logfiles: logfiles.into(), ..StsOptions::default() })
    }

    #[test]
    fn urls_of_the_service_and_of_the_folder_are_read() {
        let sts = read("https://sts.us-west-2.amazonaws.com:443", "s3://logs/a/b/").unwrap();
        assert_eq!((sts.host(), &*sts.bucket, &*sts.prefix), ("sts.us-west-2.amazonaws.com", "logs", "a/b"));
        let sts = read("http://127.0.0.1:9000/", "s3://logs").unwrap();
        assert_eq!((sts.host(), &*sts.prefix), ("127.0.0.1:9000", ""));
        for endpoint in ["", "sts", "ftp://a", "https://a/path", "https://a/?b", "https://u:p@a/", "https://a/#f"] {
            assert_eq!(read(endpoint, "s3://logs").err(), Some(NotSts::Endpoint), "{endpoint}");
        }
        for logfiles in ["", "s3://", "https://logs", "s3://lo*gs", "s3://logs/${a}"] {
            assert_eq!(read("https://a", logfiles).err(), Some(NotSts::Logfiles), "{logfiles}");
        }
    }
}
