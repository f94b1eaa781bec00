//! The package of Debian, installed into a folder and run from there as the service's user.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use jeton_testkit::free_port;
use serde_json::Value;
use tempfile::TempDir;

use crate::root::{Root, done, is_root_for, printed};
use crate::unit::{file, values};

/// What is installed: owner and group by name, mode, path.
const INSTALLED: [(&str, &str, u32, &str); 8] = [
    ("root", "root", 0o755, "usr/bin/jeton"),
    ("root", "root", 0o644, "usr/lib/systemd/system/jeton.service"),
    ("root", "root", 0o644, "usr/lib/sysusers.d/jeton.conf"),
    ("root", "root", 0o644, "usr/share/doc/jeton/copyright"),
    ("root", "root", 0o644, "usr/share/doc/jeton/THIRD-PARTY.txt"),
    ("root", "jeton", 0o750, "etc/jeton"),
    ("root", "jeton", 0o640, "etc/jeton/jeton.toml"),
    ("jeton", "jeton", 0o700, "var/lib/jeton"),
];

/// The package of the program under test, at a version.
fn package(folder: &TempDir, version: &str) -> Result<PathBuf> {
    let built = folder.path().join("built");
    if !built.exists() {
        done(Command::new(file("scripts/bill")).arg("--out").arg(&built))?;
        done(Command::new("strip").arg("-o").arg(built.join("jeton")).arg(jeton_tests::binary()?))?;
    }
    let mut make = Command::new(file("scripts/deb"));
    make.arg("--built").arg(&built).arg("--out").arg(folder.path()).args([
        "--version",
        version,
        "--compression",
        "none",
    ]);
    let output = make.output()?;
    ensure!(output.status.success(), "{}", printed(&output));
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

/// A server in a root, killed when dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// The service's own command line in its root, as its user, in its state folder; on a free port, since others are served here.
struct Service<'a> {
    root: &'a Root,
    ids: (u32, u32),
    port: u16,
}

impl Service<'_> {
    fn command(&self, ids: (u32, u32), line: &[&str]) -> Result<Command> {
        let address = format!("127.0.0.1:{}", self.port);
        let own = [("JETON_ISSUER", format!("http://{address}")), ("JETON_HTTP__LISTEN", address)];
        self.root.run_as(ids, &own, line)
    }

    fn jeton(&self, args: &[&str]) -> Result<Command> {
        let line = ["/usr/bin/jeton"].iter().chain(args).chain(&["--config", "/etc/jeton/jeton.toml"]).copied();
        self.command(self.ids, &line.collect::<Vec<_>>())
    }

    /// Starts what the unit starts, and waits until it listens.
    fn start(&self) -> Result<Served> {
        let line = values("ExecStart")?.pop().context("the unit starts something")?;
        let line: Vec<_> = line.split(' ').collect();
        let mut command = self.command(self.ids, &line)?;
        let mut served = Served(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?);
        let log = BufReader::new(served.0.stderr.take().context("its log")?);
        let mut seen = String::new();
        for line in log.lines() {
            let line = line?;
            if line.starts_with("listening on ") {
                return Ok(served);
            }
            seen += &(line + "\n");
        }
        anyhow::bail!("it did not start:\n{seen}")
    }
}

/// What the package promises: the service can read its configuration and write its data, as its own user, and nothing else; an
/// administrator needs no more than the package has; and removing it does not remove tokens.
#[test]
fn the_package_is_installed_serves_as_its_user_and_leaves_the_data() -> Result<()> {
    if !is_root_for("package::the_package_is_installed_serves_as_its_user_and_leaves_the_data")? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let deb = package(&folder, "0.1.0-1")?;
    let root = Root::new(&folder.path().join("built/jeton"))?;
    let said = root.dpkg(&["--install", deb.to_str().context("a path")?])?;
    ensure!(said.contains("set the issuer in /etc/jeton/jeton.toml"), "{said}");
    let ids = root.ids("jeton")?;
    for (owner, group, mode, path) in INSTALLED {
        let found = root.path(path).symlink_metadata().with_context(|| path.to_owned())?;
        let number = |name: &str, own: u32| if name == "root" { 0 } else { own };
        let expected = (number(owner, ids.0), number(group, ids.1), mode);
        ensure!((found.uid(), found.gid(), found.mode() & 0o7777) == expected, "{path}: {found:?}");
    }

    let service = Service { root: &root, ids, port: free_port() };
    let checked = service.jeton(&["check", "--json"])?.output()?;
    let report: Value = serde_json::from_slice(&checked.stdout).with_context(|| printed(&checked))?;
    ensure!(report.get("ok") == Some(&true.into()), "{report}");
    ensure!(report.get("warnings") == Some(&Value::Array(Vec::new())), "{report}");

    let mut served = service.start()?;
    ensure!(root.path("var/lib/jeton/jeton.sock").symlink_metadata()?.file_type().is_socket());
    done(&mut service.jeton(&["health"])?)?;
    done(&mut service.jeton(&["user", "create", "admin", "--role", "admin"])?)?;
    // Nobody else gets in, and the service cannot change its own configuration.
    let stranger = (65_534, 65_534);
    for (who, line) in [
        (stranger, ["/usr/bin/jeton", "check", "--config", "/etc/jeton/jeton.toml"]),
        (stranger, ["/usr/bin/jeton", "health", "--data", "/var/lib/jeton"]),
        (ids, ["/usr/bin/jeton", "init", "--config", "/etc/jeton/other.toml"]),
    ] {
        let output = service.command(who, &line)?.output()?;
        let said = printed(&output);
        let denied = said.contains("ermission denied") || said.contains("belongs to another user");
        ensure!(!output.status.success() && denied, "{line:?}: {said}");
    }
    stop(&mut served)?;

    // An upgrade keeps what the administrator set.
    let config = root.path("etc/jeton/jeton.toml");
    let text = std::fs::read_to_string(&config)? + "# ours\n";
    std::fs::write(&config, text)?;
    let newer = package(&folder, "0.1.1-1")?;
    root.dpkg(&["--install", newer.to_str().context("a path")?])?;
    ensure!(std::fs::read_to_string(&config)?.ends_with("# ours\n"));
    let kept = config.symlink_metadata()?;
    ensure!((kept.gid(), kept.mode() & 0o7777) == (ids.1, 0o640), "{kept:?}");
    let mut served = service.start()?;
    done(&mut service.jeton(&["user", "show", "admin"])?)?;
    stop(&mut served)?;

    root.dpkg(&["--purge", "jeton"])?;
    ensure!(!root.path("usr/bin/jeton").exists() && !config.exists());
    ensure!(root.path("var/lib/jeton/jeton.db").exists() && root.path("var/lib/jeton/seal.key").exists());
    Ok(())
}

/// Stops it as systemd does.
fn stop(served: &mut Served) -> Result<()> {
    done(Command::new("sh").args(["-c", &format!("kill -TERM {}", served.0.id())]))?;
    let status = served.0.wait()?;
    ensure!(status.success(), "{status}");
    Ok(())
}
