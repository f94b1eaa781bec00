//! The stations of a request, in order.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_model::outbound::{Outbound, OutboundError, OutboundReply, OutboundRequest};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Host;

use crate::connect::{Connect, Stream, TcpConnect};
use crate::exchange::exchange;
use crate::gate::{Gate, Slot};
use crate::lookup::{self, Lookup, SystemLookup};
use crate::open_error::OpenError;
use crate::policy::{self, Allowed};
use crate::target::Target;
use crate::tls;

/// How many addresses of a name are tried.
const TRIED: usize = 4;

/// What the operator can set.
#[derive(Clone)]
pub struct Options {
    /// Whether an address is in a network that clients' URLs may reach although it is not public, also by plain HTTP.
    pub allowed: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// PEM file of certificate authorities that are trusted in addition to the system's.
    pub ca: Option<PathBuf>,
    /// The time limit of a request, whatever its own.
    pub longest: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { allowed: Arc::new(|_| false), ca: None, longest: Duration::from_secs(10) }
    }
}

/// The guarded way out. A clone shares its places.
#[derive(Clone)]
pub struct Guarded(Arc<Parts>);

struct Parts {
    gate: Gate,
    lookup: Arc<dyn Lookup>,
    connect: Arc<dyn Connect>,
    allowed: Allowed,
    tls: TlsConnector,
    longest: Duration,
}

impl Guarded {
    /// Over the system's resolver and TCP. Reads files.
    ///
    /// # Errors
    /// When the authorities do not read.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        Self::over(options, Arc::new(SystemLookup), Arc::new(TcpConnect))
    }

    /// Over another resolver and other connections, for tests of what they are asked.
    ///
    /// # Errors
    /// When the authorities do not read.
    pub fn over(options: Options, lookup: Arc<dyn Lookup>, connect: Arc<dyn Connect>) -> Result<Self, OpenError> {
        let tls = tls::connector(options.ca.as_deref())?;
        let Options { allowed, longest, .. } = options;
        Ok(Self(Arc::new(Parts { gate: Gate::new(), lookup, connect, allowed, tls, longest })))
    }
}

impl Outbound for Guarded {
    fn send(&self, request: OutboundRequest) -> BoxFuture<'static, Result<OutboundReply, OutboundError>> {
        let parts = Arc::clone(&self.0);
        Box::pin(async move {
            let budget = request.budget.min(parts.longest);
            timeout(budget, parts.send(&request, budget)).await.unwrap_or(Err(OutboundError::Timeout))
        })
    }
}

impl Parts {
    async fn send(&self, request: &OutboundRequest, budget: Duration) -> Result<OutboundReply, OutboundError> {
        let target = Target::read(&request.url, request.trust)?;
        let place = self.gate.enter(request.trust).await?;
        let addresses = self.addresses(&target.host, Arc::clone(&place)).await?;
        policy::judge(&addresses, request.trust, target.tls, &*self.allowed)?;
        let mut stream = self.connect(&addresses, target.port, budget).await?;
        if target.tls {
            stream = tls::handshake(&self.tls, &target.host, stream).await?;
        }
        exchange(stream, &target, request).await
    }

    /// All addresses of a host. A look-up that outlasts its request keeps the slot, since the system's threads are
    /// bounded too.
    async fn addresses(&self, host: &Host<String>, place: Slot) -> Result<Vec<IpAddr>, OutboundError> {
        let name = match host {
            Host::Ipv4(address) => return Ok(vec![IpAddr::V4(*address)]),
            Host::Ipv6(address) => return Ok(vec![IpAddr::V6(*address)]),
            Host::Domain(name) => name.clone(),
        };
        let answer = self.lookup.addresses(name);
        let looked_up = tokio::spawn(async move {
            let answer = answer.await;
            drop(place);
            answer
        });
        let unknown = |error: std::io::Error| OutboundError::Unreachable(format!("the name is not known: {error}"));
        let addresses = looked_up.await.map_err(|error| unknown(std::io::Error::other(error)))?.map_err(unknown)?;
        if addresses.len() > lookup::MOST {
            return Err(OutboundError::Refused("the name has too many addresses"));
        }
        Ok(addresses)
    }

    /// A connection to the first address that answers; each gets its part of the budget.
    async fn connect(
        &self,
        addresses: &[IpAddr],
        port: u16,
        budget: Duration,
    ) -> Result<Box<dyn Stream>, OutboundError> {
        let tries = addresses.len().min(TRIED);
        let part = budget / u32::try_from(tries.max(1)).unwrap_or(1);
        let mut last = OutboundError::Timeout;
        for address in addresses.iter().take(tries) {
            match timeout(part, self.connect.to(SocketAddr::new(*address, port))).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = OutboundError::Unreachable(error.kind().to_string()),
                Err(_) => {}
            }
        }
        Err(last)
    }
}
