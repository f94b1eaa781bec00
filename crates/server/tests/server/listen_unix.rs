//! The administrators' socket.

use std::os::unix::fs::PermissionsExt as _;

use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use jeton_server::{Peer, Server};
use tokio::net::UnixStream;

use crate::support::{self, Running};

fn router() -> Router {
    Router::new().route("/", get(|Extension(peer): Extension<Peer>| async move { format!("{peer:?}.") }))
}

fn server(path: &std::path::Path) -> Server {
    Server::new(Router::new()).unix(path, router())
}

#[tokio::test]
async fn only_the_owner_may_use_the_socket_and_it_goes_when_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.sock");
    let running = Running::start(server(&path)).await;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let mut stream = UnixStream::connect(&path).await.unwrap();
    let answer = support::get(&mut stream, "/", "}.").await;
    assert!(answer.contains("addr: None, certificate: None, tls: false, local_socket: true"), "{answer}");
    assert_eq!(running.stop().await.cut, 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

#[tokio::test]
async fn a_stale_socket_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let running = Running::start(server(&path)).await;
    UnixStream::connect(&path).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_socket_on_which_someone_answers_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.sock");
    let running = Running::start(server(&path)).await;
    let error = server(&path).bind().await.err().unwrap();
    assert_eq!(error.to_string(), format!("another process is serving on {}: stop it first", path.display()));
    UnixStream::connect(&path).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.sock");
    std::fs::write(&path, "precious").unwrap();
    let error = server(&path).bind().await.err().unwrap();
    assert_eq!(error.to_string(), format!("{} is not a socket: move it away", path.display()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[tokio::test]
async fn a_socket_that_another_process_put_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jeton.sock");
    let running = Running::start(server(&path)).await;
    std::fs::remove_file(&path).unwrap();
    let _other = std::os::unix::net::UnixListener::bind(&path).unwrap();
    running.stop().await;
    assert!(path.exists());
}
