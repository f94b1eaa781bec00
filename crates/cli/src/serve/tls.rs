//! The certificates of the listeners.

use std::sync::Arc;

use jeton_core::{Clock as _, SystemClock};
use jeton_server::config::Config;
use jeton_server::{TlsFiles, TlsReading, TlsReloader, TlsWatch, robot_certificate_problems};

use crate::exit::{Done, Failure};

/// A certificate that expires within this many seconds causes a warning: 14 days.
const SOON: i64 = 14 * 86_400;

/// The certificates of the listeners that have one.
#[derive(Clone, Default)]
pub(crate) struct Certificates {
    /// Of the main listener.
    pub(crate) http: Option<Arc<TlsReloader>>,
    /// Of the internal addresses.
    pub(crate) internal: Option<Arc<TlsReloader>>,
    /// Of the robots' listeners.
    pub(crate) vector: Option<Arc<TlsReloader>>,
}

impl Certificates {
    /// Reads the files.
    pub(crate) fn load(config: &Config) -> Done<Self> {
        let robots = !config.vector.listen.is_empty();
        let vector = TlsFiles::of_vector(&config.vector).filter(|_| robots);
        let internal = TlsFiles::of_internal(&config.internal).filter(|_| !config.internal.listen.is_empty());
        Ok(Self {
            http: read("http", TlsFiles::of_http(&config.http))?,
            internal: read("internal", internal)?,
            vector: read("vector", vector)?,
        })
    }

    /// Reads them again: all of them, or none if one cannot be used.
    pub(crate) fn reload(&self) -> Done {
        let read: Vec<(_, TlsReading)> = self
            .each()
            .map(|(section, tls)| match tls.read() {
                Ok(reading) => Ok((tls, reading)),
                Err(error) => Err(Failure::failed(format_args!("`{section}.tls_cert`: {error}"))),
            })
            .collect::<Done<_>>()?;
        for (tls, reading) in read {
            tls.set(reading);
        }
        Ok(())
    }

    /// Those that there are, to be looked at now and then, with their sections.
    pub(crate) fn watches(&self) -> Vec<(&'static str, TlsWatch)> {
        self.each().map(|(section, tls)| (section, TlsWatch::new(Arc::clone(tls)))).collect()
    }

    /// Those that there are, with their sections.
    fn each(&self) -> impl Iterator<Item = (&'static str, &Arc<TlsReloader>)> {
        let all = [("http", &self.http), ("internal", &self.internal), ("vector", &self.vector)];
        all.into_iter().filter_map(|(section, tls)| Some((section, tls.as_ref()?)))
    }

    /// Warnings about certificates that have ended or soon will, and about what robots would refuse.
    pub(crate) fn warnings(&self, config: &Config) -> Vec<String> {
        let now = SystemClock.now().seconds();
        let mut warnings: Vec<_> =
            self.each().filter_map(|(section, tls)| expiry(section, tls.not_after() - now)).collect();
        if let (Some(_), Some(cert)) = (&self.vector, &config.vector.tls_cert) {
            // The files have been read before.
            let refused = robot_certificate_problems(cert, now).unwrap_or_default();
            warnings.extend(refused.iter().map(|problem| format!("`vector.tls_cert` {problem}")));
        }
        warnings
    }
}

fn read(section: &str, files: Option<TlsFiles>) -> Done<Option<Arc<TlsReloader>>> {
    let Some(files) = files else { return Ok(None) };
    let tls = TlsReloader::load(files);
    Ok(Some(Arc::new(tls.map_err(|error| Failure::misuse(format_args!("`{section}.tls_cert`: {error}")))?)))
}

fn expiry(section: &str, left: i64) -> Option<String> {
    if left <= 0 {
        Some(format!("`{section}.tls_cert` has expired: replace its files"))
    } else if left < SOON {
        Some(format!("`{section}.tls_cert` expires in {} days: replace its files", left / 86_400))
    } else {
        None
    }
}
