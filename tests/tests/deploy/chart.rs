//! The chart of Helm: linted, rendered, and its configuration read by the program.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jeton_tests::client_run::helm;
use serde_json::{Value, json};

use crate::root::{done, printed};
use crate::unit::file;
use crate::yaml::{at, documents};

/// What must be said: the rest has defaults.
const NEEDED: [&str; 3] = ["issuer=https://id.example", "database.existingSecret=db", "sealKey.existingSecret=seal"];

/// Everything that can be switched on.
const ALL: [&str; 11] = [
    "ingress.enabled=true",
    "ingress.className=nginx",
    "ingress.tlsSecret=front",
    "metrics.enabled=true",
    "networkPolicy.enabled=true",
    "tls.existingSecret=own",
    "extraSecrets={apps}",
    "trustedProxies={10.0.0.0/8}",
    "config=allow_http_issuer = false",
    "tables=[tokens]\naccess_token_format = \"opaque\"",
    "image.digest=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
];

fn chart(verb: &[&str], settings: &[&str]) -> Result<Command> {
    let mut command = Command::new(helm()?);
    command.args(verb).arg(file("deploy/helm/jeton"));
    for setting in settings {
        // Commas and dots of values are meant as they are.
        let kind = if setting.contains('{') { "--set" } else { "--set-string" };
        let kind = if setting.ends_with("=true") || setting.ends_with("=false") { "--set" } else { kind };
        command.args([kind, setting]);
    }
    Ok(command)
}

/// The objects of a release `r`, by kind.
fn rendered(settings: &[&str], kubernetes: &str) -> Result<Vec<Value>> {
    let verb = ["template", "r", "--namespace", "tokens", "--kube-version", kubernetes];
    let output = chart(&verb, settings)?.output()?;
    ensure!(output.status.success(), "{}", printed(&output));
    documents(&String::from_utf8(output.stdout)?)
}

fn one<'a>(objects: &'a [Value], kind: &str) -> Result<&'a Value> {
    let mut found = objects.iter().filter(|object| object.get("kind") == Some(&kind.into()));
    let object = found.next().with_context(|| format!("no {kind}"))?;
    ensure!(found.next().is_none(), "two of {kind}");
    Ok(object)
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    NEEDED.iter().chain(more).copied().collect()
}

/// Helm has nothing to object to; and what must be set, or is misspelt, is refused before anything is installed.
#[test]
fn the_chart_is_linted_and_wrong_values_are_refused() -> Result<()> {
    done(&mut chart(&["lint", "--strict"], &NEEDED)?)?;
    done(&mut chart(&["lint", "--strict"], &with(&ALL))?)?;
    for (settings, named) in [
        (&NEEDED[..2], "sealKey.existingSecret"),
        (&NEEDED[1..], "issuer"),
        (&with(&["replica=3"])[..], "replica"),
        (&with(&["database.password=secret"])[..], "password"),
        (&with(&["replicas=many"])[..], "replicas"),
    ] {
        let output = chart(&["template", "r", "--kube-version", "1.31"], settings)?.output()?;
        let said = printed(&output);
        ensure!(!output.status.success() && said.contains(named), "{settings:?}: {said}");
    }
    Ok(())
}

