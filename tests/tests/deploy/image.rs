//! The image, and the example of two nodes that uses it. Neither is built here: what the two say is compared with each other, with the
//! unit and with the program.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::root::{done, printed};
use crate::unit::{file, values};
use crate::yaml::{at, documents};

/// The user of the image, in numbers: Kubernetes accepts no name as one that is not root.
const USER: &str = "65532:65532";

/// The instructions of the image's last stage, with their arguments.
fn image() -> Result<Vec<(String, String)>> {
    let text = std::fs::read_to_string(file("Dockerfile"))?;
    let text = text.replace("\\\n", " ");
    let (_, last) = text.split_once("FROM scratch\n").context("a last stage of nothing")?;
    let lines = last.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(' ').with_context(|| line.to_owned()))
        .map(|parts| parts.map(|(name, rest)| (name.to_owned(), rest.to_owned())))
        .collect()
}

/// The arguments of an instruction that stands once.
fn argument(image: &[(String, String)], name: &str) -> Result<String> {
    let mut found = image.iter().filter(|(known, _)| known == name).map(|(_, rest)| rest.clone());
    let argument = found.next().with_context(|| format!("no {name}"))?;
    ensure!(found.next().is_none(), "two of {name}");
    Ok(argument)
}

/// The image runs what the unit runs, as a user without rights, and its health check is a command that the program has.
#[test]
fn the_image_runs_what_the_unit_runs_without_rights() -> Result<()> {
    let image = image()?;
    ensure!(argument(&image, "USER")? == USER);
    ensure!(argument(&image, "VOLUME")? == "[\"/var/lib/jeton\"]");
    let list = |name: &str| -> Result<Vec<String>> { Ok(serde_json::from_str(&argument(&image, name)?)?) };
    let line = [list("ENTRYPOINT")?, list("CMD")?].concat().join(" ");
    ensure!(values("ExecStart")? == [line.clone()], "{line}");
    let health = argument(&image, "HEALTHCHECK")?;
    let (_, health) = health.split_once("CMD ").context("a command")?;
    let health: Vec<String> = serde_json::from_str(health)?;
    let program = jeton_tests::binary()?;
    for line in [health, list("CMD")?] {
        let words = line.iter().filter(|word| !word.starts_with("/usr/bin/"));
        done(Command::new(&program).args(words).arg("--help"))?;
    }
    // The built files come from the stage before, and it makes each of them.
    let text = std::fs::read_to_string(file("Dockerfile"))?;
    for path in [
        "/usr/bin/jeton",
        "/etc/jeton/jeton.toml",
        "/etc/ssl/certs/ca-certificates.crt",
        "/var/lib/jeton",
        "/etc/passwd",
    ] {
        ensure!(text.contains(&format!("/image{path}")), "{path}");
    }
    Ok(())
}

