//! Stopping: no new connections, running requests finish, within a time limit.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jeton_server::{Server, Tcp};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::support::{self, Running, read_all, read_to, send};

/// Where a request is: it says when it runs, and ends when it is told to.
struct Gate {
    running: Semaphore,
    end: Semaphore,
}

impl Gate {
    fn new() -> Arc<Self> {
        Arc::new(Self { running: Semaphore::new(0), end: Semaphore::new(0) })
    }

    async fn pass(&self) -> &'static str {
        self.running.add_permits(1);
        self.end.acquire().await.unwrap().forget();
        "slow."
    }

    async fn until_one_runs(&self) {
        self.running.acquire().await.unwrap().forget();
    }
}

fn server(gate: &Arc<Gate>) -> Server {
    let gate = Arc::clone(gate);
    let slow = move || {
        let gate = Arc::clone(&gate);
        async move { gate.pass().await }
    };
    let router = Router::new().route("/", get(|| async { "done." })).route("/slow", get(slow));
    Server::new(router).tcp(Tcp::new(([127, 0, 0, 1], 0).into()))
}

#[tokio::test]
async fn a_running_request_finishes_and_its_connection_closes() {
    let gate = Gate::new();
    let server = Running::start(server(&gate).drain(Duration::from_secs(3600))).await;
    let address = server.addresses[0];
    let mut stream = server.connect().await;
    send(&mut stream, "GET /slow HTTP/1.1\r\nhost: t\r\n\r\n").await;
    gate.until_one_runs().await;
    let stopping = server.tell_to_stop();
    // Soon nothing new is accepted, while the request still runs.
    while TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(5)).await;
    }
    gate.end.add_permits(1);
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("slow."), "{answer}");
    assert_eq!(stopping.await.unwrap().cut, 0);
}

#[tokio::test]
async fn idle_and_silent_connections_close_at_once() {
    // They would be cut, and counted, if they were waited for.
    let server = Running::start(server(&Gate::new())).await;
    let mut silent = server.connect().await;
    let mut idle = server.connect().await;
    support::get(&mut idle, "/", "done.").await;
    assert_eq!(server.stop().await.cut, 0);
    assert_eq!((read_all(&mut silent).await, read_all(&mut idle).await), (String::new(), String::new()));
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut() {
    let gate = Gate::new();
    let server = Running::start(server(&gate).drain(Duration::from_millis(200))).await;
    let mut stream = server.connect().await;
    send(&mut stream, "GET /slow HTTP/1.1\r\nhost: t\r\n\r\n").await;
    gate.until_one_runs().await;
    assert_eq!(server.stop().await.cut, 1);
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn dropping_the_server_cuts_everything() {
    let bound = server(&Gate::new()).bind().await.unwrap();
    let address = bound.addresses()[0];
    let task = tokio::spawn(bound.serve(std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    send(&mut stream, "GET / HTTP/1.1\r\nhost: t\r\n\r\n").await;
    read_to(&mut stream, "done.").await;
    task.abort();
    let _ = task.await;
    assert_eq!(read_all(&mut stream).await, "");
}
