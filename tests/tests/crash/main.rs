//! Crash tests: the real binary is killed with `kill -9` under load, again and again, and nothing that it answered may be
//! undone. Rules protected: durable before reply; nothing revoked comes back; nothing is spent twice.

#![expect(clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod backend;
mod journal;
mod load;
mod verify;

use anyhow::Result;
use jeton_testkit::postgres::PostgresServer;
use jeton_tests::Jeton;

use crate::journal::Journal;

/// How often the process is killed on each store.
const KILLS: u32 = 50;

const CLIENT: &str = r#"
[tokens]
refresh_reuse_grace = "5m"

[[client]]
client_id = "app"
client_secret = "a-secret-of-more-than-sixteen"
token_endpoint_auth_method = "client_secret_basic"
grant_types = ["client_credentials", "refresh_token", "authorization_code", "password"]
response_types = ["code"]
redirect_uris = ["http://127.0.0.1:9000/cb"]
scope = "openid offline_access api1"
default_scope = "api1"
access_token_format = "opaque"
skip_consent = true

[[user]]
username = "alice"
password = "a-password-of-more-than-sixteen"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_what_it_answered_through_fifty_kills() -> Result<()> {
    survive(CLIENT.to_owned()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_keeps_what_it_answered_through_fifty_kills() -> Result<()> {
    let url = PostgresServer::shared().database();
    survive(format!("[store]\nurl = {url:?}\n{CLIENT}")).await
}

async fn survive(config: String) -> Result<()> {
    let mut jeton = Jeton::start(&(config + backend::CONFIG)).await?;
    backend::prepare(&jeton).await?;
    let mut all = Journal::default();
    let mut chains = load::first_chains(&jeton, 4).await?;
    for round in 0..KILLS {
        // At another time in each round. Counted in answers: a busy machine gives fewer of them per second.
        let answers = 20 + u64::from(round % 10) * 20;
        let journal = load::until_killed(&mut jeton, &mut chains, answers).await?;
        jeton.restart().await?;
        verify::chains_go_on(&jeton, &mut chains).await?;
        verify::journal(&jeton, &journal).await?;
        backend::verify(&jeton, &journal).await?;
        all.merge(journal);
    }
    assert!(all.issued.len() > 200 && all.revoked.len() > 50, "the load was no load: {all}");
    assert!(all.codes.len() > 20, "no codes were spent: {all}");
    assert!(all.kept.len() > 50 && all.ended.len() > 50 && all.services.len() > 20, "no backend was used: {all}");
    // Once more over everything: what survived one crash must survive the next ones too.
    verify::journal(&jeton, &all).await?;
    backend::verify(&jeton, &all).await?;
    verify::codes_stay_spent(&jeton, &all.codes).await?;
    println!("{all}");
    Ok(())
}
