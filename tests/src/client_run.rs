//! A real client from npm, PyPI or Maven Central, run as a child process.
//!
//! A script gets its case as JSON in `JETON_CASE`, prints `ok STEP` for each thing it drove, and ends
//! with 0. Everything else it prints explains a failure.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use jeton_testkit::machine::{self, need};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

/// A whole flow takes seconds. This ends only what hangs, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(600);

/// Runs `node/SCRIPT` and returns its steps.
///
/// # Errors
/// The clients cannot be installed, or the script failed; the error contains its output.
pub async fn node(script: &str, case: &Value) -> Result<Vec<String>> {
    installed()?;
    run(&its_node()?, &folder().join("node").join(script), case).await
}

/// Runs `python/SCRIPT` in the tests' own environment and returns the steps it drove.
///
/// # Errors
/// As [`node`].
pub async fn python(script: &str, case: &Value) -> Result<Vec<String>> {
    installed()?;
    let python = folder().join("python");
    run(&python.join(".venv/bin/python"), &python.join(script), case).await
}

/// Runs the class `authlete.CLASS` of `java/authlete` and returns the steps it drove.
///
/// # Errors
/// As [`node`].
pub async fn java(class: &str, case: &Value) -> Result<Vec<String>> {
    installed_with_java()?;
    let folder = folder().join("java");
    let path = [folder.join(".classes").display().to_string(), folder.join(".jars/*").display().to_string()].join(":");
    let arguments = ["-classpath".into(), path.into(), format!("authlete.{class}").into()];
    Ok(steps(&printed(Path::new("java"), &arguments, case).await?))
}

/// A key pair for each of these algorithms, made by Node: `alg`, `public` and `private` as JWK, both as PEM.
///
/// # Errors
/// As [`node`].
pub async fn keys(algorithms: &[&str]) -> Result<Vec<Value>> {
    let case = serde_json::json!({ "algorithms": algorithms });
    let printed = printed(&its_node()?, &[folder().join("node/keys.mjs").into()], &case).await?;
    Ok(serde_json::from_str(&printed)?)
}

fn its_node() -> Result<PathBuf> {
    need(&[&machine::NODE])?;
    machine::node().context("node")
}

/// The folder with the clients.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// Runs the setup step, once a process; it does nothing when all is in place.
fn installed() -> Result<()> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    DONE.get_or_init(|| setup(&[]).map_err(|error| format!("{error:#}"))).clone().map_err(|text| anyhow!(text))
}

/// The same with the clients from Maven Central.
fn installed_with_java() -> Result<()> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let set_up = || need(&[&machine::JAVA, &machine::MAVEN]).map_err(Into::into).and_then(|()| setup(&["java"]));
    DONE.get_or_init(|| set_up().map_err(|error| format!("{error:#}"))).clone().map_err(|text| anyhow!(text))
}

fn setup(arguments: &[&str]) -> Result<()> {
    need(&[&machine::BASH, &machine::NODE, &machine::NPM, &machine::PYTHON, &machine::VENV])?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let node = its_node()?.parent().map(Path::to_owned);
    let path = std::env::join_paths(node.into_iter().chain(std::env::split_paths(&path)))?;
    let output = std::process::Command::new("bash")
        .arg(folder().join("setup.sh"))
        .args(arguments)
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .context("starting bash for tests/clients/setup.sh")?;
    if !output.status.success() {
        bail!(
            "tests/clients/setup.sh failed ({}):\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

async fn run(program: &Path, script: &Path, case: &Value) -> Result<Vec<String>> {
    Ok(steps(&printed(program, &[script.into()], case).await?))
}

/// The steps of an output.
fn steps(printed: &str) -> Vec<String> {
    printed.lines().filter_map(|line| line.strip_prefix("ok ")).map(str::to_owned).collect()
}

/// What a script that succeeds prints.
async fn printed(program: &Path, arguments: &[OsString], case: &Value) -> Result<String> {
    // Trusted in addition to the system's authorities, if the server has a certificate of the test.
    let authority = case.get("authority").and_then(Value::as_str).unwrap_or_default();
    let child = Command::new(program)
        .args(arguments)
        .env("JETON_CASE", case.to_string())
        // Everything is on loopback: a proxy of the machine's must not see it.
        .env("NODE_EXTRA_CA_CERTS", authority)
        .env("NO_PROXY", "127.0.0.1,localhost")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let name = arguments.last().map(Path::new).and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let output = timeout(LIMIT, child.wait_with_output())
        .await
        .with_context(|| format!("{name} did not end within {LIMIT:?}"))??;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{name} ended with {}:\n{printed}{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(printed)
}
