//! One connection.

use std::io::ErrorKind;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::roots;
use super::server_address::ServerAddress;
use crate::exit::{Done, Failure};

/// Connects.
pub(super) async fn to(place: &ServerAddress) -> Done<SendRequest<Full<Bytes>>> {
    let (url, ca) = match place {
        ServerAddress::Socket(path) => {
            let stream = UnixStream::connect(path).await.map_err(|error| no_socket(place, &error))?;
            return speak(place, stream).await;
        }
        ServerAddress::Url { url, ca, .. } => (url, ca),
    };
    let unreachable = |error: std::io::Error| Failure::failed(format_args!("no server answers at {place}: {error}"));
    let addresses = url.socket_addrs(|| None).map_err(unreachable)?;
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(unreachable)?;
    if url.scheme() != "https" {
        return speak(place, stream).await;
    }
    let (connector, name) = roots::connector(url, ca.as_deref())?;
    let stream = connector.connect(name, stream).await;
    speak(place, stream.map_err(|error| Failure::failed(format_args!("no TLS with {place}: {error}")))?).await
}

async fn speak<S>(place: &ServerAddress, stream: S) -> Done<SendRequest<Full<Bytes>>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| Failure::failed(format_args!("{place} does not speak HTTP: {error}")))?;
    // A failure there is reported by the request too.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(sender)
}

fn no_socket(place: &ServerAddress, error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => Failure::failed(format_args!(
            "no server answers at {place}: start one, or name it with --data, --config or --url"
        )),
        ErrorKind::PermissionDenied => Failure::failed(format_args!(
            "{place} belongs to another user: run this as the server's user, or use --url and JETON_TOKEN"
        )),
        _ => Failure::failed(format_args!("cannot connect to {place}: {error}")),
    }
}
