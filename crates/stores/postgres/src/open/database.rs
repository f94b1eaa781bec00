//! Where the database is, and how to get there.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode as DriverMode, SslNegotiation, TargetSessionAttrs};

use super::parameters::{Parameters, one_of};
use super::{OpenError, Options};
use crate::chance::dice;
use crate::pulse::Pulse;
use crate::security::Security;
use crate::tls::Tls;

/// How long establishing a session with one server may take, unless `connect_timeout` says otherwise.
const CONNECT: Duration = Duration::from_secs(10);
/// The same where others can be asked instead.
const CONNECT_ONE_OF_SEVERAL: Duration = Duration::from_secs(3);

/// A server that the URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its name, which its certificate must contain; none when only `hostaddr` is given.
    pub(crate) host: Option<String>,
    pub(crate) way: Way,
}

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// At an address that is still to be looked up.
    Name(String, u16),
    /// At this address.
    Address(IpAddr, u16),
    /// Over a Unix socket.
    Socket(PathBuf),
}

impl Target {
    /// Host and port, for people.
    pub(crate) fn name(&self) -> String {
        match &self.way {
            Way::Name(host, port) => format!("{host}:{port}"),
            Way::Address(ip, port) => match &self.host {
                Some(host) => format!("{host}:{port} ({ip})"),
                None => format!("{ip}:{port}"),
            },
            Way::Socket(path) => path.display().to_string(),
        }
    }
}

/// Whether statements are prepared under a name (`prepared_statements`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preparing {
    /// If the session is not shared.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A checked URL, and how sessions there behave.
#[derive(Clone)]
pub(crate) struct Database {
    /// For the driver. Holds the password: never print it.
    pub(crate) config: Config,
    /// The servers, in the order of the URL.
    pub(crate) targets: Arc<[Target]>,
    pub(crate) security: Security,
    /// None where no TLS is spoken.
    pub(crate) tls: Option<Tls>,
    preparing: Preparing,
    /// Whether a prepared statement was lost once: then none is prepared any more.
    lost: Arc<AtomicBool>,
    /// The server with which the last session was made: the next one begins there.
    pub(crate) latest: Arc<AtomicUsize>,
    /// How long establishing a session with a server may take.
    pub(crate) connect_timeout: Duration,
    /// How long a statement may run.
    pub(crate) statement_timeout: Duration,
    /// Whether the database answers.
    pub(crate) pulse: Arc<Pulse>,
}

impl Database {
    /// Parses a URL. The driver's message about an invalid one may quote the password, so it is not passed on.
    pub(crate) fn parse(url: &str, options: &Options) -> Result<Self, OpenError> {
        let tail = ["postgres://", "postgresql://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        // A second @ belongs to an unescaped password: the driver would take the rest of it for a host, and print it.
        if tail.is_none_or(|t| t.matches('@').count() > 1) {
            return Err(OpenError::BadUrl);
        }
        let mut parameters = Parameters::split(url)?;
        let security = Security::read(&mut parameters)?;
        let choices = [("auto", Preparing::Auto), ("always", Preparing::Always), ("never", Preparing::Never)];
        let preparing = parameters.take("prepared_statements");
        let preparing = preparing.map(|value| one_of("prepared_statements", &value, &choices)).transpose()?;
        let mut config: Config = parameters.url.parse().map_err(|_| OpenError::BadUrl)?;
        let targets = targets(&config)?;
        if config.get_application_name().is_none() {
            config.application_name("jeton");
        }
        // A standby is of no use to a ledger.
        if targets.len() > 1
            && config.get_target_session_attrs() == TargetSessionAttrs::Any
            && !url.contains("target_session_attrs=any")
        {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        // The driver is given connections that are as safe as they must be.
        config.ssl_mode(DriverMode::Require).ssl_negotiation(SslNegotiation::Direct);
        let usual = if targets.len() > 1 { CONNECT_ONE_OF_SEVERAL } else { CONNECT };
        let connect_timeout = config.get_connect_timeout().copied().unwrap_or(usual);
        let tls = Tls::open(&security).map_err(OpenError::Security)?;
        Ok(Self {
            config,
            targets: targets.into(),
            security,
            tls,
            preparing: preparing.unwrap_or(Preparing::Auto),
            lost: Arc::default(),
            latest: Arc::default(),
            connect_timeout,
            statement_timeout: options.statement_timeout,
            pulse: Arc::new(Pulse::new(options.patience)),
        })
    }

    /// Whether statements are prepared under a name in a session that is `ours` alone.
    pub(crate) fn prepares(&self, ours: bool) -> bool {
        match self.preparing {
            Preparing::Auto => ours && !self.lost.load(Ordering::Relaxed),
            Preparing::Always => true,
            Preparing::Never => false,
        }
    }

    /// A prepared statement was not where it had been prepared.
    pub(crate) fn lost_statement(&self) {
        if !self.lost.swap(true, Ordering::Relaxed) {
            tracing::warn!("a prepared statement was lost: statements are sent whole from now on");
        }
    }

    /// The places in the list of servers, in the order in which they are asked.
    pub(crate) fn order(&self) -> Vec<usize> {
        let count = self.targets.len();
        let first = match self.config.get_load_balance_hosts() {
            LoadBalanceHosts::Random => dice() as usize % count.max(1),
            _ => self.latest.load(Ordering::Relaxed),
        };
        (0..count).map(|n| (first + n) % count).collect()
    }

    /// Hosts and ports, for people.
    pub(crate) fn name(&self) -> String {
        self.targets.iter().map(Target::name).collect::<Vec<_>>().join(", ")
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

/// Hosts, addresses and ports, one to the other.
fn targets(config: &Config) -> Result<Vec<Target>, OpenError> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    if count == 0 || hosts.iter().any(|host| matches!(host, Host::Tcp(name) if name.is_empty())) {
        return Err(OpenError::BadUrl);
    }
    let uneven = |n: usize| n > 1 && n != count;
    if !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len() {
        return Err(OpenError::parameter("hostaddr", "must name as many addresses as there are hosts"));
    }
    if uneven(ports.len()) {
        return Err(OpenError::parameter("port", "must name one port, or as many as there are hosts"));
    }
    let port = |n: usize| ports.get(n).or(ports.first()).copied().unwrap_or(5432);
    Ok((0..count)
        .map(|n| match (hosts.get(n), addresses.get(n)) {
            (Some(Host::Tcp(name)), Some(ip)) => Target { host: Some(name.clone()), way: Way::Address(*ip, port(n)) },
            (Some(Host::Tcp(name)), None) => Target { host: Some(name.clone()), way: Way::Name(name.clone(), port(n)) },
            #[cfg(unix)]
            (Some(Host::Unix(folder)), _) => {
                Target { host: None, way: Way::Socket(folder.join(format!(".s.PGSQL.{}", port(n)))) }
            }
            (None, Some(ip)) => Target { host: None, way: Way::Address(*ip, port(n)) },
            (None, None) => Target { host: None, way: Way::Name(String::new(), port(n)) },
        })
        .collect())
}
