//! Requests and answers, over HTTP/1.1 and HTTP/2.

use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use jeton_server::{Limits, Peer, Server, Tcp};
use tokio::time::sleep;

use crate::support::{self, Running, far, read_all, read_to, send};

const ANY: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

fn router() -> Router {
    let peer = |Extension(peer): Extension<Peer>| async move { format!("{peer:?}.") };
    Router::new().route("/", get(|| async { "done." })).route("/peer", get(peer))
}

async fn serve(limits: Limits) -> Running {
    Running::start(Server::new(router()).limits(limits).tcp(Tcp::new(ANY.into()))).await
}

#[tokio::test]
async fn a_request_is_answered_and_knows_its_peer() {
    let server = serve(Limits::default()).await;
    let mut stream = server.connect().await;
    assert!(support::get(&mut stream, "/", "done.").await.starts_with("HTTP/1.1 200 OK\r\n"));
    let answer = support::get(&mut stream, "/peer", "}.").await;
    assert!(answer.contains(&format!("addr: Some({})", stream.local_addr().unwrap())), "{answer}");
    assert!(answer.contains("certificate: None, tls: false, local_socket: false"), "{answer}");
    assert_eq!(server.stop().await.cut, 0);
}

#[tokio::test]
async fn http2_is_spoken_to_who_begins_with_it() {
    let limit = Duration::from_secs(2);
    let server = serve(Limits { header_timeout: limit, ..far() }).await;
    let stream = TokioIo::new(server.connect().await);
    let (mut client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    let connection = tokio::spawn(connection);
    for _ in 0..2 {
        let request = http::Request::get("http://test/").body(Full::<Bytes>::default()).unwrap();
        let answer = client.send_request(request).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "done.");
        sleep(limit + limit / 4).await;
    }
    assert_eq!(server.stop().await.cut, 0, "an idle connection says goodbye");
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn pipelined_requests_are_all_answered() {
    let server = serve(Limits::default()).await;
    let mut stream = server.connect().await;
    send(&mut stream, &"GET / HTTP/1.1\r\nhost: t\r\n\r\n".repeat(20)).await;
    for _ in 0..20 {
        assert!(read_to(&mut stream, "done.").await.starts_with("HTTP/1.1 200 OK"));
    }
}

#[tokio::test]
async fn an_answer_does_not_wait_for_the_rest_of_the_next_request() {
    // With no limit that would end the wait.
    let server = serve(far()).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET / HTTP/1.1\r\nhost: t\r\n\r\nGET / HT").await;
    assert!(read_to(&mut stream, "done.").await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn what_is_not_http_is_told_so() {
    let server = serve(Limits::default()).await;
    let mut stream = server.connect().await;
    send(&mut stream, "how do you do?\r\n\r\n").await;
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn each_listener_may_have_its_own_router() {
    let metrics = Router::new().route("/metrics", get(|| async { "measured." }));
    let server = Server::new(router()).tcp(Tcp::new(ANY.into())).tcp(Tcp::new(ANY.into()).router(metrics));
    let server = Running::start(server).await;
    let mut main = server.connect().await;
    assert!(support::get(&mut main, "/metrics", "\r\n\r\n").await.starts_with("HTTP/1.1 404"));
    let mut other = tokio::net::TcpStream::connect(server.addresses[1]).await.unwrap();
    assert!(support::get(&mut other, "/metrics", "measured.").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let server = serve(Limits::default()).await;
    let taken = server.addresses[0];
    let error = Server::new(router()).tcp(Tcp::new(taken)).bind().await.err().unwrap();
    assert_eq!(error.to_string(), format!("cannot listen on {taken}: Address already in use (os error 98)"));
}
