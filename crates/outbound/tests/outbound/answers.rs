//! What is read of an answer, and what is sent.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use jeton_model::outbound::{
    Outbound as _, OutboundAuthorization, OutboundBody, OutboundError, OutboundRequest, UrlTrust,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Mutex;

use crate::support::{Server, get, head, loopback_allowed};

async fn answer(text: impl Into<Vec<u8>>) -> Result<jeton_model::outbound::OutboundReply, OutboundError> {
    let server = Server::saying(text).await;
    loopback_allowed().send(get(server.url("/"), UrlTrust::Untrusted)).await
}

#[tokio::test]
async fn status_type_age_and_body_are_told() {
    let reply = answer(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncache-control: public, max-age=600\r\n\
         transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    )
    .await
    .unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (404, b"{}".as_slice()));
    assert_eq!(reply.content_type.as_deref(), Some("application/json"));
    assert_eq!(reply.max_age, Some(Duration::from_secs(600)));
}

#[tokio::test]
async fn an_answer_up_to_the_limit_is_read_and_a_byte_more_is_not() {
    let body = "x".repeat(10_000);
    assert_eq!(answer(format!("HTTP/1.1 200 OK\r\n\r\n{body}")).await.unwrap().body.len(), 10_000);
    for text in [
        format!("HTTP/1.1 200 OK\r\n\r\n{body}x"),
        "HTTP/1.1 200 OK\r\ncontent-length: 10001\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\n\r\n".to_owned(),
    ] {
        assert!(matches!(answer(text).await, Err(OutboundError::TooLarge)));
    }
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_limit() {
    let server = Server::start(|mut stream| async move {
        head(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while stream.write_all(b"400\r\n").await.is_ok() && stream.write_all(&[b'x'; 1024]).await.is_ok() {
            let _ = stream.write_all(b"\r\n").await;
        }
    })
    .await;
    let answer = loopback_allowed().send(get(server.url("/"), UrlTrust::Untrusted)).await;
    assert!(matches!(answer, Err(OutboundError::TooLarge)), "{answer:?}");
}

#[tokio::test]
async fn endless_headers_are_no_answer() {
    let server = Server::start(|mut stream| async move {
        head(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"x-more: of the same\r\n").await.is_ok() {}
    })
    .await;
    let answer = loopback_allowed().send(get(server.url("/"), UrlTrust::Untrusted)).await;
    assert!(matches!(answer, Err(OutboundError::Unreachable(_))), "{answer:?}");
}

#[tokio::test]
async fn what_is_not_http_or_is_cut_short_is_no_answer() {
    for text in [
        "",
        "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc",
    ] {
        let answer = answer(text).await;
        assert!(matches!(answer, Err(OutboundError::Unreachable(_))), "{text}: {answer:?}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_not_unpacked() {
    let answer = answer("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nab").await;
    assert!(matches!(answer, Err(OutboundError::Unreachable(_))), "{answer:?}");
}

/// A server that records the requests.
async fn recorder() -> (Server, Arc<Mutex<String>>) {
    let kept = Arc::new(Mutex::new(String::new()));
    let keep = Arc::clone(&kept);
    let server = Server::start(move |mut stream| {
        let keep = Arc::clone(&keep);
        async move {
            let mut request = head(&mut stream).await;
            let length = request.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            let mut body = vec![0; length.unwrap_or_default()];
            stream.read_exact(&mut body).await.unwrap();
            request.push_str(std::str::from_utf8(&body).unwrap());
            *keep.lock().await = request;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n").await;
        }
    })
    .await;
    (server, kept)
}

#[tokio::test]
async fn a_request_says_who_asks_for_what_and_brings_no_cookie_back() {
    let (server, kept) = recorder().await;
    let out = loopback_allowed();
    for _ in 0..2 {
        out.send(get(server.url("/a%20path?q=1#part"), UrlTrust::Untrusted)).await.unwrap();
        let request = kept.lock().await.clone();
        assert!(request.starts_with("GET /a%20path?q=1 HTTP/1.1\r\n"), "{request}");
        for line in [
            format!("host: {}", server.address),
            "accept: application/json".to_owned(),
            "accept-encoding: identity".to_owned(),
            "connection: close".to_owned(),
        ] {
            assert!(request.lines().any(|sent| sent == line), "{line} in {request}");
        }
        assert!(!request.contains("cookie") && !request.contains("authorization"), "{request}");
    }
    assert_eq!(server.connections(), 2, "no connection is kept");
}

#[tokio::test]
async fn forms_documents_and_credentials_are_posted() {
    let (server, kept) = recorder().await;
    let form = OutboundRequest {
        body: OutboundBody::Form(Secret::new("To=%2B1&Body=x")),
        authorization: Some(OutboundAuthorization::Basic("account".to_owned(), Secret::new("pass:word"))),
        ..get(server.url("/send"), UrlTrust::Operator)
    };
    let shown = format!("{form:?}");
    assert!(!shown.contains("%2B1") && !shown.contains("pass:word"), "{shown}");
    loopback_allowed().send(form).await.unwrap();
    let request = kept.lock().await.clone();
    assert!(request.starts_with("POST /send HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Basic YWNjb3VudDpwYXNzOndvcmQ=\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\nTo=%2B1&Body=x"), "{request}");

    let json =
        OutboundRequest { body: OutboundBody::Json(Secret::new("{}")), ..get(server.url("/"), UrlTrust::Operator) };
    let authorization = Some(OutboundAuthorization::Bearer(Secret::new("to-ken")));
    loopback_allowed().send(OutboundRequest { authorization, ..json }).await.unwrap();
    let request = kept.lock().await.clone();
    assert!(request.contains("authorization: Bearer to-ken\r\n"), "{request}");
    assert!(request.contains("content-type: application/json\r\n") && request.ends_with("\r\n\r\n{}"), "{request}");

    let signed = OutboundAuthorization::Aws { date: "20150830T123600Z".to_owned(), signature: Secret::new("AWS4 x=y") };
    let signed = OutboundRequest { authorization: Some(signed), ..get(server.url("/"), UrlTrust::Operator) };
    loopback_allowed().send(signed).await.unwrap();
    let request = kept.lock().await.clone();
    assert!(request.contains("x-amz-date: 20150830T123600Z\r\n"), "{request}");
    assert!(request.contains("authorization: AWS4 x=y\r\n"), "{request}");
}
