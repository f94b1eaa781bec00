//! The `jeton` binary under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, anyhow, bail};

/// The binary to run: `JETON_BIN` if set, otherwise the one next to this test in the target folder.
///
/// That one is built first, once per process: an outdated binary that passes new tests would be worse than a second's
/// wait. Cargo's lock keeps several test processes apart.
///
/// # Errors
/// It cannot be built.
pub fn path() -> Result<PathBuf> {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOUND.get_or_init(|| find().map_err(|error| format!("{error:#}"))).clone().map_err(|text| anyhow!(text))
}

fn find() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("JETON_BIN") {
        let given = PathBuf::from(given);
        return match given.canonicalize() {
            Ok(path) => Ok(path),
            Err(error) => bail!("JETON_BIN names {}: {error}", given.display()),
        };
    }
    let test = std::env::current_exe().context("where this test runs from")?;
    let folder = test.ancestors().nth(2).context("a test executable lives in target/PROFILE/deps")?;
    build(folder)?;
    let binary = folder.join(format!("jeton{}", std::env::consts::EXE_SUFFIX));
    if !binary.is_file() {
        bail!("cargo built jeton, but it is not at {}", binary.display());
    }
    Ok(binary)
}

/// `cargo build -p jeton` into the target folder that `profile_folder` belongs to.
fn build(profile_folder: &Path) -> Result<()> {
    let target = profile_folder.parent().context("a target folder")?;
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "jeton", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("starting cargo to build jeton")?;
    if !output.status.success() {
        bail!("cargo build -p jeton failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
