//! After a crash: is everything as it was answered?

use anyhow::{Context as _, Result, ensure};
use jeton_tests::Jeton;
use reqwest::Client;
use serde_json::Value;

use crate::journal::Journal;
use crate::load::{Chain, http, token};

/// Issued tokens are active, revoked ones are not, spent codes do not work again.
pub(crate) async fn journal(jeton: &Jeton, journal: &Journal) -> Result<()> {
    let client = http()?;
    for text in &journal.issued {
        // A code presented again ends what it issued, so codes are tried last.
        ensure!(active(&client, jeton, text).await?, "an answered token is lost");
    }
    for text in &journal.revoked {
        ensure!(!active(&client, jeton, text).await?, "a revoked token came back");
    }
    Ok(())
}

/// Every chain continues: the token whose answer was lost in the crash still works, and has one successor.
pub(crate) async fn chains_go_on(jeton: &Jeton, chains: &mut [Chain]) -> Result<()> {
    let client = http()?;
    for chain in chains {
        if let Some((spent, successor)) = &chain.spent {
            let form = [("grant_type", "refresh_token"), ("refresh_token", spent.as_str())];
            let again = token(&client, jeton, &form).await.context("a repeat within the grace")?;
            ensure!(again["refresh_token"] == successor.as_str(), "a refresh token had two children");
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", chain.current.as_str())];
        let first = token(&client, jeton, &form).await.context("the chain goes on after the crash")?;
        let second = token(&client, jeton, &form).await.context("and repeats its answer")?;
        ensure!(first["refresh_token"] == second["refresh_token"], "two children of one refresh token");
        let next = first["refresh_token"].as_str().context("a successor")?.to_owned();
        chain.spent = Some((std::mem::replace(&mut chain.current, next.clone()), next));
        chain.in_flight = false;
    }
    Ok(())
}

/// Used codes do not work again. Presenting one ends its family, so this comes last.
pub(crate) async fn codes_stay_spent(jeton: &Jeton, codes: &[String]) -> Result<()> {
    let client = http()?;
    for code in codes {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", "http://127.0.0.1:9000/cb"),
        ];
        let error = token(&client, jeton, &form).await.err().context("a spent code worked again")?;
        ensure!(error.to_string().contains("invalid_grant"), "{error}");
    }
    Ok(())
}

async fn active(client: &Client, jeton: &Jeton, text: &str) -> Result<bool> {
    let request = client
        .post(jeton.url("/introspect"))
        .basic_auth("app", Some("a-secret-of-more-than-sixteen"))
        .form(&[("token", text)]);
    let answer: Value = request.send().await?.json().await?;
    answer["active"].as_bool().context("introspection says active or not")
}
