//! Clients that do not read their answers, or send what requests nothing: they are closed, whatever else they do.

use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use jeton_server::{Limits, Server, Tcp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::sleep;

use crate::support::{self, Running, h2_client, soon};

const LARGE: usize = 64 * 1024 * 1024;

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { "done." }))
        .route("/page", get(|| async { "x".repeat(20_000) }))
        .route("/large", get(|| async { Bytes::from(vec![b'x'; LARGE]) }))
        .route("/never", get(|| async { std::future::pending::<&str>().await }))
        .route("/body", post(|body: Bytes| async move { format!("{}.", body.len()) }))
}

async fn serve(limits: Limits) -> Running {
    Running::start(Server::new(router()).limits(limits).tcp(Tcp::new(([127, 0, 0, 1], 0).into()))).await
}

/// Little time to take an answer; plenty for everything else.
fn impatient() -> Limits {
    Limits { answer_timeout: Duration::from_millis(400), ..Limits::default() }
}

fn request(path: &str) -> http::Request<()> {
    http::Request::get(format!("http://test{path}")).body(()).unwrap()
}

#[tokio::test]
async fn a_window_of_zero_holds_no_connection() {
    let server = serve(impatient()).await;
    let mut settings = h2::client::Builder::new();
    settings.initial_window_size(0);
    for path in ["/", "/page"] {
        let mut client = h2_client(&server, &settings).await;
        let (answer, _) = client.send_request(request(path), true).unwrap();
        let mut body = soon("the head needs no window", answer).await.unwrap().into_body();
        assert!(soon("the connection ends", body.data()).await.unwrap().is_err(), "{path}");
    }
}

#[tokio::test]
async fn other_requests_buy_no_time_for_an_answer_that_is_not_taken() {
    let server = serve(impatient()).await;
    let mut settings = h2::client::Builder::new();
    settings.initial_window_size(0);
    let mut client = h2_client(&server, &settings).await;
    let (stuck, _) = client.send_request(request("/page"), true).unwrap();
    let mut stuck = stuck.await.unwrap().into_body();
    let others = async {
        // No answer of these is longer than its head.
        while let Ok(ready) = client.clone().ready().await {
            let mut ready = ready;
            let Ok((answer, _)) = ready.send_request(request("/nowhere"), true) else { break };
            let _ = answer.await;
            sleep(Duration::from_millis(20)).await;
        }
    };
    let (ended, ()) = soon("the connection ends", async { tokio::join!(stuck.data(), others) }).await;
    assert!(ended.unwrap().is_err());
}

#[tokio::test]
async fn a_window_that_opens_by_a_byte_buys_no_time() {
    let server = serve(impatient()).await;
    let mut settings = h2::client::Builder::new();
    settings.initial_window_size(1);
    let mut client = h2_client(&server, &settings).await;
    let (answer, _) = client.send_request(request("/page"), true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    let taken = soon("the connection ends", async {
        let mut taken = 0;
        while let Some(Ok(data)) = body.data().await {
            taken += data.len();
            let _ = body.flow_control().release_capacity(data.len());
            sleep(Duration::from_millis(10)).await;
        }
        taken
    });
    let taken = taken.await;
    assert!(taken > 0 && taken < 20_000, "{taken}");
}

#[tokio::test]
async fn a_client_that_reads_drop_by_drop_is_closed() {
    let server = serve(impatient()).await;
    for requests in [1, 3] {
        let mut stream = server.connect().await;
        support::send(&mut stream, &"GET /large HTTP/1.1\r\nhost: t\r\n\r\n".repeat(requests)).await;
        soon("the connection ends", async {
            loop {
                let _ = stream.read_u8().await;
                sleep(Duration::from_millis(10)).await;
                // Writing to a closed connection is an error; reading from one returns what the system still has.
                if stream.write_all(b"\r\n").await.is_err() {
                    break;
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_client_that_takes_a_large_answer_gets_it_whole() {
    let server = serve(Limits { answer_timeout: Duration::from_secs(60), ..impatient() }).await;
    let mut stream = server.connect().await;
    support::send(&mut stream, "GET /large HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").await;
    assert!(support::read_all(&mut stream).await.len() > LARGE);
    let mut client = h2_client(&server, &h2::client::Builder::new()).await;
    let (answer, _) = client.send_request(request("/large"), true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    let mut taken = 0;
    while let Some(data) = body.data().await {
        let data = data.unwrap();
        taken += data.len();
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    assert_eq!(taken, LARGE);
}

/// The beginning of a connection, and settings that change nothing.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

#[tokio::test]
async fn frames_that_ask_for_nothing_end_the_connection() {
    let server = serve(Limits::default()).await;
    for (name, frame) in [
        ("ping", &b"\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678"[..]),
        ("settings", b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
        ("window", b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
        ("priority of nothing", b"\x00\x00\x05\x02\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00"),
        ("unknown", b"\x00\x00\x00\x99\x00\x00\x00\x00\x00"),
    ] {
        let (mut read, mut write) = server.connect().await.into_split();
        tokio::spawn(async move {
            let mut sink = vec![0; 4096];
            while read.read(&mut sink).await.is_ok_and(|count| count > 0) {}
        });
        write.write_all(PREFACE).await.unwrap();
        let flood = frame.repeat(100);
        // A window update of one byte each: far fewer frames than make the window overflow.
        soon(name, async { while write.write_all(&flood).await.is_ok() {} }).await;
    }
}

#[tokio::test]
async fn many_small_frames_of_a_body_end_the_connection() {
    let server = serve(Limits { request_timeout: None, ..Limits::default() }).await;
    let mut client = h2_client(&server, &h2::client::Builder::new()).await;
    let request = http::Request::post("http://test/body").body(()).unwrap();
    let (answer, mut body) = client.send_request(request, false).unwrap();
    soon("the connection ends", async {
        while body.send_data(Bytes::new(), false).is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(answer.await.is_err());
}

#[tokio::test]
async fn requests_taken_back_again_and_again_end_the_connection() {
    let server = serve(Limits::default()).await;
    let mut client = h2_client(&server, &h2::client::Builder::new()).await;
    soon("the connection ends", async {
        while let Ok(mut ready) = client.clone().ready().await {
            let Ok((_, mut stream)) = ready.send_request(request("/never"), true) else { break };
            stream.send_reset(h2::Reason::CANCEL);
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Who takes back one now and then is served.
    client = h2_client(&server, &h2::client::Builder::new()).await;
    for _ in 0..400 {
        client = client.ready().await.unwrap();
        let (_, mut stream) = client.send_request(request("/never"), true).unwrap();
        stream.send_reset(h2::Reason::CANCEL);
        let (answer, _) = client.send_request(request("/"), true).unwrap();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200);
        // An answer counts when it is taken whole.
        let mut body = answer.into_body();
        while let Some(data) = body.data().await {
            body.flow_control().release_capacity(data.unwrap().len()).unwrap();
        }
    }
}

#[tokio::test]
async fn pings_keep_no_idle_connection() {
    let limits = Limits { idle_timeout: Duration::from_millis(300), ..Limits::default() };
    let server = serve(limits).await;
    let (mut client, mut connection) = h2::client::handshake(server.connect().await).await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    let driver = tokio::spawn(async move {
        let _ = connection.await;
    });
    let (answer, _) = client.send_request(request("/"), true).unwrap();
    assert_eq!(answer.await.unwrap().status(), 200);
    soon("the connection ends", async {
        while pings.ping(h2::Ping::opaque()).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    soon("the connection ends", driver).await.unwrap();
}
