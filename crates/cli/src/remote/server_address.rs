//! Where the server is.

use std::fmt;
use std::path::{Path, PathBuf};

use http::HeaderValue;
use jeton_jose::Secret;
use jeton_server::config::Config;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Url, form_urlencoded};

use crate::args::Target;
use crate::exit::{Done, Failure};
use crate::serve::{SOCKET, environment};

/// The configuration that is looked at when none is named.
const CONFIG: &str = "jeton.toml";
/// The data folder when nothing names another: that of `jeton dev`.
const DATA: &str = "./jeton-data";

/// Where the server is.
pub(super) enum ServerAddress {
    /// On this machine.
    Socket(PathBuf),
    /// At a URL.
    Url {
        /// The server's URL.
        url: Url,
        /// An administrator's token; none if none is needed.
        token: Option<Secret>,
        /// Certificates to trust.
        ca: Option<PathBuf>,
    },
}

impl ServerAddress {
    /// Finds it by the command line and the environment.
    pub(super) fn find(target: &Target) -> Done<Self> {
        let place = Self::find_open(target)?;
        if let Self::Url { token: None, .. } = place {
            return Err(Failure::misuse("set JETON_TOKEN to an administrator's token (scope jeton:admin)"));
        }
        Ok(place)
    }

    /// The same for what everybody may ask.
    pub(super) fn find_open(target: &Target) -> Done<Self> {
        let named_folder = target.data.is_some() || target.config.is_some();
        let url = target
            .url
            .clone()
            .or_else(|| std::env::var("JETON_URL").ok().filter(|url| !named_folder && !url.is_empty()));
        match url {
            Some(url) => Self::at(&url, target.ca.clone()),
            None => Ok(Self::Socket(data_dir(target)?.join(SOCKET))),
        }
    }

    fn at(url: &str, ca: Option<PathBuf>) -> Done<Self> {
        let wrong = || {
            Failure::misuse(format_args!(
                "--url {url} is not the URL of a server: write http://host:port or https://host"
            ))
        };
        let url = Url::parse(url).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong());
        }
        let token = std::env::var("JETON_TOKEN").ok().filter(|token| !token.trim().is_empty());
        Ok(Self::Url { url, token: token.map(|token| Secret::new(token.trim())), ca })
    }

    /// Path and query of a request. `path` are the segments, unescaped. Each stays one segment, whatever it contains: the URL
    /// rules leave out `.` and `..`, so these are escaped here.
    pub(super) fn target<'a>(&self, path: &[&str], query: impl Iterator<Item = (&'a str, String)>) -> Done<String> {
        if path.iter().any(|segment| segment.is_empty()) {
            return Err(Failure::misuse("a name is empty"));
        }
        let base = match self {
            Self::Socket(_) => "",
            Self::Url { url, .. } => url.path().trim_end_matches('/'),
        };
        let path: String = path.iter().flat_map(|segment| ["/".to_owned(), escaped(segment)]).collect();
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let query = pairs.extend_pairs(query).finish();
        Ok(if query.is_empty() { format!("{base}{path}") } else { format!("{base}{path}?{query}") })
    }

    /// The `Host` header.
    pub(super) fn host(&self) -> String {
        match self {
            Self::Socket(_) => "localhost".to_owned(),
            Self::Url { url, .. } => match (url.host_str().unwrap_or_default(), url.port()) {
                (host, Some(port)) => format!("{host}:{port}"),
                (host, None) => host.to_owned(),
            },
        }
    }

    /// The `Authorization` header.
    pub(super) fn authorization(&self) -> Done<Option<HeaderValue>> {
        let Self::Url { token: Some(token), .. } = self else { return Ok(None) };
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| Failure::misuse("JETON_TOKEN contains characters that are not allowed in a token"))?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => path.display().fmt(f),
            Self::Url { url, .. } => url.as_str().trim_end_matches('/').fmt(f),
        }
    }
}

/// A segment of a path: everything but letters, digits, `-` and `_` is escaped.
fn escaped(segment: &str) -> String {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');
    utf8_percent_encode(segment, PLAIN).to_string()
}

/// The data folder: as given, from a configuration, or the default.
fn data_dir(target: &Target) -> Done<PathBuf> {
    if let Some(data) = &target.data {
        return Ok(data.clone());
    }
    let config = match &target.config {
        Some(config) => config.clone(),
        None if Path::new(CONFIG).exists() => PathBuf::from(CONFIG),
        None => return Ok(PathBuf::from(DATA)),
    };
    let config =
        Config::load(Some(&config), environment()).map_err(|error| Failure::misuses(error.to_string().lines()))?;
    Ok(config.data_dir)
}