/// A pod has no rights and no default credentials, and a node is neither stopped with its last neighbour nor restarted because its
/// database is away.
#[test]
fn the_pods_have_no_rights_and_stay_up() -> Result<()> {
    for (settings, kubernetes) in [(with(&[]), "1.25"), (with(&ALL), "1.31")] {
        let objects = rendered(&settings, kubernetes)?;
        ensure!(
            !objects.iter().any(|object| object.get("kind") == Some(&"Secret".into())),
            "secrets come from outside"
        );
        let deployment = one(&objects, "Deployment")?;
        let pod = at(deployment, "/spec/template/spec")?;
        let container = at(pod, "/containers/0")?;
        for (of, pointer, expected) in [
            (deployment, "/spec/replicas", json!(2)),
            (deployment, "/spec/strategy/rollingUpdate/maxUnavailable", json!(0)),
            (pod, "/automountServiceAccountToken", json!(false)),
            (pod, "/securityContext/runAsNonRoot", json!(true)),
            (pod, "/securityContext/runAsUser", json!(65_532)),
            (pod, "/securityContext/seccompProfile/type", json!("RuntimeDefault")),
            (container, "/securityContext/readOnlyRootFilesystem", json!(true)),
            (container, "/securityContext/allowPrivilegeEscalation", json!(false)),
            (container, "/securityContext/capabilities/drop", json!(["ALL"])),
            (container, "/startupProbe/httpGet/path", json!("/health/live")),
            (container, "/livenessProbe/httpGet/path", json!("/health/live")),
            (container, "/readinessProbe/httpGet/path", json!("/health/ready")),
            (one(&objects, "PodDisruptionBudget")?, "/spec/maxUnavailable", json!(1)),
        ] {
            ensure!(at(of, pointer)? == &expected, "{pointer}: {}", at(of, pointer)?);
        }
        let selector = at(deployment, "/spec/selector/matchLabels")?;
        for (kind, pointer) in [("Service", "/spec/selector"), ("PodDisruptionBudget", "/spec/selector/matchLabels")] {
            ensure!(at(one(&objects, kind)?, pointer)? == selector, "{kind}");
        }
        let labels = at(deployment, "/spec/template/metadata/labels")?;
        let selected = selector.as_object().context("labels")?;
        ensure!(selected.iter().all(|(name, value)| labels.get(name) == Some(value)), "{labels}");
    }
    let all = rendered(&with(&ALL), "1.31")?;
    let container = at(one(&all, "Deployment")?, "/spec/template/spec/containers/0")?;
    ensure!(at(container, "/lifecycle/preStop/sleep/seconds")? == &json!(5));
    ensure!(at(container, "/readinessProbe/httpGet/scheme")? == &json!("HTTPS"));
    ensure!(at(one(&all, "Ingress")?, "/spec/rules/0/host")? == &json!("id.example"));
    let alone = rendered(&with(&["ingress.enabled=false"]), "1.31")?;
    ensure!(one(&alone, "Ingress").is_err() && one(&alone, "NetworkPolicy").is_err());
    Ok(())
}

/// The program reads the configuration that the chart writes, and every file that it names is mounted.
#[test]
fn the_program_reads_the_configuration_of_the_chart() -> Result<()> {
    for settings in [with(&[]), with(&ALL)] {
        let objects = rendered(&settings, "1.31")?;
        let text = at(one(&objects, "ConfigMap")?, "/data/jeton.toml")?.as_str().context("a text")?;
        let pod = at(one(&objects, "Deployment")?, "/spec/template/spec")?;
        let mounts = at(pod, "/containers/0/volumeMounts")?.as_array().context("mounts")?;
        let volumes = at(pod, "/volumes")?.as_array().context("volumes")?;
        let name = |one: &Value| one.get("name").and_then(Value::as_str).map(str::to_owned);
        ensure!(
            mounts.len() == volumes.len() && mounts.iter().zip(volumes).all(|(a, b)| name(a) == name(b)),
            "{pod:#}"
        );
        let mounted: Vec<_> = mounts.iter().filter_map(|mount| mount.get("mountPath")?.as_str()).collect();
        for path in text.split('"').filter(|word| word.starts_with('/')) {
            ensure!(mounted.iter().any(|mount| path.starts_with(mount)), "{path} is not mounted: {mounted:?}");
        }

        let folder = tempfile::tempdir()?;
        let here = |path: &str| folder.path().join(path.trim_start_matches('/'));
        for (path, secret) in
            [("database/url", "sqlite:jeton.db"), ("seal/key", "dGhlIHNlYWwga2V5IG9mIGEga2VwdCBsZWRnZXIgMzI=")]
        {
            let path = here("etc/jeton/secrets").join(path);
            std::fs::create_dir_all(path.parent().context("a folder")?)?;
            std::fs::write(path, secret)?;
        }
        std::fs::create_dir_all(here("var/lib/jeton"))?;
        std::fs::create_dir_all(here("etc/jeton/tls"))?;
        let authority = jeton_tests::authority::Authority::new()?;
        std::fs::copy(authority.path("server"), here("etc/jeton/tls/tls.crt"))?;
        std::fs::copy(authority.path("server.key"), here("etc/jeton/tls/tls.key"))?;
        let root = folder.path().display();
        let text = text.replace("\"/etc/", &format!("\"{root}/etc/")).replace("\"/var/", &format!("\"{root}/var/"));
        std::fs::write(here("etc/jeton/jeton.toml"), text)?;
        done(Command::new(jeton_tests::binary()?).arg("check").arg("--config").arg(here("etc/jeton/jeton.toml")))?;
    }
    Ok(())
}
