//! Vector robots: PyPI `anki_vector` and `wirepod_vector_sdk` with a stand-in for the robot, and a generic caller (PyPI `grpcio`, with
//! stubs generated from Jeton's own proto files), against the real binary over real TLS.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::postgres::PostgresServer;
use jeton_tests::{Jeton, client_run, free_port};
use serde_json::{Value, json};

const EMAIL: &str = "owner@example.org";
const PASSWORD: &str = "correct horse battery staple";
/// What the community's SDK sends.
const FIXED: &str = "2vMhFgktH3Jrbemm2WHkfGN";
const SERVICE_KEY: &str = "the-key-of-services-0123456789";
const ADMIN_KEY: &str = "the-key-of-administrators-0123456789";

/// What `clients/python/vector_sdk.py` drives.
const OF_SDK: [&str; 5] = [
    "no-certificate-before-the-robot-came",
    "the-robot-gets-its-owner",
    "configure",
    "the-sdk-is-let-in",
    "again-after-a-refresh",
];

/// What `clients/python/vector_calls.py` drives.
const CALLS: [&str; 26] = [
    "users-over-http",
    "associate-primary-user",
    "associate-secondary-client",
    "refresh-token",
    "reassociate-primary-user",
    "app-key",
    "session",
    "jwt",
    "second-session",
    "certificate",
    "session-certificate",
    "documents",
    "unknown-fields-and-metadata",
    "oversize",
    "what-is-not-served",
    "scopes",
    "revoke-tokens",
    "list-revoked-tokens",
    "disassociate-primary-user",
    "user-data-cleared",
    "revoke-factory-certificate",
    "sessions-over-http",
    "pages-of-other-origins",
    "the-check",
    "health-and-reflection",
    "robot-introspects",
];

/// A server with a home for robots, and the case of a script.
async fn home(store: &str) -> Result<(Jeton, Value)> {
    let (folder, port) = (tempfile::tempdir()?, free_port());
    let home = folder.path().join("vector");
    init(&home)?;
    let file = |name: &str| home.join(name).display().to_string();
    let config = format!(
        "{store}\n[[client]]\nclient_id = \"resource\"\nclient_secret = {PASSWORD:?}\nintrospect = \"any\"\n\
         grant_types = [\"client_credentials\"]\n\
         [[user]]\nusername = {EMAIL:?}\npassword = {PASSWORD:?}\nemail = {EMAIL:?}\n\
         [vector]\nlisten = [\"127.0.0.1:{port}\"]\ntls_cert = {:?}\ntls_key = {:?}\nsession_tokens = [{FIXED:?}]\nsign_up = true\n\
         app_keys = [{{ key = {SERVICE_KEY:?}, scopes = [\"service\"] }}, {{ key = {ADMIN_KEY:?}, scopes = [\"admin\"] }}]\n",
        file("server.pem"),
        file("server.key"),
    );
    let jeton = Jeton::start(&config).await?;
    let authority = jeton.folder().join("ca.pem");
    std::fs::copy(home.join("ca.pem"), &authority)?;
    let case = json!({
        "robots": format!("127.0.0.1:{port}"),
        "authority": authority,
        "issuer": jeton.issuer(),
        "email": EMAIL,
        "password": PASSWORD,
        "service_key": SERVICE_KEY,
        "admin_key": ADMIN_KEY,
    });
    Ok((jeton, case))
}

/// `jeton vector init`, for the names that robots' apps have built in.
fn init(home: &Path) -> Result<()> {
    let mut command = Command::new(jeton_tests::binary()?);
    command.args(["vector", "init", "--json", "--address", "127.0.0.1", "--dir"]).arg(home);
    for name in ["localhost", "accounts.api.anki.com", "session-certs.token.global.anki-services.com"] {
        command.args(["--name", name]);
    }
    let output = command.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

async fn drive(store: &str, script: &str, more: Value, expected: &[&str]) -> Result<()> {
    let (jeton, mut case) = home(store).await?;
    if let (Value::Object(case), Value::Object(more)) = (&mut case, more) {
        case.extend(more);
    }
    let run = client_run::python(script, &case).await;
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    for step in expected {
        ensure!(steps.iter().any(|done| done == step), "{script} did not drive {step}: {steps:?}");
    }
    ensure!(!jeton.log().contains("eyJ") && !jeton.log().contains(PASSWORD), "no token and no password in the log");
    Ok(())
}

#[tokio::test]
async fn the_first_sdk_configures_itself() -> Result<()> {
    let expected = [OF_SDK.as_slice(), &["a-wrong-password-is-shown"]].concat();
    drive("", "vector_sdk.py", json!({ "sdk": "anki" }), &expected).await
}

#[tokio::test]
async fn the_communitys_sdk_configures_itself_without_accounts() -> Result<()> {
    drive("", "vector_sdk.py", json!({ "sdk": "wirepod", "session": FIXED }), &OF_SDK).await
}

#[tokio::test]
async fn a_generic_caller_finds_every_method_and_status_on_sqlite() -> Result<()> {
    drive("", "vector_calls.py", json!({}), &CALLS).await
}

#[tokio::test]
async fn a_generic_caller_finds_every_method_and_status_on_postgresql() -> Result<()> {
    let url = PostgresServer::shared().database();
    drive(&format!("[store]\nurl = {url:?}\n"), "vector_calls.py", json!({}), &CALLS).await
}
