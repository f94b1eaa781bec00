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
    let arguments = java_arguments(&format!("authlete.{class}"));
    Ok(steps(&printed(Path::new("java"), &arguments, case).await?))
}

fn java_arguments(class: &str) -> Vec<OsString> {
    let folder = folder().join("java");
    let path = [folder.join(".classes").display().to_string(), folder.join(".jars/*").display().to_string()].join(":");
    vec!["-classpath".into(), path.into(), class.into()]
}

/// What a client that ran with its defaults said.
#[derive(Debug)]
pub struct Ran {
    /// Its version.
    pub version: String,
    /// What it drove.
    pub steps: Vec<String>,
}

/// Runs the program `name` of a client with its defaults. Below the folder of its language it is in `defaults` (npm, Maven Central), its
/// name ends in `_defaults` (PyPI), or it has the name alone (Go, Ruby).
///
/// # Errors
/// As [`node`].
pub async fn with_defaults(language: Language, name: &str, case: &Value) -> Result<Ran> {
    let (program, arguments) = language.command(name)?;
    let printed = printed(&program, &arguments, case).await?;
    let version = printed.lines().find_map(|line| line.strip_prefix("version "));
    let version = version.with_context(|| format!("{name} did not say its version:\n{printed}"))?.to_owned();
    Ok(Ran { version, steps: steps(&printed) })
}

/// What a client is written in.
#[derive(Debug, Clone, Copy)]
pub enum Language {
    /// From npm.
    Node,
    /// From PyPI.
    Python,
    /// From Maven Central.
    Java,
    /// From the module proxy.
    Go,
    /// From Debian.
    Ruby,
}

impl Language {
    /// How a program in it is started, after it is installed.
    fn command(self, name: &str) -> Result<(PathBuf, Vec<OsString>)> {
        let file = |path: String| OsString::from(folder().join(path));
        match self {
            Self::Node => {
                installed()?;
                Ok((its_node()?, vec![file(format!("node/defaults/{name}.mjs"))]))
            }
            Self::Python => {
                installed()?;
                let python = folder().join("python/.venv/bin/python");
                Ok((python, vec![file(format!("python/{name}_defaults.py"))]))
            }
            Self::Java => {
                installed_with_java()?;
                Ok((PathBuf::from("java"), java_arguments(&format!("defaults.{name}"))))
            }
            Self::Go => {
                installed_with_go()?;
                Ok((folder().join("go/.built").join(name), Vec::new()))
            }
            Self::Ruby => {
                need(&[&machine::RUBY_OPENID_CONNECT])?;
                Ok((PathBuf::from("ruby"), vec![file(format!("ruby/{name}.rb"))]))
            }
        }
    }
}

/// Helm, compiled once from the pinned sources.
///
/// # Errors
/// It cannot be compiled.
pub fn helm() -> Result<PathBuf> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let set_up = || need(&[&machine::GO]).map_err(Into::into).and_then(|()| setup(&["helm"]));
    DONE.get_or_init(|| set_up().map_err(|error| format!("{error:#}"))).clone().map_err(|text| anyhow!(text))?;
    Ok(folder().join("helm/.built/helm"))
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

/// The clients written in Go, which need nothing of the others.
fn installed_with_go() -> Result<()> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let set_up = || need(&[&machine::GO]).map_err(Into::into).and_then(|()| setup(&["go"]));
    DONE.get_or_init(|| set_up().map_err(|error| format!("{error:#}"))).clone().map_err(|text| anyhow!(text))
}

fn setup(arguments: &[&str]) -> Result<()> {
    need(&[&machine::BASH, &machine::NODE, &machine::NPM, &machine::PYTHON, &machine::VENV])?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let node = its_node()?.parent().map(Path::to_owned);
    let go = machine::go().and_then(|go| go.parent().map(Path::to_owned));
    let path = std::env::join_paths(node.into_iter().chain(go).chain(std::env::split_paths(&path)))?;
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
