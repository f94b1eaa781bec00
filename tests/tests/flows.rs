//! The pages of `docs/flows` work as pasted: their `sh` blocks, in order, against a fresh `jeton dev`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use jeton_tests::dev::Dev;
use tokio::process::Command;

/// What the pages say where a person's own values differ.
const DOCUMENTED_ISSUER: &str = "http://127.0.0.1:8080";
const DOCUMENTED_BINARY: &str = "./target/release/jeton";

/// Pages that need what `jeton dev` does not have, a listener with TLS and authorities: tests of the binary drive the same
/// requests (`crates/cli/tests/cli/certificates.rs`, `tests/tests/real_clients.rs`).
const NOT_FOR_DEV: &[&str] = &["mutual-tls.md"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/flows")
}

/// The blocks of a page that are meant to be pasted into a shell.
fn pasted(page: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```sh" => inside = true,
            "```" if inside => inside = false,
            line if inside => {
                out.push_str(line);
                out.push('\n');
            }
            _ => {}
        }
    }
    out
}

async fn run(name: &str) -> Result<()> {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).with_context(|| name.to_owned());
    let body = pasted(&read(name)?);
    ensure!(!body.is_empty(), "docs/flows/{name} has nothing to paste");
    let dev = Dev::start().await?;
    let script = (pasted(&read("README.md")?) + &body)
        .replace(DOCUMENTED_ISSUER, dev.issuer())
        .replace(DOCUMENTED_BINARY, &Dev::binary()?.display().to_string());
    let output = Command::new("bash")
        .args(["-euxo", "pipefail", "-c", &script])
        .current_dir(dev.folder())
        .stdin(Stdio::null())
        .output()
        .await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ensure!(
        output.status.success(),
        "docs/flows/{name} does not work as pasted: {}\n{}\n{}",
        output.status,
        text(&output.stderr),
        text(&output.stdout)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_works_as_pasted() -> Result<()> {
    let mut pages: Vec<String> = std::fs::read_dir(folder())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md") && name != "README.md" && !NOT_FOR_DEV.contains(&name.as_str()))
        .collect();
    pages.sort();
    ensure!(pages.len() >= 3, "docs/flows holds {pages:?}");
    let index = std::fs::read_to_string(folder().join("README.md"))?;
    let mut wrong = Vec::new();
    for some in pages.chunks(3) {
        let running: Vec<_> = some.iter().cloned().map(|name| tokio::spawn(async move { run(&name).await })).collect();
        for (name, page) in some.iter().zip(running) {
            if !index.contains(&format!("({name})")) {
                wrong.push(format!("docs/flows/README.md does not link {name}"));
            }
            if let Err(error) = page.await? {
                wrong.push(format!("{error:#}"));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    Ok(())
}
