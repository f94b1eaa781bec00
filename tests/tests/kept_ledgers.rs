//! A ledger made by an earlier version opens in this one and answers the same, on both stores.
//!
//! `tests/fixtures/ledger/make.py` made them and wrote down what was asked and what was answered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use jeton_testkit::machine::{PYTHON, need};
use jeton_testkit::postgres::PostgresServer;
use jeton_tests::Jeton;
use reqwest::{Client, Method};
use serde_json::Value;

/// The issuer of the tokens in the stored ledgers.
const ISSUER: &str = "https://jeton.example";
/// The seal key of the stored ledgers.
const SEAL: &str = "seal_key = \"dGhlIHNlYWwga2V5IG9mIGEga2VwdCBsZWRnZXIgMzI=\"\n";
/// Who introspects, refreshes and revokes.
const APP: (&str, &str) = ("app", "a-secret-of-the-fixture-app");

/// What the requests themselves change: each introspection of an API token is a use of it.
const USES: [&str; 2] = ["last_used_at", "use_count"];

fn kept(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/ledger").join(name)
}

fn config(url: &str) -> Result<String> {
    Ok(format!("[store]\n{SEAL}{url}\n{}", fs::read_to_string(kept("config.toml"))?))
}

async fn ask(jeton: &Jeton, question: &Value) -> Result<(u16, Value)> {
    let text = |name: &str| question.get(name).and_then(Value::as_str);
    let method = Method::from_bytes(text("method").context("a method")?.as_bytes())?;
    let client = Client::builder().no_proxy().build()?;
    let mut request = client.request(method, jeton.url(text("path").context("a path")?));
    if let Some([name, secret]) = question.get("basic").and_then(Value::as_array).map(Vec::as_slice) {
        request = request.basic_auth(name.as_str().context("a name")?, secret.as_str());
    }
    if let Some(token) = text("bearer") {
        request = request.bearer_auth(token);
    }
    if let Some(form) = question.get("form") {
        request = request.form(form);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let body = answer.text().await?;
    Ok((status, serde_json::from_str(&body).unwrap_or(Value::String(body))))
}

/// An answer may contain members that a later version added; the earlier ones stay.
fn holds(now: &Value, kept: &Value) -> bool {
    match (now, kept) {
        (Value::Object(now), Value::Object(kept)) => {
            let same = |(name, value): (&String, &Value)| {
                USES.contains(&name.as_str()) || now.get(name).is_some_and(|now| holds(now, value))
            };
            kept.iter().all(same)
        }
        (Value::Array(now), Value::Array(kept)) => {
            now.len() == kept.len() && now.iter().zip(kept).all(|(now, kept)| holds(now, kept))
        }
        _ => now == kept,
    }
}

fn record(name: &str) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(kept(name))?)?)
}

/// Repeats all requests.
async fn repeats(jeton: &Jeton, record: &Value) -> Result<()> {
    let answers = record.get("answers").and_then(Value::as_array).context("answers")?;
    ensure!(!answers.is_empty());
    for answer in answers {
        let part = |name: &str| answer.get(name).context("a part of a kept answer");
        let question = part("question")?;
        let (status, body) = ask(jeton, question).await?;
        ensure!(Some(u64::from(status)) == part("status")?.as_u64(), "{question}: {status} {body}");
        ensure!(holds(&body, part("body")?), "{question}\nnow  {body}\nkept {}", part("body")?);
    }
    Ok(())
}

/// Repeats all requests, then continues with tokens that the earlier version issued.
async fn answers_the_same(jeton: &Jeton, name: &str) -> Result<()> {
    let record = record(name)?;
    repeats(jeton, &record).await?;
    let answers = record.get("answers").and_then(Value::as_array).context("answers")?;
    let admin = answers.iter().find_map(|answer| {
        let question = answer.get("question")?;
        (question.get("path")?.as_str()? == "/admin/v1/users/bob").then_some(question.clone())
    });
    let mut question = admin.context("a question about bob")?;
    if let Some(path) = question.get_mut("path") {
        *path = "/admin/v1/users/BOB".into();
    }
    let (status, body) = ask(jeton, &question).await?;
    ensure!(status == 200 && body.get("username") == Some(&"bob".into()), "a name has a key: {status} {body}");
    let token = |name: &str| record.pointer(&format!("/tokens/{name}")).and_then(Value::as_str).context("a token");
    let form = |path: &str, form: Value| serde_json::json!({ "method": "POST", "path": path, "basic": [APP.0, APP.1], "form": form });
    let refresh = serde_json::json!({ "grant_type": "refresh_token", "refresh_token": token("refresh")? });
    let (status, body) = ask(jeton, &form("/token", refresh)).await?;
    ensure!(status == 200, "a kept refresh token still refreshes: {status} {body}");
    let by_password = serde_json::json!({
        "grant_type": "password", "username": "alice", "password": "a-password-of-the-fixture", "scope": "openid",
    });
    let (_, body) = ask(jeton, &form("/token", by_password)).await?;
    let id_token = body.get("id_token").and_then(Value::as_str).context("an ID token")?;
    let header = id_token.split('.').next().context("a header")?;
    let header: Value = serde_json::from_slice(&jeton_jose::base64url::decode(header)?)?;
    ensure!(header.get("alg") == Some(&Value::from("ES256")), "a kept client keeps its algorithm: {header}");
    ensure!(header.get("kid") == Some(&Value::from("k1")), "a kept key keeps its name: {header}");
    for name in ["opaque", "person"] {
        let one = serde_json::json!({ "token": token(name)? });
        ensure!(ask(jeton, &form("/token/revoke", one.clone())).await?.0 == 200);
        let (_, body) = ask(jeton, &form("/introspect", one)).await?;
        ensure!(body.get("active") == Some(&Value::Bool(false)), "{name}: {body}");
    }
    Ok(())
}

