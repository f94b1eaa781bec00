//! Limits for clients that are slow, many or large.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use bytes::Bytes;
use jeton_server::{LargerBodies, Limits, Server, Tcp};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, sleep};

use crate::support::{self, Running, SOON, assert_not_before, far, quick, read_all, read_to, send};

const ANY: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// A limit that a request is there before, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(2);

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "done." }))
        .route(
            "/slow",
            get(|| async {
                sleep(LIMIT * 2).await;
                "slow."
            }),
        )
        .route("/endless", get(std::future::pending::<&str>))
        .route("/trickle", get(trickle))
        .route("/body", post(|body: Bytes| async move { format!("{}.", body.len()) }))
}

/// A body that takes longer than the limits, with pauses.
async fn trickle() -> Body {
    let (mut sender, body) = axum_body_channel();
    tokio::spawn(async move {
        for _ in 0..6 {
            sleep(LIMIT / 3).await;
            sender.send("x").await;
        }
        sender.send(".").await;
    });
    body
}

struct BodySender(tokio::sync::mpsc::Sender<&'static str>);

impl BodySender {
    async fn send(&mut self, text: &'static str) {
        let _ = self.0.send(text).await;
    }
}

fn axum_body_channel() -> (BodySender, Body) {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let frames = futures::stream::unfold(receiver, |mut receiver| async move {
        let text = receiver.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(text), receiver))
    });
    (BodySender(sender), Body::from_stream(frames))
}

async fn serve(limits: Limits) -> Running {
    Running::start(Server::new(router()).limits(limits).tcp(Tcp::new(ANY.into()))).await
}

#[tokio::test]
async fn a_client_that_sends_nothing_or_half_a_head_is_closed_in_time() {
    let server = serve(quick()).await;
    for beginning in ["", "GET", "GET / HTTP/1.1\r\nhost: test\r\nx-slow: ", "PRI * HTTP/2.0\r\n\r\nSM"] {
        let began = Instant::now();
        let mut stream = server.connect().await;
        send(&mut stream, beginning).await;
        assert_eq!(read_all(&mut stream).await, "", "{beginning:?}");
        assert_not_before(began, SOON);
    }
}

#[tokio::test]
async fn dripping_bytes_buys_no_time() {
    let server = serve(quick()).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET / HTTP/1.1\r\n").await;
    let (mut read, mut write) = stream.split();
    // Each byte arrives well within the limit. The connection ends all the same, otherwise this would never end.
    tokio::select! {
        text = read_all(&mut read) => assert_eq!(text, ""),
        () = async { loop { sleep(SOON / 10).await; let _ = write.write_all(b"a").await; } } => {}
    }
}

#[tokio::test]
async fn a_half_head_after_a_request_is_closed_in_time_and_an_idle_connection_is_not() {
    // Whole requests are sent here too: they have more time to arrive.
    let limit = Duration::from_secs(2);
    let server = serve(Limits { header_timeout: limit, ..far() }).await;
    let mut stream = server.connect().await;
    support::get(&mut stream, "/", "done.").await;
    sleep(limit + limit / 4).await;
    support::get(&mut stream, "/", "done.").await;
    let began = Instant::now();
    send(&mut stream, "GET / HT").await;
    assert_eq!(read_all(&mut stream).await, "");
    assert_not_before(began, limit);
}

#[tokio::test]
async fn an_idle_connection_is_closed_when_its_own_time_is_over() {
    let limit = Duration::from_secs(1);
    let server = serve(Limits { idle_timeout: limit, ..far() }).await;
    let began = Instant::now();
    let mut stream = server.connect().await;
    support::get(&mut stream, "/", "done.").await;
    assert_eq!(read_all(&mut stream).await, "");
    assert_not_before(began, limit);
}

