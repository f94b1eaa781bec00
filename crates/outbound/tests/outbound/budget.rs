//! Nothing outlasts its budget.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jeton_model::outbound::{Outbound, OutboundError, OutboundRequest, UrlTrust};
use jeton_outbound::{Connect, Guarded, Lookup, Options, Stream};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{sleep, timeout};

use crate::support::{Answers, FAR, Noted, Server, get, head, loopback_allowed};

/// The request ends by its own timeout. Nothing else would end it.
async fn runs_out(out: &dyn Outbound, url: String) {
    let request = OutboundRequest { budget: Duration::from_millis(300), ..get(url, UrlTrust::Untrusted) };
    let answer = timeout(FAR, out.send(request)).await.expect("the budget holds");
    assert!(matches!(answer, Err(OutboundError::Timeout)), "{answer:?}");
}

struct Silent;

impl Lookup for Silent {
    fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::pending())
    }
}

impl Connect for Silent {
    fn to(&self, _: SocketAddr) -> BoxFuture<'static, io::Result<Box<dyn Stream>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_resolver_that_is_silent() {
    let out = Guarded::over(Options::default(), Arc::new(Silent), Noted::nowhere()).unwrap();
    runs_out(&out, "https://keys.example/".to_owned()).await;
}

#[tokio::test]
async fn addresses_that_do_not_answer() {
    let many = (1..20).map(|n| IpAddr::from([93, 184, 216, n])).collect();
    let out = Guarded::over(Options::default(), Answers::new([many]), Arc::new(Silent)).unwrap();
    runs_out(&out, "https://keys.example/".to_owned()).await;
}

#[tokio::test]
async fn a_server_that_never_begins_tls() {
    let server = Server::start(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    runs_out(&loopback_allowed(), format!("https://{}/", server.address)).await;
}

#[tokio::test]
async fn a_server_that_reads_and_says_nothing() {
    let server = Server::start(|mut stream| async move {
        head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    runs_out(&loopback_allowed(), server.url("/")).await;
}

#[tokio::test]
async fn a_server_that_drips() {
    for start in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n"] {
        let server = Server::start(move |mut stream| async move {
            head(&mut stream).await;
            let _ = stream.write_all(start.as_bytes()).await;
            while stream.write_all(b"H").await.is_ok() {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let request =
            OutboundRequest { budget: Duration::from_millis(300), ..get(server.url("/"), UrlTrust::Untrusted) };
        let answer = timeout(FAR, loopback_allowed().send(request)).await.expect("the budget holds");
        assert!(answer.is_err(), "{answer:?}");
    }
}

#[tokio::test]
async fn endless_preliminary_answers() {
    let server = Server::start(|mut stream| async move {
        head(&mut stream).await;
        while stream.write_all(b"HTTP/1.1 103 Early Hints\r\n\r\n").await.is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    runs_out(&loopback_allowed(), server.url("/")).await;
}

#[tokio::test]
async fn the_operators_bound_is_above_the_callers() {
    let options = Options { longest: Duration::from_millis(200), ..Options::default() };
    let out = Guarded::over(options, Arc::new(Silent), Noted::nowhere()).unwrap();
    let request = OutboundRequest { budget: FAR * 2, ..get("https://keys.example/", UrlTrust::Operator) };
    let answer = timeout(FAR, out.send(request)).await.expect("the bound holds");
    assert!(matches!(answer, Err(OutboundError::Timeout)), "{answer:?}");
}
