//! What a release consists of, made of the program under test, and the script that installs it.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::root::{done, printed};
use crate::unit::file;

/// A release in a folder; the name of its archive. The recipe itself builds a static program, for which a test has no time.
fn release() -> Result<(TempDir, String)> {
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("program");
    done(Command::new("strip").arg("-o").arg(&program).arg(jeton_tests::binary()?))?;
    let mut make = Command::new(file("scripts/release"));
    done(
        make.arg("--binary").arg(&program).arg("--out").arg(folder.path().join("dist")).args(["--compression", "none"]),
    )?;
    let names = std::fs::read_dir(folder.path().join("dist"))?.map(|entry| Ok(entry?.file_name().into_string().ok()));
    let names: Vec<_> = names.collect::<Result<_>>()?;
    let archive = names.into_iter().flatten().find(|name| name.ends_with(".tar.gz")).context("an archive")?;
    Ok((folder, archive))
}

fn install(from: &Path, prefix: &Path, more: &[&str]) -> Result<Output> {
    let mut install = Command::new(file("scripts/install.sh"));
    Ok(install.arg("--from").arg(from).arg("--prefix").arg(prefix).args(more).output()?)
}

/// An archive is installed only as its checksum says; a dry run changes nothing; and what is installed runs.
#[test]
fn a_release_is_installed_after_its_checksum_was_compared() -> Result<()> {
    let (folder, archive) = release()?;
    let (dist, prefix) = (folder.path().join("dist"), folder.path().join("prefix"));
    let sums = std::fs::read_to_string(dist.join("SHA256SUMS"))?;
    for part in [".tar.gz", ".deb", ".cdx.json"] {
        ensure!(sums.lines().filter(|line| line.ends_with(part)).count() == 1, "{part}: {sums}");
    }
    done(Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&dist))?;

    let dry = install(&dist, &prefix, &["--dry-run"])?;
    ensure!(dry.status.success() && printed(&dry).contains("would install"), "{}", printed(&dry));
    ensure!(!prefix.exists(), "a dry run changes nothing");
    let foreign = install(&dist, &prefix, &["--sha256", &"0".repeat(64)])?;
    ensure!(
        !foreign.status.success() && printed(&foreign).contains("another than you expect"),
        "{}",
        printed(&foreign)
    );
    let plain = install(Path::new("http://127.0.0.1:1"), &prefix, &[])?;
    ensure!(!plain.status.success() && printed(&plain).contains("https"), "{}", printed(&plain));

    let installed = install(&dist, &prefix, &[])?;
    ensure!(installed.status.success(), "{}", printed(&installed));
    let version = done(Command::new(prefix.join("bin/jeton")).arg("--version"))?;
    ensure!(version.starts_with("jeton "), "{version}");
    for path in [
        "share/doc/jeton/THIRD-PARTY.txt",
        "share/bash-completion/completions/jeton",
        "share/doc/jeton/systemd/jeton.service",
    ] {
        ensure!(prefix.join(path).is_file(), "{path}");
    }

    // A byte of the archive is another one.
    let mut bytes = std::fs::read(dist.join(&archive))?;
    let last = bytes.last_mut().context("bytes")?;
    *last ^= 1;
    std::fs::write(dist.join(&archive), bytes)?;
    let other = folder.path().join("other");
    let damaged = install(&dist, &other, &[])?;
    ensure!(!damaged.status.success() && printed(&damaged).contains("is damaged"), "{}", printed(&damaged));
    ensure!(!other.exists());
    Ok(())
}
