//! Clients' URLs have separate slots.

use std::sync::Arc;
use std::time::Duration;

use jeton_model::outbound::{Outbound as _, UrlTrust};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::support::{Server, get, head, loopback_allowed};

#[tokio::test]
async fn strangers_take_no_place_from_the_operator_and_not_more_than_theirs() {
    let release = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&release);
    let stuck = Server::start(move |mut stream| {
        let held = Arc::clone(&held);
        async move {
            head(&mut stream).await;
            let _place = held.acquire().await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        }
    })
    .await;
    let out = loopback_allowed();
    let asked: Vec<_> = (0..100).map(|_| tokio::spawn(out.send(get(stuck.url("/"), UrlTrust::Untrusted)))).collect();
    while stuck.connections() < 32 {
        sleep(Duration::from_millis(5)).await;
    }

    // Those requests wait until they are released, after this: the operator's did not wait for them.
    let ready = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(out.send(get(ready.url("/"), UrlTrust::Operator)).await.unwrap().status, 200);
    assert_eq!(stuck.connections(), 32);

    release.add_permits(1);
    for asked in asked {
        assert_eq!(asked.await.unwrap().unwrap().status, 200);
    }
    // Their places are free again.
    assert_eq!(out.send(get(ready.url("/"), UrlTrust::Untrusted)).await.unwrap().status, 200);
}
