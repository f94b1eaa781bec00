//! The unit of systemd.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::machine::{SYSTEMD, need};

use crate::root::done;

/// The most that `systemd-analyze security` may count, in tenths: it calls less than 2.0 well protected.
const EXPOSURE: &str = "20";

/// A file of the repository.
pub(crate) fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The values of a key in the unit, in their order.
pub(crate) fn values(key: &str) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file("deploy/systemd/jeton.service"))?;
    let key = format!("{key}=");
    Ok(text.lines().filter_map(|line| line.strip_prefix(&key)).map(str::to_owned).collect())
}

/// systemd reads the unit, alone and with each of the additions, without a complaint; and the unit gives up what the program does
/// not need.
#[test]
fn systemd_reads_the_unit_and_finds_it_well_protected() -> Result<()> {
    need(&[&SYSTEMD])?;
    let folder = tempfile::tempdir()?;
    let unit = std::fs::read_to_string(file("deploy/systemd/jeton.service"))?;
    // It verifies that programs exist. This one is not installed here.
    let program = jeton_tests::binary()?;
    let unit = unit.replace("/usr/bin/jeton", program.to_str().context("a path")?);
    std::fs::write(folder.path().join("jeton.service"), unit)?;
    let extra = folder.path().join("jeton.service.d");
    std::fs::create_dir(&extra)?;
    let path = folder.path().join("jeton.service");
    for addition in ["", "ports-below-1024.conf", "seal-key.conf"] {
        if !addition.is_empty() {
            std::fs::copy(file("deploy/systemd").join(addition), extra.join(addition))?;
        }
        let said = done(Command::new("systemd-analyze").arg("verify").arg(&path).env("SYSTEMD_PAGER", ""))?;
        ensure!(!said.contains("jeton"), "{addition}: {said}");
    }
    std::fs::remove_dir_all(extra)?;
    let threshold = format!("--threshold={EXPOSURE}");
    done(Command::new("systemd-analyze").args(["security", "--offline=true", &threshold]).arg(&path))?;
    Ok(())
}
