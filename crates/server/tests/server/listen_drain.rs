//! Stopping: nothing new, everything that runs to its end, and not for ever.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jeton_server::{Server, Tcp};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::support::{self, Running, read_all, read_to, send};

fn server() -> Server {
    let router = Router::new()
        .route("/", get(|| async { "done." }))
        .route(
            "/slow",
            get(|| async {
                sleep(Duration::from_millis(300)).await;
                "slow."
            }),
        )
        .route(
            "/endless",
            get(|| async {
                std::future::pending::<()>().await;
                "never."
            }),
        );
    Server::new(router).tcp(Tcp::new(([127, 0, 0, 1], 0).into()))
}

#[tokio::test]
async fn a_running_request_finishes_and_its_connection_closes() {
    let server = Running::start(server()).await;
    let address = server.addresses[0];
    let mut stream = server.connect().await;
    send(&mut stream, "GET /slow HTTP/1.1\r\nhost: t\r\n\r\n").await;
    sleep(Duration::from_millis(100)).await;
    let stopping = server.tell_to_stop();
    sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err(), "nothing new is accepted");
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("slow."), "{answer}");
    assert_eq!(stopping.await.unwrap().cut, 0);
}

#[tokio::test]
async fn idle_and_silent_connections_close_at_once() {
    let server = Running::start(server()).await;
    let mut silent = server.connect().await;
    let mut idle = server.connect().await;
    support::get(&mut idle, "/", "done.").await;
    let began = Instant::now();
    assert_eq!(server.stop().await.cut, 0);
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    assert_eq!((read_all(&mut silent).await, read_all(&mut idle).await), (String::new(), String::new()));
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut() {
    let server = Running::start(server().drain(Duration::from_millis(200))).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /endless HTTP/1.1\r\nhost: t\r\n\r\n").await;
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    assert_eq!(server.stop().await.cut, 1);
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn dropping_the_server_cuts_everything() {
    let bound = server().bind().await.unwrap();
    let address = bound.addresses()[0];
    let task = tokio::spawn(bound.serve(std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, "GET / HTTP/1.1\r\nhost: t\r\n\r\n").await;
    read_to(&mut stream, "done.").await;
    task.abort();
    let _ = task.await;
    assert_eq!(read_all(&mut stream).await, "");
}
