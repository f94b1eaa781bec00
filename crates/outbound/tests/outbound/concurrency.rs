//! Strangers have places of their own.

use std::time::Duration;

use jeton_core::outbound::{Outbound as _, OutboundError, OutboundRequest, Reach};
use tokio::time::{sleep, timeout};

use crate::support::{Server, get, head, loopback_allowed};

#[tokio::test]
async fn strangers_take_no_place_from_the_operator_and_not_more_than_theirs() {
    let stuck = Server::start(|mut stream| async move {
        head(&mut stream).await;
        sleep(Duration::from_secs(30)).await;
    })
    .await;
    let out = loopback_allowed();
    let asked: Vec<_> = (0..100)
        .map(|_| {
            let request = OutboundRequest { budget: Duration::from_secs(1), ..get(stuck.url("/"), Reach::Stranger) };
            tokio::spawn(out.send(request))
        })
        .collect();
    while stuck.connections() < 32 {
        sleep(Duration::from_millis(5)).await;
    }

    let ready = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let answer = timeout(Duration::from_millis(500), out.send(get(ready.url("/"), Reach::Operator))).await;
    assert_eq!(answer.expect("the operator does not wait").unwrap().status, 200);
    assert_eq!(stuck.connections(), 32);

    for asked in asked {
        assert!(matches!(asked.await.unwrap(), Err(OutboundError::Timeout)));
    }
    // Their places are free again.
    assert_eq!(out.send(get(ready.url("/"), Reach::Stranger)).await.unwrap().status, 200);
}
