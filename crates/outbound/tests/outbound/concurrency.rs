//! Clients' URLs have separate slots, and so have those of strangers.

use std::sync::Arc;
use std::time::Duration;

use jeton_model::outbound::{Outbound as _, UrlTrust};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::support::{Server, get, head, loopback_allowed};

#[tokio::test]
async fn clients_take_no_place_from_others_and_not_more_than_theirs() {
    each_has_its_own(UrlTrust::Untrusted, 32, [UrlTrust::Operator, UrlTrust::Stranger]).await;
}

#[tokio::test]
async fn strangers_take_no_place_from_clients_or_the_operator() {
    each_has_its_own(UrlTrust::Stranger, 8, [UrlTrust::Operator, UrlTrust::Untrusted]).await;
}

/// More requests of `busy` than it has places, all of which wait: those of `others` do not.
async fn each_has_its_own(busy: UrlTrust, places: usize, others: [UrlTrust; 2]) {
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
    let asked: Vec<_> = (0..100).map(|_| tokio::spawn(out.send(get(stuck.url("/"), busy)))).collect();
    while stuck.connections() < places {
        sleep(Duration::from_millis(5)).await;
    }

    // Those requests wait until they are released, after this: the others did not wait for them.
    let ready = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    for other in others {
        assert_eq!(out.send(get(ready.url("/"), other)).await.unwrap().status, 200);
    }
    assert_eq!(stuck.connections(), places);

    release.add_permits(1);
    for asked in asked {
        assert_eq!(asked.await.unwrap().unwrap().status, 200);
    }
    // Their places are free again.
    assert_eq!(out.send(get(ready.url("/"), busy)).await.unwrap().status, 200);
}
