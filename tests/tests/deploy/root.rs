//! A folder as the root of a system: packages are installed into it, and programs run in it as a user of it.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail, ensure};
use jeton_testkit::machine::{self, need};
use tempfile::TempDir;

/// A folder as the root of a system that has nothing yet.
pub(crate) struct Root {
    folder: TempDir,
}

impl Root {
    /// With the database of dpkg, empty, and the libraries that a program needs.
    pub(crate) fn new(program: &Path) -> Result<Self> {
        need(&[&machine::DPKG, &machine::SYSTEMD])?;
        let folder = tempfile::Builder::new().prefix("jeton-root-").tempdir()?;
        // `/` can be entered by everyone.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let root = Self { folder };
        for path in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "etc", "tmp"] {
            std::fs::create_dir_all(root.path(path))?;
        }
        std::fs::set_permissions(root.path("tmp"), Permissions::from_mode(0o1777))?;
        std::fs::write(root.path("var/lib/dpkg/status"), "")?;
        for library in libraries(program)? {
            let copy = root.path(library.to_str().context("a path")?.trim_start_matches('/'));
            std::fs::create_dir_all(copy.parent().context("a folder")?)?;
            std::fs::copy(&library, copy)?;
        }
        Ok(root)
    }

    /// A path below this root, without a slash at its beginning.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// dpkg with this root. Scripts of packages run outside of it and are told where it is (`DPKG_ROOT`): it has no shell.
    pub(crate) fn dpkg(&self, args: &[&str]) -> Result<String> {
        let root = format!("--root={}", self.folder.path().display());
        let fixed = ["--force-script-chrootless", "--force-depends", "--log=/dev/null"];
        // It looks for programs of root's.
        let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
        done(Command::new("dpkg").env("PATH", path).arg(root).args(fixed).args(args))
    }

    /// The numbers of a user and of the group of the same name.
    pub(crate) fn ids(&self, name: &str) -> Result<(u32, u32)> {
        let number = |file: &str| -> Result<u32> {
            let text = std::fs::read_to_string(self.path(file))?;
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
            let number = line.and_then(|line| line.split(':').nth(1));
            Ok(number.with_context(|| format!("{name} in {file}: {text}"))?.parse()?)
        };
        Ok((number("etc/passwd")?, number("etc/group")?))
    }

    /// A program in this root, as a user and a group, with this environment alone.
    pub(crate) fn run_as(
        &self,
        (user, group): (u32, u32),
        environment: &[(&str, String)],
        line: &[&str],
    ) -> Result<Command> {
        let mut command = Command::new(machine::program("chroot").context("chroot")?);
        command.env_clear().envs(environment.iter().cloned());
        command.arg(format!("--userspec={user}:{group}")).arg("--groups=").arg(self.folder.path()).args(line);
        Ok(command)
    }
}

/// Runs the rest of a test as root, which a package needs that has files of several owners: whether it shall go on here. Anybody else runs
/// this test again as root of a user namespace with ids of its own (`/etc/subuid`; Debian: uidmap).
pub(crate) fn is_root_for(test: &str) -> Result<bool> {
    if std::fs::metadata("/proc/self")?.uid() == 0 {
        return Ok(true);
    }
    let own = std::env::current_exe()?;
    done(Command::new("unshare").args(["--user", "--map-root-user", "--map-auto"]).arg(own).args(["--exact", test]))?;
    Ok(false)
}

/// Runs a command to its end; what it printed.
pub(crate) fn done(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("starting {command:?}"))?;
    let text = printed(&output);
    ensure!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    Ok(text)
}

/// What a command printed, on both streams.
pub(crate) fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// The libraries that a program loads; none if it is linked statically.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("ldd").arg(program).output().context("ldd")?;
    let text = printed(&output);
    if !output.status.success() {
        if text.contains("not a dynamic executable") {
            return Ok(Vec::new());
        }
        bail!("ldd {}: {text}", program.display());
    }
    Ok(text.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from).collect())
}
