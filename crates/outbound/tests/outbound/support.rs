//! Servers that answer as scripted, networks that record their requests.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_model::outbound::{OutboundBody, OutboundRequest, UrlTrust};
use jeton_outbound::{Connect, Guarded, Lookup, Options, Stream, TcpConnect};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A bound that no test reaches, however busy the machine is.
pub(crate) const FAR: Duration = Duration::from_secs(300);

/// A `GET` of a client's URL with usual limits.
pub(crate) fn get(url: impl Into<String>, trust: UrlTrust) -> OutboundRequest {
    OutboundRequest {
        url: url.into(),
        trust,
        body: OutboundBody::None,
        accept: "application/json",
        authorization: None,
        limit: 10_000,
        budget: FAR,
    }
}

/// A client whose untrusted URLs may reach this machine.
pub(crate) fn loopback_allowed() -> Guarded {
    Guarded::open(Options { allowed: Arc::new(|address| address.is_loopback()), longest: FAR, ..Options::default() })
        .unwrap()
}

/// A server that passes each connection to `answer`; counts connections.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start<F, A>(answer: F) -> Self
    where
        F: Fn(tokio::net::TcpStream) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream));
            }
        });
        Self { address, connections }
    }

    /// A server that reads a request and answers with this.
    pub(crate) async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::start(move |mut stream| {
            let answer = Arc::clone(&answer);
            async move {
                head(&mut stream).await;
                let _ = stream.write_all(&answer).await;
            }
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// The head of a request, as text.
pub(crate) async fn head(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(read).unwrap()
}

/// A resolver that returns the prepared answers in turn, and then the last one always.
pub(crate) struct Answers {
    queue: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Answers {
    pub(crate) fn new(answers: impl IntoIterator<Item = Vec<IpAddr>>) -> Arc<Self> {
        Arc::new(Self { queue: Mutex::new(answers.into_iter().collect()), asked: AtomicUsize::new(0) })
    }

    /// Answers this from now on.
    pub(crate) fn always(&self, answer: Vec<IpAddr>) {
        *self.queue.lock().unwrap() = VecDeque::from([answer]);
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Lookup for Answers {
    fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut queue = self.queue.lock().unwrap();
        let answer = if queue.len() > 1 { queue.pop_front().unwrap() } else { queue[0].clone() };
        Box::pin(std::future::ready(Ok(answer)))
    }
}

/// A connector that notes where it was sent, and connects to `really` instead if that is set.
#[derive(Default)]
pub(crate) struct Noted {
    to: Mutex<Vec<SocketAddr>>,
    really: Option<SocketAddr>,
}

impl Noted {
    pub(crate) fn nowhere() -> Arc<Self> {
        Arc::new(Self::default())
    }

    pub(crate) fn really(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self { really: Some(address), ..Self::default() })
    }

    /// Forgets where it was sent.
    pub(crate) fn forget(&self) {
        self.to.lock().unwrap().clear();
    }

    pub(crate) fn to(&self) -> Vec<SocketAddr> {
        self.to.lock().unwrap().clone()
    }
}

impl Connect for Noted {
    fn to(&self, address: SocketAddr) -> BoxFuture<'static, io::Result<Box<dyn Stream>>> {
        self.to.lock().unwrap().push(address);
        match self.really {
            Some(really) => TcpConnect.to(really),
            None => Box::pin(std::future::ready(Err(io::ErrorKind::ConnectionRefused.into()))),
        }
    }
}