/// What the build copies is all that cargo needs to read the workspace; secrets and data of the folder stay out.
#[test]
fn the_image_is_built_from_the_sources_alone() -> Result<()> {
    let text = std::fs::read_to_string(file(".dockerignore"))?;
    let mut rules = text.lines().filter(|line| !line.starts_with('#'));
    ensure!(rules.next() == Some("*"));
    let folder = tempfile::tempdir()?;
    for rule in rules {
        let path = rule.strip_prefix('!').context("only exceptions follow")?;
        let copy = folder.path().join(path);
        std::fs::create_dir_all(copy.parent().context("a folder")?)?;
        done(Command::new("cp").arg("-a").arg(file(path)).arg(copy))?;
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = cargo
        .args(["metadata", "--no-deps", "--locked", "--offline", "--format-version", "1"])
        .current_dir(&folder)
        .output()?;
    ensure!(output.status.success(), "{}", printed(&output));
    Ok(())
}

/// Two nodes on one database: none has rights or a secret in the file, and what they name is there.
#[test]
fn the_example_of_two_nodes_has_no_secrets_and_no_rights() -> Result<()> {
    let text = std::fs::read_to_string(file("deploy/compose/compose.yaml"))?;
    let compose = documents(&text)?.pop().context("a document")?;
    let declared: BTreeSet<_> = at(&compose, "/secrets")?.as_object().context("secrets")?.keys().cloned().collect();
    for node in ["node1", "node2"] {
        let node = at(&compose, &format!("/services/{node}"))?;
        for (pointer, expected) in [
            ("/user", json!(USER)),
            ("/read_only", json!(true)),
            ("/cap_drop", json!(["ALL"])),
            ("/security_opt", json!(["no-new-privileges:true"])),
            ("/depends_on/database/condition", json!("service_healthy")),
        ] {
            ensure!(at(node, pointer)? == &expected, "{pointer}: {node:#}");
        }
        for port in at(node, "/ports")?.as_array().context("ports")? {
            ensure!(port.as_str().is_some_and(|port| port.starts_with("127.0.0.1:")), "{port}");
        }
    }
    for (name, service) in at(&compose, "/services")?.as_object().context("services")? {
        let named: BTreeSet<_> = at(service, "/secrets")?
            .as_array()
            .context("a list")?
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        ensure!(named.is_subset(&declared), "{name}: {named:?}");
        for (key, value) in at(service, "/environment")?.as_object().context("an environment")? {
            let value = value.as_str().unwrap_or_default();
            let is_file = key.ends_with("_FILE");
            ensure!(is_file == value.starts_with("/run/secrets/"), "{name}: {key}");
            ensure!(!is_file || named.iter().any(|name| value.ends_with(name)), "{name}: {key}");
            ensure!(is_file || !["PASSWORD", "SECRET", "KEY"].iter().any(|word| key.contains(word)), "{name}: {key}");
        }
    }
    Ok(())
}

/// The program accepts the environment of a node with the secrets that the script makes, which nobody but their owner can reach.
#[test]
fn the_program_reads_the_environment_and_the_made_secrets() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let secrets = folder.path().join("secrets");
    let make = || Command::new(file("deploy/compose/secrets.sh")).arg(&secrets).output();
    ensure!(make()?.status.success());
    let again = make()?;
    ensure!(!again.status.success() && printed(&again).contains("left as it is"), "it overwrites nothing");
    let mode = std::os::unix::fs::MetadataExt::mode(&secrets.metadata()?) & 0o777;
    ensure!(mode == 0o700, "{mode:o}");

    let text = std::fs::read_to_string(file("deploy/compose/compose.yaml"))?;
    let compose = documents(&text)?.pop().context("a document")?;
    for (name, secret) in at(&compose, "/secrets")?.as_object().context("secrets")? {
        let path = at(secret, "/file")?.as_str().context("a file")?;
        ensure!(folder.path().join(path).is_file(), "{name}");
    }
    let environment = at(&compose, "/services/node1/environment")?.as_object().context("an environment")?;
    let mut check = Command::new(jeton_tests::binary()?);
    check.args(["check", "--json", "--config"]).arg(file("deploy/jeton.toml")).env("JETON_DATA_DIR", folder.path());
    for (name, value) in environment {
        let value = value.as_str().context("a text")?.replace("/run/secrets", &secrets.display().to_string());
        let value = match name.as_str() {
            "JETON_ISSUER" => "https://id.example".to_owned(),
            "JETON_HTTP__TRUSTED_PROXIES" => "[]".to_owned(),
            _ => value,
        };
        check.env(name, value);
    }
    let output = check.output()?;
    let report: Value = serde_json::from_slice(&output.stdout).with_context(|| printed(&output))?;
    // The database is not here; nothing else is wrong.
    let problems = at(&report, "/problems")?.as_array().context("problems")?;
    ensure!(
        problems.iter().all(|problem| problem.as_str().is_some_and(|problem| problem.contains("database"))),
        "{report:#}"
    );
    Ok(())
}
