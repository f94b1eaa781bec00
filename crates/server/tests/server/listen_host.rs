//! The host that a request names.

use axum::Router;
use axum::routing::get;
use jeton_server::{Server, Tcp};
use tokio::net::UnixStream;

use crate::support::{Running, h2_client, read_all, send};

fn router() -> Router {
    Router::new().route("/", get(|| async { "done." }))
}

#[tokio::test]
async fn a_request_of_http_1_1_names_one_host() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.sock");
    let server = Server::new(router()).tcp(Tcp::new(([127, 0, 0, 1], 0).into())).unix(&path, router());
    let server = Running::start(server).await;
    for (head, status) in [
        ("GET / HTTP/1.1\r\nhost: a.example\r\n", "HTTP/1.1 200 "),
        ("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n", "HTTP/1.1 200 "),
        ("GET / HTTP/1.0\r\n", "HTTP/1.0 200 "),
        ("GET http://a.example/ HTTP/1.1\r\nhost: a.example\r\n", "HTTP/1.1 200 "),
        // The host in the target wins, and nothing here reads either (RFC 9112 3.2.2).
        ("GET http://a.example/ HTTP/1.1\r\nhost: b.example\r\n", "HTTP/1.1 200 "),
        ("GET http://user@a.example/ HTTP/1.1\r\nhost: a.example\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.0\r\nhost: a.example\r\nhost: a.example\r\n", "HTTP/1.0 400 "),
        ("GET / HTTP/1.0\r\nhost:\r\n", "HTTP/1.0 400 "),
        ("GET / HTTP/1.1\r\n", "HTTP/1.1 400 "),
        ("GET http://a.example/ HTTP/1.1\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost:\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost: a.example\r\nhost: a.example\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost: a.example\r\nHOST: b.example\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost: a.example, b.example\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost: a/b\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost: user@a.example\r\n", "HTTP/1.1 400 "),
        ("GET / HTTP/1.1\r\nhost: a.example:80x\r\n", "HTTP/1.1 400 "),
    ] {
        // A second request behind a wrong one is not read: a proxy may have seen it end elsewhere.
        let closing = if status.contains("200") { "connection: close\r\n" } else { "" };
        let text = format!("{head}{closing}\r\n");
        let mut tcp = server.connect().await;
        send(&mut tcp, &text).await;
        let answer = read_all(&mut tcp).await;
        assert!(answer.starts_with(status), "{head:?}: {answer}");
        let mut unix = UnixStream::connect(&path).await.unwrap();
        send(&mut unix, &text).await;
        assert!(read_all(&mut unix).await.starts_with(status), "{head:?} on the local socket");
    }
}

#[tokio::test]
async fn host_and_authority_of_http_2_agree() {
    let server = Server::new(router()).tcp(Tcp::new(([127, 0, 0, 1], 0).into()));
    let server = Running::start(server).await;
    let mut client = h2_client(&server, &h2::client::Builder::new()).await;
    for (hosts, status) in [
        (&[][..], 200),
        (&["a.example"], 200),
        (&["A.example:80"], 200),
        (&["b.example"], 400),
        (&["a.example:8080"], 400),
        (&["a.example", "a.example"], 400),
    ] {
        let mut request = http::Request::get("http://a.example/");
        for host in hosts {
            request = request.header("host", *host);
        }
        client = client.ready().await.unwrap();
        let (answer, _) = client.send_request(request.body(()).unwrap(), true).unwrap();
        assert_eq!(answer.await.unwrap().status(), status, "{hosts:?}");
    }
}
