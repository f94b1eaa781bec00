//! The pages of `docs/flows` work as pasted: their `sh` blocks, in order, against one `jeton dev`, each page twice.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::machine::{BASH, CURL, OPENSSL, need};
use jeton_tests::dev::Dev;
use tokio::process::Command;

/// Placeholders of the pages for a person's own values.
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

async fn run(dev: &Dev, name: &str) -> Result<()> {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).with_context(|| name.to_owned());
    let body = pasted(&read(name)?);
    ensure!(!body.is_empty(), "docs/flows/{name} has nothing to paste");
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

/// The pages that are for `jeton dev`, in alphabetical order.
fn pages() -> Result<Vec<String>> {
    let mut pages: Vec<String> = std::fs::read_dir(folder())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md") && name != "README.md" && !NOT_FOR_DEV.contains(&name.as_str()))
        .collect();
    pages.sort();
    ensure!(pages.len() >= 3, "docs/flows holds {pages:?}");
    Ok(pages)
}

/// Each page finds the server as another one left it, and then as it left it itself: in the order of the alphabet, and back.
#[tokio::test]
async fn every_page_works_as_pasted_and_again_on_a_used_server() -> Result<()> {
    need(&[&BASH, &CURL, &OPENSSL])?;
    let pages = pages()?;
    let dev = Dev::start().await?;
    let before = files(dev.folder())?;
    for name in pages.iter().chain(pages.iter().rev()) {
        run(&dev, name).await?;
        assert_eq!(files(dev.folder())?, before, "docs/flows/{name} leaves files behind");
    }
    Ok(())
}

fn files(folder: &Path) -> Result<BTreeSet<OsString>> {
    Ok(std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<_, _>>()?)
}

#[test]
fn the_index_links_every_page() -> Result<()> {
    let index = std::fs::read_to_string(folder().join("README.md"))?;
    let missing: Vec<_> = pages()?.into_iter().filter(|name| !index.contains(&format!("({name})"))).collect();
    assert!(missing.is_empty(), "docs/flows/README.md does not link {missing:?}");
    Ok(())
}