#[tokio::test]
async fn work_in_progress_is_not_idleness() {
    let limits = Limits { idle_timeout: LIMIT, header_timeout: LIMIT, ..far() };
    let server = serve(limits).await;
    let mut stream = server.connect().await;
    assert!(support::get(&mut stream, "/slow", "slow.").await.contains("200 OK"));
    let mut stream = server.connect().await;
    let answer = support::get(&mut stream, "/trickle", "0\r\n\r\n").await;
    assert_eq!(answer.matches("\r\nx\r\n").count(), 6, "{answer}");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_503() {
    let limits = Limits { request_timeout: Some(LIMIT), ..far() };
    let server = serve(limits).await;
    let mut stream = server.connect().await;
    let answer = support::get(&mut stream, "/endless", "too long.\n").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(support::get(&mut stream, "/", "done.").await.contains("200 OK"), "the connection goes on");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let limits = Limits { max_body: 10, ..Limits::default() };
    let server = serve(limits).await;
    for (head, body, status) in [
        ("content-length: 10\r\n", "0123456789", "HTTP/1.1 200 "),
        ("content-length: 11\r\n", "0123456789a", "HTTP/1.1 413 "),
        ("transfer-encoding: chunked\r\n", "6\r\n012345\r\n6\r\n678901\r\n0\r\n\r\n", "HTTP/1.1 413 "),
    ] {
        let mut stream = server.connect().await;
        send(&mut stream, &format!("POST /body HTTP/1.1\r\nhost: t\r\nconnection: close\r\n{head}\r\n{body}")).await;
        let answer = read_all(&mut stream).await;
        assert!(answer.starts_with(status), "{head}: {answer}");
    }
}

#[tokio::test]
async fn a_body_may_be_larger_where_it_is_known_who_sends_it() {
    let larger = LargerBodies { at: |path| path == "/body", most: 100_000 };
    let server = serve(Limits { max_body: 1024, larger_bodies: Some(larger), ..Limits::default() }).await;
    for (path, length, status) in [
        ("/body", 100_000, "HTTP/1.1 200 "),
        ("/body", 100_001, "HTTP/1.1 413 "),
        ("/body?/body", 1025, "HTTP/1.1 200 "),
    ] {
        let mut stream = server.connect().await;
        let head = format!("POST {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        send(&mut stream, &(head + &"x".repeat(length))).await;
        let answer = read_all(&mut stream).await;
        assert!(answer.starts_with(status), "{path}, {length}: {answer}");
    }
    let limits = Limits {
        max_body: 1024,
        larger_bodies: Some(LargerBodies { at: |_| false, most: 100_000 }),
        ..Limits::default()
    };
    let server = serve(limits).await;
    let mut stream = server.connect().await;
    let head = "POST /body HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-length: 1025\r\n\r\n";
    send(&mut stream, &(head.to_owned() + &"x".repeat(1025))).await;
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = serve(Limits::default()).await;
    let mut stream = server.connect().await;
    let head = "GET / HTTP/1.1\r\nhost: t\r\nx: ";
    let fits = "a".repeat(8 * 1024);
    send(&mut stream, &format!("{head}{fits}\r\n\r\n")).await;
    assert!(read_to(&mut stream, "done.").await.starts_with("HTTP/1.1 200 "));
    // Not a byte more than it will read, so that the answer is not lost in a reset.
    let too_much = "a".repeat(16 * 1024 - head.len());
    send(&mut stream, &format!("{head}{too_much}")).await;
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer:?}");
    assert!(answer.contains("Your browser sent too much"), "a page: {answer:?}");
}

/// The answer arrives although the client still sends, and programs get an error that they can read.
#[tokio::test]
async fn a_head_that_is_much_too_large_gets_its_answer() {
    let server = serve(Limits::default()).await;
    let mut stream = server.connect().await;
    let head = format!("POST /token HTTP/1.1\r\nhost: t\r\nx: {}\r\n\r\n", "a".repeat(60 * 1024));
    send(&mut stream, &head).await;
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer:?}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(body.starts_with("{\"error\":\"invalid_request\","), "{body}");
}