#[tokio::test]
async fn a_ledger_kept_on_sqlite_answers_the_same() -> Result<()> {
    let files = [(kept("sqlite.db"), "data/jeton.db")];
    let jeton = Jeton::start_on(ISSUER, &files, &config("")?).await?;
    answers_the_same(&jeton, "sqlite.json").await
}

/// A database with the ledger that was kept on PostgreSQL: its name, and the line that leads to it.
fn restored(server: &PostgresServer) -> Result<(String, String)> {
    let url = server.database();
    let name = url.rsplit('/').next().context("a name")?;
    server.sql(name, &fs::read_to_string(kept("postgres.sql"))?);
    Ok((name.to_owned(), format!("url = {url:?}\n")))
}

#[tokio::test]
async fn a_ledger_kept_on_postgresql_answers_the_same() -> Result<()> {
    let (_, url) = restored(PostgresServer::shared())?;
    let jeton = Jeton::start_on(ISSUER, &[], &config(&url)?).await?;
    answers_the_same(&jeton, "postgres.json").await
}

/// Nodes of a new version may start at the same time: they bring the database up to date together, and all of them serve what it has.
#[tokio::test]
async fn two_nodes_that_start_at_once_bring_a_kept_database_up_to_date() -> Result<()> {
    let (_, url) = restored(PostgresServer::shared())?;
    let config = config(&url)?;
    let start = || Jeton::start_on(ISSUER, &[], &config);
    let (one, two) = tokio::try_join!(start(), start())?;
    let record = record("postgres.json")?;
    repeats(&one, &record).await?;
    repeats(&two, &record).await?;
    answers_the_same(&one, "postgres.json").await
}

/// The number that the page of upgrades names for a store.
fn documented(store: &str) -> Result<String> {
    let page = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/upgrading.md"))?;
    let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {store} | ")));
    Ok(row.and_then(|row| row.strip_suffix(" |")).context("a row of the store")?.to_owned())
}

/// Runs a statement on a SQLite file, by Python, and returns the number that it gives.
fn sqlite(file: &Path, sql: &str) -> Result<String> {
    need(&[&PYTHON])?;
    let script = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\nprint(*(c.execute(sys.argv[2]).fetchone() or ()))";
    let output = Command::new("python3").args(["-c", script]).arg(file).arg(sql).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

const SCHEMA: &str = "SELECT max(version) FROM schema_version";
/// A version that none of today's programs knows.
const LATER: &str = "INSERT INTO schema_version (version) VALUES (9999)";

/// What a program says that is older than the data: it does not start.
async fn refused(files: &[(PathBuf, &str)], config: &str) -> Result<String> {
    match Jeton::start_on(ISSUER, files, config).await {
        Ok(_) => bail!("it started on data of a later version"),
        Err(error) => Ok(format!("{error:#}")),
    }
}

/// A start brings the schema to the number on the page of upgrades; a program that is older than the data refuses to start, names
/// the two numbers and changes nothing.
#[tokio::test]
async fn an_older_program_leaves_the_data_of_a_newer_one_alone() -> Result<()> {
    let mut jeton = Jeton::start_on(ISSUER, &[(kept("sqlite.db"), "data/jeton.db")], &config("")?).await?;
    jeton.stop().await?;
    let file = jeton.folder().join("data/jeton.db");
    let known = sqlite(&file, SCHEMA)?;
    ensure!(known == documented("SQLite")?, "docs/upgrading.md names another schema than {known}");
    sqlite(&file, LATER)?;
    let said = refused(&[(file.clone(), "data/jeton.db")], &config("")?).await?;
    ensure!(said.contains(&format!("has schema 9999 and this Jeton knows {known}")), "{said}");

    let server = PostgresServer::shared();
    let (name, url) = restored(server)?;
    let config = config(&url)?;
    drop(Jeton::start_on(ISSUER, &[], &config).await?);
    let known = server.sql(&name, SCHEMA).trim().to_owned();
    ensure!(known == documented("PostgreSQL")?, "docs/upgrading.md names another schema than {known}");
    server.sql(&name, LATER);
    let steps = server.sql(&name, "SELECT count(*) FROM schema_version");
    let said = refused(&[], &config).await?;
    ensure!(said.contains(&format!("has schema 9999, this version knows {known}")), "{said}");
    ensure!(server.sql(&name, "SELECT count(*) FROM schema_version") == steps);
    Ok(())
}
