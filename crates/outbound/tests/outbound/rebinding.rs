//! A name is resolved once, and what was judged is what is connected to.

use std::net::SocketAddr;
use std::sync::Arc;

use jeton_model::outbound::{Outbound as _, OutboundError, UrlTrust};
use jeton_outbound::{Guarded, Options};

use crate::support::{Answers, Noted, Server, get};

#[tokio::test]
async fn a_name_that_changes_its_address_is_resolved_once_and_connected_to_as_judged() {
    let lookup = Answers::new([vec!["93.184.216.34".parse().unwrap()], vec!["127.0.0.1".parse().unwrap()]]);
    let connect = Noted::nowhere();
    let out = Guarded::over(Options::default(), Arc::clone(&lookup) as _, Arc::clone(&connect) as _).unwrap();

    let first = out.send(get("https://keys.example/jwks", UrlTrust::Untrusted)).await;
    assert!(matches!(first, Err(OutboundError::Unreachable(_))), "{first:?}");
    assert_eq!(lookup.asked(), 1);
    assert_eq!(connect.to(), ["93.184.216.34:443".parse::<SocketAddr>().unwrap()]);

    let second = out.send(get("https://keys.example/jwks", UrlTrust::Untrusted)).await;
    assert!(matches!(second, Err(OutboundError::Refused(_))), "{second:?}");
    assert_eq!(connect.to().len(), 1, "the second answer was private");
}

#[tokio::test]
async fn a_redirect_into_the_private_network_is_an_answer_and_is_not_followed() {
    let inside = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await;
    for status in ["301", "302", "303", "307", "308"] {
        let outside = Server::saying(format!(
            "HTTP/1.1 {status} Go\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            inside.url("/")
        ))
        .await;
        let reply = crate::support::loopback_allowed().send(get(outside.url("/"), UrlTrust::Untrusted)).await.unwrap();
        assert_eq!(reply.status.to_string(), status);
        assert!(reply.body.is_empty());
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn plain_http_is_for_the_networks_that_the_operator_opened() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let closed = Guarded::open(Options::default()).unwrap();
    let refused = closed.send(get(server.url("/"), UrlTrust::Untrusted)).await;
    assert!(matches!(refused, Err(OutboundError::Refused(_))), "{refused:?}");
    assert_eq!(server.connections(), 0);
    assert_eq!(closed.send(get(server.url("/"), UrlTrust::Operator)).await.unwrap().body, b"ok");
    let opened = crate::support::loopback_allowed();
    assert_eq!(opened.send(get(server.url("/"), UrlTrust::Untrusted)).await.unwrap().body, b"ok");
}
