//! A log that cannot be written does not stop the server: a full disk, a closed pipe, a reader that no longer reads.

use std::fs::OpenOptions;
use std::io::pipe;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Result, ensure};
use jeton_tests::Jeton;
use jeton_tests::config::{APP, REDIRECT_URI, with_redirect_uri};
use reqwest::Client;

/// This many requests, each traced in several lines, exceed what a pipe holds if its reader does not read.
const REQUESTS: usize = 100;

/// How long one answer may take. The failure that this test finds is an answer that never arrives.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything works: tokens are issued, the server is ready, and it stops as it should.
async fn serves_with_its_log_at(log: Stdio) -> Result<()> {
    let mut jeton = Jeton::start_logging_to(log, &with_redirect_uri(REDIRECT_URI)).await?;
    let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
    for _ in 0..REQUESTS {
        let request = client.post(jeton.url("/token")).basic_auth(APP.id, APP.secret);
        let answer = request.form(&[("grant_type", "client_credentials")]).send().await?;
        ensure!(answer.status() == 200, "{}", answer.text().await?);
    }
    for path in ["/health/ready", "/health/live"] {
        ensure!(client.get(jeton.url(path)).send().await?.status() == 200, "{path}");
    }
    let status = jeton.stop().await?;
    ensure!(status.code() == Some(0), "{status}");
    Ok(())
}

#[tokio::test]
async fn a_log_on_a_full_disk_stops_nothing() -> Result<()> {
    serves_with_its_log_at(OpenOptions::new().write(true).open("/dev/full")?.into()).await
}

#[tokio::test]
async fn a_log_into_a_closed_pipe_stops_nothing() -> Result<()> {
    let (reader, writer) = pipe()?;
    drop(reader);
    serves_with_its_log_at(writer.into()).await
}

#[tokio::test]
async fn a_log_that_nobody_reads_stops_nothing() -> Result<()> {
    let (reader, writer) = pipe()?;
    serves_with_its_log_at(writer.into()).await?;
    drop(reader);
    Ok(())
}
