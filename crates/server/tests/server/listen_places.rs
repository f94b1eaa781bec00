//! Which connections are served when there are many: limits per address and in total, and there is always a slot for a
//! health check.

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use jeton_server::{Limits, Network, Server, Tcp};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::support::{self, Running, connect_from, h2_client, quick, read_all, read_to, send, soon};

/// Requests that are at work until they are let go.
struct AtWork {
    begun: watch::Receiver<usize>,
    let_go: watch::Sender<bool>,
}

impl AtWork {
    /// Sends one on a connection, and knows that it has begun.
    async fn send(&mut self, stream: &mut TcpStream) {
        let before = *self.begun.borrow_and_update();
        send(stream, "GET /wait HTTP/1.1\r\nhost: t\r\n\r\n").await;
        soon("a request begins", self.begun.wait_for(|begun| *begun > before)).await.unwrap();
    }

    fn let_go(&self) {
        self.let_go.send_replace(true);
    }
}

/// A router, one of whose routes answers when it is let.
fn router() -> (Router, AtWork) {
    let (let_go, held) = watch::channel(false);
    let (begins, begun) = watch::channel(0);
    let wait = move || {
        let mut held = held.clone();
        begins.send_modify(|begun| *begun += 1);
        async move {
            let _ = held.wait_for(|go| *go).await;
            "waited."
        }
    };
    let router = Router::new()
        .route("/", get(|| async { "done." }))
        .route("/page", get(|| async { "x".repeat(20_000) }))
        .route("/body", post(|body: Bytes| async move { format!("{}.", body.len()) }))
        .route("/wait", get(wait));
    (router, AtWork { begun, let_go })
}

fn tcp() -> Tcp {
    Tcp::new(([127, 0, 0, 1], 0).into())
}

#[tokio::test]
async fn connections_are_limited_per_address() {
    let (router, mut work) = router();
    let limits = Limits { max_connections_per_address: Some(3), ..Limits::default() };
    let server = Server::new(router).limits(limits).unlimited(vec!["127.0.0.9".parse::<Network>().unwrap()]).tcp(tcp());
    let server = Running::start(server).await;
    let to = server.addresses[0];
    let mut at_work = Vec::new();
    for _ in 0..3 {
        let mut stream = connect_from(2, to).await;
        assert!(support::get(&mut stream, "/", "done.").await.contains("200 OK"));
        work.send(&mut stream).await;
        at_work.push(stream);
    }
    let mut fourth = connect_from(2, to).await;
    assert_eq!(soon("a fourth of the same address is closed", read_all(&mut fourth)).await, "");
    let mut other = connect_from(3, to).await;
    assert!(support::get(&mut other, "/", "done.").await.contains("200 OK"), "another address is served");
    let mut proxies = Vec::new();
    for _ in 0..6 {
        let mut proxy = connect_from(9, to).await;
        assert!(support::get(&mut proxy, "/", "done.").await.contains("200 OK"), "a trusted one has any number");
        proxies.push(proxy);
    }
    for proxy in &mut proxies {
        assert!(support::get(proxy, "/", "done.").await.contains("200 OK"), "and keeps them");
    }
    work.let_go();
    for stream in &mut at_work {
        assert!(read_to(stream, "waited.").await.contains("200 OK"));
    }
}

#[tokio::test]
async fn an_address_with_too_many_gives_up_one_that_is_idle() {
    let (router, mut work) = router();
    let limits = Limits { max_connections_per_address: Some(2), ..Limits::default() };
    let server = Running::start(Server::new(router).limits(limits).unlimited(Vec::new()).tcp(tcp())).await;
    let to = server.addresses[0];
    let mut at_work = connect_from(2, to).await;
    support::get(&mut at_work, "/", "done.").await;
    work.send(&mut at_work).await;
    let mut idle = connect_from(2, to).await;
    support::get(&mut idle, "/", "done.").await;
    let mut third = connect_from(2, to).await;
    assert!(support::get(&mut third, "/", "done.").await.contains("200 OK"));
    assert_eq!(soon("the idle one is closed", read_all(&mut idle)).await, "");
    assert!(support::get(&mut third, "/", "done.").await.contains("200 OK"));
}

#[tokio::test]
async fn a_connection_waits_while_all_are_at_work() {
    let (router, mut work) = router();
    let limits = Limits { max_connections: 2, ..Limits::default() };
    // None of them is this machine's own, which has places in reserve.
    let server = Running::start(Server::new(router).limits(limits).unlimited(Vec::new()).tcp(tcp())).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    for stream in [&mut first, &mut second] {
        assert!(support::get(stream, "/", "done.").await.contains("200 OK"));
        work.send(stream).await;
    }
    let mut third = server.connect().await;
    let waits = timeout(Duration::from_millis(300), support::get(&mut third, "/wait", "waited.")).await;
    assert!(waits.is_err(), "nobody at work is closed for it");
    work.let_go();
    for stream in [&mut first, &mut second, &mut third] {
        assert!(soon("an answer", read_to(stream, "waited.")).await.contains("200 OK"));
    }
}

#[tokio::test]
async fn health_answers_while_strangers_hold_every_place() {
    const PLACES: usize = 6;
    for reserve in [false, true] {
        let (router, _work) = router();
        let limits = Limits { max_connections: PLACES, ..Limits::default() };
        let unlimited = if reserve { vec![Network::LOOPBACK_V4] } else { Vec::new() };
        let server = Running::start(Server::new(router).limits(limits).unlimited(unlimited).tcp(tcp())).await;
        let mut held = Vec::new();
        let mut windows = Vec::new();
        let mut settings = h2::client::Builder::new();
        settings.initial_window_size(0);
        for beginning in [
            "",
            "GET / HT",
            "GET / HTTP/1.1\r\nhost: t\r\n\r\n",
            "POST /body HTTP/1.1\r\nhost: t\r\ncontent-length: 10\r\n\r\n12345",
            "a window of zero",
        ] {
            for _ in 0..PLACES * 2 {
                if beginning.starts_with("a window") {
                    let Ok((mut client, connection)) = settings.handshake::<_, Bytes>(server.connect().await).await
                    else {
                        continue;
                    };
                    tokio::spawn(connection);
                    if let Ok((answer, _)) =
                        client.send_request(http::Request::get("http://t/page").body(()).unwrap(), true)
                    {
                        windows.push((client, answer));
                    }
                } else {
                    let mut stream = server.connect().await;
                    send(&mut stream, beginning).await;
                    held.push(stream);
                }
            }
            let mut health = server.connect().await;
            let answer = soon(beginning, support::get(&mut health, "/", "done.")).await;
            assert!(answer.contains("200 OK"), "{beginning:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_silent_connection_gives_its_place_up() {
    let (router, _work) = router();
    let limits = Limits { max_connections: 1, ..quick() };
    let server = Running::start(Server::new(router).limits(limits).unlimited(Vec::new()).tcp(tcp())).await;
    let mut silent = server.connect().await;
    let mut client = h2_client(&server, &h2::client::Builder::new()).await;
    let (answer, _) = client.send_request(http::Request::get("http://t/").body(()).unwrap(), true).unwrap();
    assert_eq!(soon("an answer", answer).await.unwrap().status(), 200);
    assert_eq!(soon("the silent one is closed", read_all(&mut silent)).await, "");
}
