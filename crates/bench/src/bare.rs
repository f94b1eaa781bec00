//! The bare server: the answers of a token service without the service.
//!
//! It creates, stores and looks up nothing. Compared with it, under the same load in the same minute, a real server
//! shows which share of the HTTP limit is left after the real work.

mod child;

use std::{io::Read as _, net::SocketAddr};

use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    routing::{get, post},
    serve::ListenerExt as _,
};
use bytes::Bytes;
use tokio::net::TcpListener;

pub(crate) use self::child::{Beside, paths};
use crate::{args::BareArgs, misuse::Misuse};

/// Sizes of the answers' bodies, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Of `POST /token`.
    pub token: usize,
    /// Of `POST /introspect`.
    pub introspect: usize,
    /// Of `POST /token/revoke`.
    pub revoke: usize,
    /// Of `GET /access-tokens`.
    pub list: usize,
    /// Of `POST /auth/token/create`.
    pub backend_create: usize,
    /// Of `POST /auth/introspection`.
    pub backend_introspect: usize,
}

impl Default for Sizes {
    /// What a token service with opaque tokens answers, roughly; used for what could not be asked.
    fn default() -> Self {
        Self { token: 300, introspect: 300, revoke: 0, list: 4096, backend_create: 500, backend_introspect: 600 }
    }
}

/// Serves on its own runtime until the process ends or, with `with_parent`, until standard input ends.
pub(crate) fn run(args: BareArgs) -> anyhow::Result<()> {
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads.max(1))
        .enable_io()
        .enable_time()
        .build()
        .context("cannot start a runtime")?;
    let BareArgs { token, introspect, revoke, list, backend_create, backend_introspect, .. } = args;
    let sizes = Sizes { token, introspect, revoke, list, backend_create, backend_introspect };
    // A separate thread, since the caller may be in a runtime, where another one cannot be waited for.
    let serving = std::thread::spawn(move || {
        let result = runtime.block_on(async {
            tokio::select! {
                result = serve(args.listen, sizes) => result,
                () = parent_gone(args.with_parent) => Ok(()),
            }
        });
        runtime.shutdown_background();
        result
    });
    serving.join().map_err(|_| anyhow::anyhow!("the bare server panicked"))?
}

/// Waits until the parent process is gone; without end if that was not requested.
async fn parent_gone(asked: bool) {
    let (gone, stopped) = tokio::sync::oneshot::channel::<()>();
    if asked {
        // The other end of standard input is held by the parent and closes even if that is killed.
        std::thread::spawn(move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            drop(gone);
        });
        let _ = stopped.await;
    } else {
        std::future::pending().await
    }
}

/// Listens on a loopback address, prints it to stdout (`listening on http://127.0.0.1:PORT`), and serves.
///
/// # Errors
///
/// [`Misuse`] if the address is not loopback; otherwise the system's error.
pub async fn serve(address: SocketAddr, sizes: Sizes) -> anyhow::Result<()> {
    if !address.ip().is_loopback() {
        return Err(Misuse::NotLoopback(address.to_string()).into());
    }
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    serve_on(listener, sizes).await
}

/// Serves on a listener that is there already.
///
/// # Errors
///
/// What ends the listener.
pub async fn serve_on(listener: TcpListener, sizes: Sizes) -> anyhow::Result<()> {
    let listener = listener.tap_io(|stream| {
        // An answer is one small write; waiting for more to send would only delay it.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router(sizes)).await?)
}

fn router(sizes: Sizes) -> Router {
    Router::new()
        .route("/token", post(answer).with_state(body(sizes.token)))
        .route("/introspect", post(answer).with_state(body(sizes.introspect)))
        .route("/token/revoke", post(answer).with_state(body(sizes.revoke)))
        .route("/access-tokens", get(answer).with_state(body(sizes.list)))
        .route("/auth/token/create", post(answer).with_state(body(sizes.backend_create)))
        .route("/auth/introspection", post(answer).with_state(body(sizes.backend_introspect)))
}

/// Reads the whole request and answers without a look at it.
async fn answer(State(body): State<Bytes>, request: Bytes) -> ([(HeaderName, HeaderValue); 3], Bytes) {
    std::hint::black_box(request.len());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (headers, body)
}

/// A JSON object of exactly `size` bytes where that is possible, with a string to fill it; nothing for 0.
fn body(size: usize) -> Bytes {
    const EMPTY: &str = r#"{"active":true,"filler":""}"#;
    if size == 0 {
        return Bytes::new();
    }
    let filler = "-".repeat(size.saturating_sub(EMPTY.len()));
    Bytes::from(format!(r#"{{"active":true,"filler":"{filler}"}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_size_asked_for_and_are_json() {
        assert!(body(0).is_empty());
        for size in [27, 28, 300, 4096] {
            assert_eq!(body(size).len(), size);
            assert!(serde_json::from_slice::<serde_json::Value>(&body(size)).is_ok());
        }
    }

    #[tokio::test]
    async fn only_loopback_is_listened_on() {
        let error = serve("0.0.0.0:0".parse().unwrap(), Sizes::default()).await.unwrap_err();
        assert_eq!(crate::exit_code(&error), 2);
    }
}
