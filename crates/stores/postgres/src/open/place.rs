//! Where the database is.

use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::{OpenError, Options};

/// A checked URL, and how sessions there behave.
#[derive(Clone)]
pub(crate) struct Place {
    /// For the driver. Holds the password: never print it.
    pub(crate) config: Config,
    /// How long a statement may run.
    pub(crate) statement_timeout: Duration,
}

impl Place {
    /// Reads a URL. What the driver says about a bad one may quote the password, so it is not passed on.
    pub(crate) fn parse(url: &str, options: &Options) -> Result<Self, OpenError> {
        let tail = ["postgres://", "postgresql://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        // A second @ is one of an unescaped password: the driver would take the rest of it for a host, and say so.
        if tail.is_none_or(|t| t.matches('@').count() > 1) {
            return Err(OpenError::BadUrl);
        }
        let mut config: Config = url.parse().map_err(|_| OpenError::BadUrl)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(OpenError::BadUrl);
        }
        if config.get_ssl_mode() == SslMode::Require {
            return Err(OpenError::Tls);
        }
        if config.get_application_name().is_none() {
            config.application_name("jeton");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A peer that vanished without a word must not hold a commit for the kernel's default of 15 minutes.
        config.tcp_user_timeout(Duration::from_secs(10)).keepalives_idle(Duration::from_secs(10));
        Ok(Self { config, statement_timeout: options.statement_timeout })
    }

    /// Host and port, for people.
    pub(crate) fn name(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => self.config.get_hostaddrs().first().map(ToString::to_string).unwrap_or_default(),
        };
        format!("{host}:{}", self.config.get_ports().first().copied().unwrap_or(5432))
    }

    /// The user, for people.
    pub(crate) fn user(&self) -> String {
        self.config.get_user().unwrap_or("(the system's user)").to_owned()
    }

    /// The database, for people; the server takes the user's name when there is none.
    pub(crate) fn database(&self) -> String {
        self.config.get_dbname().map_or_else(|| self.user(), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_url_is_refused_without_its_password() {
        for url in [
            "postgres://jeton:s3c@r3t@localhost/jeton",
            "postgres://jeton:s3cr3t@localhost:port/jeton",
            "postgres://jeton:s3cr3t@localhost/jeton?s3cr3t=x",
            "mysql://jeton:s3cr3t@localhost/jeton",
            "postgres:///jeton",
            "",
        ] {
            let error = Place::parse(url, &Options::default()).err().expect("refused");
            assert!(matches!(error, OpenError::BadUrl), "{url}");
            assert!(!format!("{error} {error:?}").contains("r3t"), "{url}");
        }
    }

    #[test]
    fn tls_is_refused_rather_than_left_out() {
        let place = Place::parse("postgres://u:p@h/d?sslmode=require", &Options::default());
        assert!(matches!(place, Err(OpenError::Tls)));
    }

    #[test]
    fn it_has_names_for_people() {
        let place = Place::parse("postgres://u:p@h:6000/d", &Options::default()).expect("reads");
        assert_eq!((place.name(), place.user(), place.database()), ("h:6000".into(), "u".into(), "d".into()));
    }
}
